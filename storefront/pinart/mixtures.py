"""Mixtures: at a smooth edge a pixel is a bit of each side, and so no colour of its own."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import Field, Ids, Rgb

Sets = NDArray[np.uint16]
"""One bit for each colour that is somewhere around."""


def colours_around(ids: Ids, colours: int, reach: int) -> Sets:
    """Which regions lie within a square around each pixel; region n is bit n, unknown pixels say nothing."""
    present = np.where(ids <= colours, np.uint16(1) << np.minimum(ids, 15).astype(np.uint16), np.uint16(0))
    down = present.copy()
    for step in range(1, reach + 1):
        down[step:] |= present[:-step]
        down[:-step] |= present[step:]
    around = down.copy()
    for step in range(1, reach + 1):
        around[:, step:] |= down[:, :-step]
        around[:, :-step] |= down[:, step:]
    return around


def off_every_mixture(pixels: NDArray[np.uint8], around: Sets, colours: Sequence[Rgb | None]) -> Field:
    """How far, in levels of sRGB, each pixel is from any mixture of two colours around it; `colours[n]` is bit n."""
    known = [(index, colour) for index, colour in enumerate(colours) if colour is not None]
    points = pixels.astype(np.float32)
    nearest = np.full(len(points), np.inf, np.float32)
    for (one, first), (other, second) in combinations(known, 2):
        both = np.uint16((1 << one) | (1 << other))
        here = np.flatnonzero((around & both) == both)
        nearest[here] = np.minimum(nearest[here], distance_to_mixtures(points[here], first, second))
    for index, colour in known:
        here = np.flatnonzero(around & np.uint16(1 << index))
        alone = np.linalg.norm(points[here] - np.array(colour, np.float32), axis=-1)
        nearest[here] = np.minimum(nearest[here], alone)
    return nearest


def distance_to_mixtures(points: Field, one: Rgb, other: Rgb, overshoot: float = 0.0) -> Field:
    """To the line between two colours; sharpening filters overshoot it at both ends."""
    start = np.array(one, np.float32)
    along = np.array(other, np.float32) - start
    share = (points - start) @ along / (along @ along + np.float32(1e-6))
    share = np.clip(share, -overshoot, 1 + overshoot)
    distance: Field = np.linalg.norm(points - start - share[..., None] * along, axis=-1)
    return distance
