"""Marks: the places a press check warns of, drawn to be laid over the picture of the front."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.distances import depth
from storefront.pinart.regions import Place

ACCENT = (196, 22, 28)
LIGHT, DARK = (255, 255, 255), (22, 22, 21)
# Thousandths of the picture, like all lengths of a pin: how far accent and each of the two outlines reach.
HALO, INNER, OUTER = 6.0, 10.0, 14.0
FAINTEST_LINE = 1.2
"""Pixels: an outline stays to be seen on a thumbnail."""


@dataclass(frozen=True, eq=False)
class Mark:
    """A place that is warned of, in pixels of the piece as it was measured, or in blocks of `step` by `step` of them."""

    window: tuple[slice, slice]
    pixels: Mask
    step: int = 1


def drawn_marks(marks: Sequence[Mark], place: Place, size: int) -> Image.Image:
    """Accent within a light and a dark ring: whatever the metal and however one sees colours, one of them stands out."""
    marked = np.zeros((size, size), np.uint8)
    for mark in marks:
        _dot(marked, mark, place)
    if not marked.any():
        return Image.new("RGBA", (size, size))
    halo = HALO * size / 1000
    inner = max(INNER * size / 1000, halo + FAINTEST_LINE)
    outer = max(OUTER * size / 1000, inner + FAINTEST_LINE)
    away = depth(marked == 0, outer + 2)
    picture = np.zeros((size, size, 4), np.uint8)
    picture[..., :3] = np.where((away > inner)[..., None], DARK, np.where((away > halo)[..., None], LIGHT, ACCENT))
    picture[..., 3] = np.where(away > halo, _smooth(outer, away), 235)
    return Image.fromarray(picture)


def _dot(marked: np.ndarray[tuple[int, int], np.dtype[np.uint8]], mark: Mark, place: Place) -> None:
    """Each marked pixel where the picture of this size has it; many may share one."""
    rows, columns = np.nonzero(mark.pixels)
    scale = len(marked) / place.canvas
    down = (((rows + mark.window[0].start + 0.5) * mark.step + place.top) * scale).astype(np.intp)
    across = (((columns + mark.window[1].start + 0.5) * mark.step + place.left) * scale).astype(np.intp)
    marked[np.clip(down, 0, len(marked) - 1), np.clip(across, 0, len(marked) - 1)] = 1


def _smooth(outer: float, away: Field) -> Field:
    """Opaque inside the ring's outer edge, which fades over a pixel."""
    fade: Field = np.clip(outer + np.float32(0.5) - away, 0, 1) * 235
    return fade
