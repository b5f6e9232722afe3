"""Marks: the places a press check warns of, drawn to be laid over the picture of the front."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Mask
from storefront.pinart.distances import depth, grown
from storefront.pinart.regions import Place

ACCENT = (196, 22, 28)
LIGHT, DARK = (255, 255, 255), (22, 22, 21)
# Thousandths of the picture, like all lengths of a pin: how far what is marked stays clear all around, and how far the
# light, the accent and the dark line of the ring reach.
CLEAR, LIGHT_END, ACCENT_END, DARK_END = 5.0, 8.0, 13.0, 16.0
FAINTEST_LINE = 1.2
"""Pixels: a ring stays to be seen on a thumbnail."""
OPAQUE = 235


@dataclass(frozen=True, eq=False)
class Mark:
    """A place that is warned of, in pixels of the piece as it was measured, or in blocks of `step` by `step` of them."""

    window: tuple[slice, slice]
    pixels: Mask
    step: int = 1


def drawn_marks(marks: Sequence[Mark], place: Place, size: int) -> Image.Image:
    """A ring around each place, which itself can still be seen; one around both where two would meet.

    Whatever the metal and however one sees colours, one of the ring's three lines stands out.
    """
    marked = np.zeros((size, size), np.uint8)
    for mark in marks:
        _dot(marked, mark, place)
    if not marked.any():
        return Image.new("RGBA", (size, size))
    clear, light, accent, dark = _reaches(size / 1000)
    away = depth(_between(marked > 0, dark), dark + 2)
    picture = np.zeros((size, size, 4), np.uint8)
    picture[..., :3] = np.where((away > accent)[..., None], DARK, np.where((away > light)[..., None], ACCENT, LIGHT))
    picture[..., 3] = OPAQUE * np.clip(np.minimum(away - clear, dark - away) + np.float32(0.5), 0, 1)
    return Image.fromarray(picture)


def _reaches(unit: float) -> list[float]:
    reaches = [CLEAR * unit]
    for end in (LIGHT_END, ACCENT_END, DARK_END):
        reaches.append(max(end * unit, reaches[-1] + FAINTEST_LINE))
    return reaches


def _between(marked: Mask, reach: float) -> Mask:
    """What is not marked, nor in a gap of the marked that is too narrow for rings on both sides."""
    return grown(~grown(marked, reach), reach)


def _dot(marked: np.ndarray[tuple[int, int], np.dtype[np.uint8]], mark: Mark, place: Place) -> None:
    """Each marked pixel where the picture of this size has it; many may share one."""
    rows, columns = np.nonzero(mark.pixels)
    scale = len(marked) / place.canvas
    down = (((rows + mark.window[0].start + 0.5) * mark.step + place.top) * scale).astype(np.intp)
    across = (((columns + mark.window[1].start + 0.5) * mark.step + place.left) * scale).astype(np.intp)
    marked[np.clip(down, 0, len(marked) - 1), np.clip(across, 0, len(marked) - 1)] = 1
