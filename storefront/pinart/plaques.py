"""Plaques: the largest place on the back where a number can be engraved."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import Field
from storefront.pinart.clutches import CLUTCH, Post
from storefront.pinart.regions import SUPERSAMPLE

PROPORTION = 2.1
CORNER = 16.0
CLEAR_OF_RIM = 24.0
WIDEST, NARROWEST = 460, 110
COARSE = 8


@dataclass(frozen=True)
class Box:
    top: int
    left: int
    height: int
    width: int

    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def grown(self, by: int) -> "Box":
        return Box(self.top - by, self.left - by, self.height + 2 * by, self.width + 2 * by)


def find_plaque(inward: Field, posts: list[Post], unit: float) -> Box | None:
    """The widest free box of the plaque's proportion, and of those the nearest to the middle; None on a sliver."""
    step = max(1, int(COARSE * unit / 2))
    free = inward[::step, ::step] > CLEAR_OF_RIM * unit
    y, x = (np.arange(side) * step for side in free.shape)
    for post in posts:
        free &= np.hypot(x[None] - post.x, y[:, None] - post.y) > (CLUTCH + 8) * unit
    counts = np.pad(free.astype(np.int32).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    for width in np.linspace(WIDEST, NARROWEST, 36) * unit:
        across, down = int(np.ceil(width / step)), int(np.ceil(width / PROPORTION / step))
        spot = _nearest_the_middle(counts, down, across)
        if spot is not None:
            top, left = (round(n * step / SUPERSAMPLE) * SUPERSAMPLE for n in spot)
            return Box(top, left, *(int(side) // SUPERSAMPLE * SUPERSAMPLE for side in (width / PROPORTION, width)))
    return None


def _nearest_the_middle(counts: NDArray[np.int32], down: int, across: int) -> tuple[int, int] | None:
    if down >= counts.shape[0] or across >= counts.shape[1]:
        return None
    full = counts[down:, across:] - counts[:-down, across:] - counts[down:, :-across] + counts[:-down, :-across]
    tops, lefts = np.nonzero(full == down * across)
    if not len(tops):
        return None
    middle_y, middle_x = (counts.shape[0] - down) / 2, (counts.shape[1] - across) / 2
    best = int(np.argmin(np.hypot(tops - middle_y * 1.12, lefts - middle_x)))
    return int(tops[best]), int(lefts[best])


def inside_plaque(plaque: Box, unit: float) -> Field:
    """How far inside the rounded plaque each of its pixels is."""
    corner = np.float32(CORNER * unit)
    beyond_y = np.abs(np.arange(plaque.height, dtype=np.float32) - np.float32((plaque.height - 1) / 2))
    beyond_x = np.abs(np.arange(plaque.width, dtype=np.float32) - np.float32((plaque.width - 1) / 2))
    y = beyond_y[:, None] - np.float32(plaque.height / 2) + corner
    x = beyond_x[None] - np.float32(plaque.width / 2) + corner
    outside = np.hypot(np.maximum(x, 0), np.maximum(y, 0))
    inward: Field = corner - outside - np.minimum(np.maximum(x, y), 0)
    return np.maximum(inward, 0)
