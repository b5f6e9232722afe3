"""Fields over the piece: depths, blurs and clouds that relief and light are made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.coarse import Coarse

Half = NDArray[np.float16]
Eighth = NDArray[np.uint8]
BAND = 1 << 17  # pixels
TILE = 192
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


@dataclass(frozen=True)
class Tile:
    """Part of a picture, the same with as much around it as matters, and where the one lies in the other."""

    core: tuple[slice, slice]
    around: tuple[slice, slice]
    inner: tuple[slice, slice]


def tiles(shape: tuple[int, ...], halo: int) -> Iterator[Tile]:
    """Most tiles of a pin are all one thing, and the others fit the cache: cost grows with pixels, no faster."""
    side = max(TILE, 2 * halo)
    for top in range(0, shape[0], side):
        for left in range(0, shape[1], side):
            above, before = max(0, top - halo), max(0, left - halo)
            core = slice(top, min(top + side, shape[0])), slice(left, min(left + side, shape[1]))
            yield Tile(
                core,
                (slice(above, core[0].stop + halo), slice(before, core[1].stop + halo)),
                (slice(top - above, core[0].stop - above), slice(left - before, core[1].stop - before)),
            )


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


def blurred(field: Field | Mask, sigma: float) -> Field:
    return blurred_coarsely(field, sigma)[:]


def blurred_coarsely(field: Field | Mask, sigma: float) -> Coarse:
    """A Gaussian blur; a wide one works on a smaller copy, where nobody can tell the difference."""
    height, width = field.shape
    shrink = max(1, min(8, int(sigma / 2.2)))
    if field.dtype == bool:
        drawn = Image.fromarray(field.view(np.uint8) * np.uint8(255))
        small: Field = np.asarray(drawn.reduce(shrink), np.float32) / np.float32(255)
    else:
        small = np.asarray(Image.fromarray(field).reduce(shrink)) if shrink > 1 else np.asarray(field)
    return Coarse(_gaussian(small, sigma / shrink), (height, width), (1 / shrink, 1 / shrink))


def _gaussian(field: Field, sigma: float) -> Field:
    reach = int(3 * sigma + 0.5)
    bell = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) / sigma))
    return _smoothed(field, (bell / bell.sum()).astype(np.float32))


def _smoothed(field: Field, kernel: Field) -> Field:
    smooth = np.empty_like(field)
    for tile in tiles(field.shape, halo=len(kernel) // 2):
        around = field[tile.around]
        if around.min() == around.max():
            smooth[tile.core] = around[0, 0]
        else:
            down = ndimage.correlate1d(around, kernel, axis=0, mode="nearest")[tile.inner[0]]
            smooth[tile.core] = ndimage.correlate1d(down, kernel, axis=1, mode="nearest")[:, tile.inner[1]]
    return smooth


def blurred_mask(mask: Mask, sigma: float) -> Eighth:
    """How much of a mask is around each pixel, 0…255: eight bits are plenty and blur several times faster."""
    drawn = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(drawn.filter(ImageFilter.GaussianBlur(sigma)))


def bands(shape: tuple[int, ...]) -> Iterator[slice]:
    """A few rows at a time: no full-size intermediates, and they stay in the cache."""
    rows = max(8, BAND // shape[1])
    for top in range(0, shape[0], rows):
        yield slice(top, min(top + rows, shape[0]))


def in_bands(
    compute: Callable[..., Field], *fields: NDArray[Any] | Coarse, into: type[np.floating[Any]] = np.float32
) -> Field:
    """A field made of others."""
    made = np.empty(fields[0].shape, into)
    for rows in bands(made.shape):
        made[rows] = compute(*(field[rows] for field in fields))
    return made


def halves(compute: Callable[..., Field], *fields: NDArray[Any] | Coarse) -> Half:
    """The same in half precision, enough for what only scales light."""
    return in_bands(compute, *fields, into=np.float16).astype(np.float16, copy=False)


def softened(field: Field) -> Field:
    """A nine-pixel binomial blur: takes the staircase out of what comes from pixels."""
    kernel = np.array([1, 8, 28, 56, 70, 56, 28, 8, 1], np.float32) / 256
    return _smoothed(field, kernel)


def cloud(rng: np.random.Generator, shape: tuple[int, int], *, cell: int, sigma: float) -> Coarse:
    """Smooth noise of unit variance, its lumps `sigma` cells wide."""
    height, width = shape
    noise = rng.standard_normal((height // cell + 3, width // cell + 3), dtype=np.float32)
    noise = ndimage.gaussian_filter(noise, sigma, mode="nearest")
    noise /= noise.std() + np.float32(1e-6)
    return Coarse(noise, shape, (noise.shape[0] / height, noise.shape[1] / width))


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high` and an S between them (`high` may be the smaller one)."""
    t: Field = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return t * t * (3 - 2 * t)


def quarter_round(inward: Field, radius: float) -> Field:
    """The height of an edge rounded off over `radius`."""
    t: Field = np.clip(inward / np.float32(radius), 0, 1)
    height: Field = np.float32(radius) * np.sqrt(t * (2 - t))
    return height
