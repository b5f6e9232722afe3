"""Thickness: where a shape is too narrow for a disc to pass, told apart from the corners every shape has."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

import numpy as np
from scipy import ndimage

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.distances import depth, grown

BAND = 64
SHORT = 4.0
"""Radii that a shape may go on for where the disc stops: a corner of 23 degrees goes on for as long."""
POINTED = 0.6
"""A shape that goes on for longer is a sliver, unless so much less of it lies far out that it is a point."""
NOISE = 1.5
"""Pixels by which an edge may stray from the shape that was meant."""
EVERYWHERE = np.ones((3, 3), bool)


@dataclass(frozen=True, eq=False)
class Narrow:
    """One place where a disc does not pass: its pixels inside a window of the shape, in blocks of the shape's scale."""

    window: tuple[slice, slice]
    pixels: Mask
    scale: int


@dataclass(frozen=True, eq=False)
class Shape:
    """Blocks of pixels, and at each corner between four of them how many pixels wide the shape is around it."""

    mask: Mask
    width: Field
    scale: int = 1

    def within(self, window: tuple[slice, slice]) -> "Shape":
        rows, columns = window
        inner = slice(rows.start, rows.stop - 1), slice(columns.start, columns.stop - 1)
        return Shape(self.mask[window], self.width[inner], self.scale)

    def halved(self) -> "Shape":
        """The same in a quarter of the blocks; its widths stay as exact as they were."""
        mask = blocks(self.mask)
        width = np.zeros((mask.shape[0] * 2, mask.shape[1] * 2), np.float32)
        width[: self.width.shape[0], : self.width.shape[1]] = self.width
        rows = np.maximum(width[::2], width[1::2])
        widest = np.maximum(rows[:, ::2], rows[:, 1::2])
        return Shape(mask, widest[:-1, :-1], self.scale * 2)


def blocks(mask: Mask) -> Mask:
    """Two by two pixels as one, which is of the mask if any of them is: what hangs together still does."""
    even = np.pad(mask, [(0, side % 2) for side in mask.shape])
    rows = even[::2] | even[1::2]
    joined: Mask = rows[:, ::2] | rows[:, 1::2]
    return joined


def shape(mask: Mask, widest: float) -> Shape:
    """Widths up to `widest`, exact for bars along the pixels, odd or even, and within a pixel for all others."""
    deep = depth(mask, widest / 2 + 1)
    width = np.empty((mask.shape[0] - 1, mask.shape[1] - 1), np.float32)
    for top in range(0, len(width), BAND):
        pairs = deep[top : top + BAND + 1]
        pairs = pairs[1:] + pairs[:-1]
        np.add(pairs[:, 1:], pairs[:, :-1], out=width[top : top + BAND])
        width[top : top + BAND] *= np.float32(0.5)
    return Shape(mask, width)


def narrow_places(
    shape: Shape,
    limit: float,
    *,
    among: Mask | None = None,
    wholes: bool = True,
    bridges: bool = True,
) -> Iterator[Narrow]:
    """Where a disc `limit` pixels wide can't go: slivers, parts narrow as a whole, and bridges between two parts.

    Corners and points are none: they end in nothing, however large they are made.
    """
    core = shape.width >= limit
    reached = np.zeros(shape.mask.shape, bool)
    for rows in (np.s_[:-1], np.s_[1:]):
        for columns in (np.s_[:-1], np.s_[1:]):
            reached[rows, columns] |= core
    radius = limit / 2 / shape.scale
    lost = (shape.mask if among is None else among) & ~grown(reached, radius + NOISE)
    if not lost.any():
        return
    labels, _ = ndimage.label(lost, EVERYWHERE)
    for number, found in enumerate(ndimage.find_objects(labels), start=1):
        window = padded(found, 2, lost.shape)
        pixels = labels[window] == number
        passed = shape.mask[window] & ~lost[window]
        touching = pixels & _with_neighbours(passed)
        if not touching.any():
            is_narrow = wholes
        else:
            is_narrow = (bridges and _is_bridge(touching)) or _is_sliver(pixels, passed, SHORT * radius)
        if is_narrow:
            yield Narrow(window, pixels, shape.scale)


def _with_neighbours(mask: Mask) -> Mask:
    # As scipy's dilation, which takes longer to look at its arguments than this does for a small window.
    near = mask.copy()
    near[1:] |= mask[:-1]
    near[:-1] |= mask[1:]
    wide = near.copy()
    wide[:, 1:] |= near[:, :-1]
    wide[:, :-1] |= near[:, 1:]
    return wide


def _is_bridge(touching: Mask) -> bool:
    """Whether it meets what the disc did pass at two separate places; a tip does at one."""
    _, ends = ndimage.label(touching, EVERYWHERE)
    return int(ends) > 1


def _is_sliver(pixels: Mask, passed: Mask, short: float) -> bool:
    """Whether it goes on for long where the disc stopped, without becoming a point."""
    if hypot(*pixels.shape) <= short:
        return False
    # What the disc passed beyond a line is another part, from which this one does not go out.
    parts, _ = ndimage.label(passed | pixels, EVERYWHERE)
    passed = passed & (parts == parts[pixels][0])
    away = depth(~passed, hypot(*pixels.shape)) * pixels
    longest = float(away.max())
    if longest <= short:
        return False
    near, far = (
        np.count_nonzero((away > low * longest) & (away <= low * longest + longest * 0.3)) for low in (0.1, 0.6)
    )
    return bool(far > POINTED * near)


def padded(window: tuple[slice, slice], by: int, within: tuple[int, ...]) -> tuple[slice, slice]:
    rows, columns = (
        slice(max(0, side.start - by), min(length, side.stop + by)) for side, length in zip(window, within, strict=True)
    )
    return rows, columns
