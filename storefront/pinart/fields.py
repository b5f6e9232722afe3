"""Fields over the piece: depths, blurs and clouds that relief and light are made of."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from storefront.pinart.artwork import Field, Mask

Half = NDArray[np.float16]
Eighth = NDArray[np.uint8]
BAND = 64


def depth(mask: Mask, limit: float) -> Field:
    """How far each pixel of the mask is from the nearest pixel outside it, at most `limit`; 0 outside."""
    # Distances from the indices in float32: scipy's own go through three float64 copies of the picture.
    nearest = ndimage.distance_transform_edt(mask, return_distances=False, return_indices=True)
    nearest[0] -= np.arange(mask.shape[0], dtype=np.int32)[:, None]
    nearest[1] -= np.arange(mask.shape[1], dtype=np.int32)[None, :]
    nearest *= nearest
    distance: Field = np.add(nearest[0], nearest[1], out=nearest[0]).astype(np.float32)
    del nearest
    np.sqrt(distance, out=distance)
    return np.minimum(distance, np.float32(limit), out=distance)


def grown(mask: Mask, radius: float) -> Mask:
    """The mask and everything within `radius` of it; several times faster than measuring distances."""
    reach = int(radius)
    gap = np.where(mask, np.uint8(0), np.uint8(reach + 1))
    for y in range(1, len(gap)):
        np.minimum(gap[y], gap[y - 1] + 1, out=gap[y])
    for y in range(len(gap) - 2, -1, -1):
        np.minimum(gap[y], gap[y + 1] + 1, out=gap[y])
    width = mask.shape[1]
    within = gap <= reach
    for aside in range(1, min(reach, width - 1) + 1):
        near = gap <= int((radius * radius - aside * aside) ** 0.5)
        within[:, aside:] |= near[:, :-aside]
        within[:, :-aside] |= near[:, aside:]
    return within


def blurred(field: Field, sigma: float) -> Field:
    """A Gaussian blur; a wide one works on a smaller copy, where nobody can tell the difference."""
    shrink = max(1, min(4, int(sigma / 2.5)))
    if shrink == 1:
        return _gaussian(field, sigma)
    height, width = field.shape
    small = np.asarray(Image.fromarray(field).reduce(shrink))
    box = (0, 0, width / shrink, height / shrink)
    full = Image.fromarray(_gaussian(small, sigma / shrink)).resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.asarray(full)


def _gaussian(field: Field, sigma: float) -> Field:
    smooth: Field = ndimage.gaussian_filter(field, sigma, truncate=3, mode="nearest")
    return smooth


def blurred_mask(mask: Mask, sigma: float) -> Eighth:
    """How much of a mask is around each pixel, 0…255: eight bits are plenty and blur several times faster."""
    drawn = Image.fromarray(mask.astype(np.uint8) * 255)
    return np.asarray(drawn.filter(ImageFilter.GaussianBlur(sigma)))


def in_bands(compute: Callable[..., Field], *fields: NDArray[Any], into: type[np.floating[Any]] = np.float32) -> Field:
    """A field made of others, a few rows at a time: no full-size intermediates, and they stay in the cache."""
    made = np.empty(fields[0].shape, into)
    for top in range(0, len(made), BAND):
        made[top : top + BAND] = compute(*(field[top : top + BAND] for field in fields))
    return made


def halves(compute: Callable[..., Field], *fields: NDArray[Any]) -> Half:
    """The same in half precision, enough for what only scales light."""
    return in_bands(compute, *fields, into=np.float16).astype(np.float16, copy=False)


def softened(field: Field) -> Field:
    """A nine-pixel binomial blur: takes the staircase out of what comes from pixels."""
    kernel = np.array([1, 8, 28, 56, 70, 56, 28, 8, 1], np.float32) / 256
    down = ndimage.correlate1d(field, kernel, axis=0, mode="nearest")
    smooth: Field = ndimage.correlate1d(down, kernel, axis=1, mode="nearest")
    return smooth


def cloud(rng: np.random.Generator, shape: tuple[int, int], *, cell: int, sigma: float) -> Field:
    """Smooth noise of unit variance, its lumps `sigma` cells wide."""
    height, width = shape
    noise = rng.standard_normal((height // cell + 3, width // cell + 3), dtype=np.float32)
    noise = ndimage.gaussian_filter(noise, sigma, mode="nearest")
    noise /= noise.std() + np.float32(1e-6)
    return np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC))


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high` and an S between them (`high` may be the smaller one)."""
    t: Field = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return t * t * (3 - 2 * t)


def quarter_round(inward: Field, radius: float) -> Field:
    """The height of an edge rounded off over `radius`."""
    t: Field = np.clip(inward / np.float32(radius), 0, 1)
    height: Field = np.float32(radius) * np.sqrt(t * (2 - t))
    return height
