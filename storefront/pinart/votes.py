"""Votes: which colours an artist meant, told by the pixels that look like all their neighbours."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from storefront.pinart.artwork import Field, Mask, Rgb
from storefront.pinart.oklab import to_oklab

MOST_COLOURS = 12
MOST_VOTERS = 200_000
VOTING = 0.02
SAME_COLOUR = 0.02
A_SHADE = 0.04
EXACTLY = 0.007
PEAK = 0.6
SMALLEST_SHARE = 0.0008
MOST_TRIES = 60


def steepness(lab: Field) -> Field:
    """The largest step from each pixel to any of its four neighbours."""
    steepest = np.zeros(lab.shape[:2], np.float32)
    down = np.abs(np.diff(lab, axis=0)).sum(axis=-1)
    across = np.abs(np.diff(lab, axis=1)).sum(axis=-1)
    for side, step in ((np.s_[1:], down), (np.s_[:-1], down), (np.s_[:, 1:], across), (np.s_[:, :-1], across)):
        np.maximum(steepest[side], step, out=steepest[side])
    return steepest


class Votes:
    """How often each exact colour occurs among some pixels, commonest first."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        """A sample of very many pixels is enough, and bounds what noise can cost."""
        stride = -(-max(1, len(pixels)) // MOST_VOTERS)
        counted = Image.fromarray(pixels[None, ::stride]).getcolors(MOST_VOTERS) if len(pixels) else []
        ballots = sorted(counted or [], reverse=True)
        self.counts = np.array([count for count, _ in ballots], np.int64) * stride
        self.colours = np.array([colour for _, colour in ballots], np.uint8).reshape(-1, 3)
        self.lab = to_oklab(self.colours)

    def elected(self, area: int, most: int = MOST_COLOURS) -> list[Rgb]:
        """The commonest exact colour, then the commonest that is not nearly the same, and so on: none for fewer pixels
        than a small part of the area.
        """
        free = np.ones(len(self.counts), bool)
        shades = np.zeros(len(self.counts), bool)
        chosen: list[Rgb] = []
        for _ in range(MOST_TRIES):
            if len(chosen) == most or not free.any():
                break
            commonest = int(np.argmax(free))  # they are in order
            apart = self.apart(commonest)
            near = free & (apart < SAME_COLOUR)
            enough = self.counts[near].sum() >= max(1, SMALLEST_SHARE * area)
            if enough and (not shades[commonest] or self._is_peak(near, apart)):
                shades |= apart < A_SHADE
                red, green, blue = (int(level) for level in self.colours[commonest])
                chosen.append((red, green, blue))
            free &= ~near
        return chosen

    def _is_peak(self, near: Mask, apart: Field) -> bool:
        """A shade of a chosen colour is a colour of its own if it is exactly itself, not the noise of compression."""
        core: int = self.counts[near & (apart < EXACTLY)].sum()
        return bool(core >= PEAK * self.counts[near].sum())

    def apart(self, index: int) -> Field:
        distance: Field = np.linalg.norm(self.lab - self.lab[index], axis=-1)
        return distance


def palette(rgb: NDArray[np.uint8], flat: Mask, area: int) -> list[Rgb]:
    """The exact colours of flat art, most used first; after lossy compression the commonest rendering of each."""
    return Votes(rgb[flat]).elected(area)
