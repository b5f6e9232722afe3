"""Thickness: where a shape is too narrow for a disc to pass, told apart from the corners every shape has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from storefront.pinart.artwork import Field, Mask

BAND = 32
SHORT = 4.0
"""Radii that a shape may go on for where the disc stops: a corner of 23 degrees goes on for as long."""
POINTED = 0.6
"""A shape that goes on for longer is a point if it is narrower by this much towards its end, else a sliver."""
NOISE = 1.5
"""Pixels by which an edge may stray from the shape that was meant."""
EVERYWHERE = np.ones((3, 3), bool)


@dataclass(frozen=True, eq=False)
class Narrow:
    """One place where a disc does not pass: its pixels inside a window of the shape."""

    window: tuple[slice, slice]
    pixels: Mask


@dataclass(frozen=True, eq=False)
class Shape:
    """Pixels, and at each corner between four of them how wide the shape is around it, up to a limit."""

    mask: Mask
    width: Field

    def within(self, window: tuple[slice, slice]) -> "Shape":
        rows, columns = window
        inner = slice(rows.start, rows.stop - 1), slice(columns.start, columns.stop - 1)
        return Shape(self.mask[window], self.width[inner])

    def halved(self) -> "Shape":
        """The same from a quarter of the pixels, its widths still in the old ones."""
        height, width = (side // 2 * 2 for side in self.width.shape)
        rows = np.maximum(self.width[:height:2], self.width[1:height:2])
        return Shape(self.mask[: height + 2 : 2, : width + 2 : 2], np.maximum(rows[:, :width:2], rows[:, 1:width:2]))


def shape(mask: Mask, widest: float) -> Shape:
    """Widths are exact for bars along the pixels, odd or even, and within half a pixel for all others."""
    squares = squared_distance(mask, widest / 2 + 1)
    depth = np.sqrt(np.arange(int(squares.max()) + 1, dtype=np.float32))
    width = np.empty((mask.shape[0] - 1, mask.shape[1] - 1), np.float32)
    for top in range(0, len(width), BAND):
        deep = depth[squares[top : top + BAND + 1]]
        pairs = deep[1:] + deep[:-1]
        width[top : top + BAND] = pairs[:, 1:] + pairs[:, :-1]
    width /= 2
    return Shape(mask, width)


def squared_distance(mask: Mask, reach: float) -> NDArray[np.uint16]:
    """From each pixel of the mask to the nearest outside it, squared, exact up to `reach` and larger beyond."""
    most = min(250, int(np.ceil(reach)))
    gap = np.where(mask, np.uint8(most + 1), np.uint8(0))
    for y in range(1, len(gap)):
        np.minimum(gap[y], gap[y - 1] + 1, out=gap[y])
    for y in range(len(gap) - 2, -1, -1):
        np.minimum(gap[y], gap[y + 1] + 1, out=gap[y])
    squares = np.empty(mask.shape, np.uint16)
    for top in range(0, len(gap), BAND):
        straight = np.square(gap[top : top + BAND], dtype=np.uint16)
        nearest = straight.copy()
        for aside in range(1, min(most, mask.shape[1] - 1) + 1):
            slanted = straight + np.uint16(aside * aside)
            np.minimum(nearest[:, aside:], slanted[:, :-aside], out=nearest[:, aside:])
            np.minimum(nearest[:, :-aside], slanted[:, aside:], out=nearest[:, :-aside])
        squares[top : top + BAND] = nearest
    return squares


def narrow_places(
    shape: Shape,
    limit: float,
    *,
    scale: int = 1,
    among: Mask | None = None,
    wholes: bool = True,
    bridges: bool = True,
) -> list[Narrow]:
    """Where a disc `limit` pixels wide can't go: slivers, parts narrow as a whole, and bridges between two parts.

    Corners and points are none: they end in nothing, however large they are made.
    """
    core = shape.width >= limit
    reached = np.zeros(shape.mask.shape, bool)
    for rows in (np.s_[:-1], np.s_[1:]):
        for columns in (np.s_[:-1], np.s_[1:]):
            reached[rows, columns] |= core
    radius = limit / 2 / scale
    reach = radius + NOISE
    lost = (shape.mask if among is None else among) & (squared_distance(~reached, reach) > reach**2)
    if not lost.any():
        return []
    labels, _ = ndimage.label(lost, EVERYWHERE)
    places = []
    for number, found in enumerate(ndimage.find_objects(labels), start=1):
        window = padded(found, 2, lost.shape)
        pixels = labels[window] == number
        passed = shape.mask[window] & ~lost[window]
        ends = _ends(pixels, passed)
        if (not ends and wholes) or (ends > 1 and bridges) or (ends and _is_sliver(pixels, passed, SHORT * radius)):
            places.append(Narrow(window, pixels))
    return places


def _ends(pixels: Mask, passed: Mask) -> int:
    """At how many separate places it touches where the disc did pass: a tip at one, a bridge at two, a whole part nowhere."""
    touching = pixels & ndimage.binary_dilation(passed, EVERYWHERE)
    _, ends = ndimage.label(touching, EVERYWHERE)
    return int(ends)


def _is_sliver(pixels: Mask, passed: Mask, short: float) -> bool:
    """Whether it goes on for long where the disc stopped, without becoming a point."""
    away = np.sqrt(squared_distance(~passed, 250).astype(np.float32)) * pixels
    longest = float(away.max())
    if longest <= short:
        return False
    breadth = np.sqrt(squared_distance(pixels | passed, short).astype(np.float32))
    early, late = (
        float(breadth[(away > low * longest) & (away <= high * longest)].max(initial=0))
        for low, high in ((0.15, 0.35), (0.65, 0.85))
    )
    return late > POINTED * early


def padded(window: tuple[slice, slice], by: int, within: tuple[int, ...]) -> tuple[slice, slice]:
    rows, columns = (
        slice(max(0, side.start - by), min(length, side.stop + by)) for side, length in zip(window, within, strict=True)
    )
    return rows, columns
