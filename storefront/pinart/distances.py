"""Distances: how deep a pixel lies in a shape, and what lies near one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.tiles import tiles

NEAR = 96  # so far, looking at every pixel in reach is faster than being clever


def depth(mask: Mask, limit: float) -> Field:
    """How far each pixel of the mask is from the nearest pixel outside it, at most `limit`; 0 outside."""
    far = np.float32(limit)
    distances = np.zeros(mask.shape, np.float32)
    for tile in tiles(mask.shape, halo=int(limit) + 1):
        around = mask[tile.around]
        if around.all():
            distances[tile.core] = far
        elif around[tile.inner].any():
            squares = _squares(around, tile.inner, int(limit) + 1)
            np.minimum(np.sqrt(squares, dtype=np.float32), far, out=distances[tile.core])
    return distances


def grown(mask: Mask, radius: float) -> Mask:
    """The mask and everything within `radius` of it."""
    within = np.zeros(mask.shape, bool)
    for tile in tiles(mask.shape, halo=int(radius) + 1):
        around = mask[tile.around]
        if around[tile.inner].all():
            within[tile.core] = True
        elif around.any():
            within[tile.core] = _squares(~around, tile.inner, int(radius) + 1) <= int(radius * radius)
    return within


def _squares(mask: Mask, inner: tuple[slice, slice], reach: int) -> NDArray[np.unsignedinteger[Any]]:
    """Squared distances to the nearest pixel outside, exact up to `reach` and larger beyond."""
    if reach > NEAR:
        return _squares_far_away(mask)[inner]
    # The distance within the column, found in doubling steps; then the columns beside it.
    gap = np.where(mask, np.uint16(reach + 1), np.uint16(0))
    for step in (1 << power for power in range(reach.bit_length())):
        np.minimum(gap[step:], gap[:-step] + np.uint16(step), out=gap[step:])
        np.minimum(gap[:-step], gap[step:] + np.uint16(step), out=gap[:-step])
    gap = gap[inner[0]]
    gap *= gap
    squares, farther = gap.copy(), np.empty_like(gap)
    for aside in range(1, min(reach + 1, mask.shape[1])):
        np.add(gap, np.uint16(aside * aside), out=farther)
        np.minimum(squares[:, aside:], farther[:, :-aside], out=squares[:, aside:])
        np.minimum(squares[:, :-aside], farther[:, aside:], out=squares[:, :-aside])
    return squares[:, inner[1]]


def _squares_far_away(mask: Mask) -> NDArray[np.unsignedinteger[Any]]:
    nearest = ndimage.distance_transform_edt(mask, return_distances=False, return_indices=True)
    down = nearest[0] - np.arange(mask.shape[0], dtype=np.int32)[:, None]
    across = nearest[1] - np.arange(mask.shape[1], dtype=np.int32)[None]
    squares: NDArray[np.uint32] = (down * down + across * across).astype(np.uint32)
    return squares
