"""Fields over the piece: blurs, clouds and curves that relief and light are made of."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.coarse import Coarse
from storefront.pinart.tiles import tiles

Half = NDArray[np.float16]
Eighth = NDArray[np.uint8]
BAND = 1 << 17  # pixels


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
