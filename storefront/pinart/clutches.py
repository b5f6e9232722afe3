"""Clutches: where the posts stand on a back, and the rubber that holds them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from storefront.pinart.artwork import AIR, Field, Mask
from storefront.pinart.fields import blurred, quarter_round
from storefront.pinart.metals import METALS, RUBBER, Metal
from storefront.pinart.regions import SUPERSAMPLE, Place
from storefront.pinart.relief import Relief
from storefront.pinart.shading import shade, to_image

CLUTCH = 47.0
TIP = 8.5


@dataclass(frozen=True)
class Post:
    x: int
    y: int


def find_posts(inward: Field, unit: float) -> list[Post]:
    """One post left, one right, each deep in the metal and far out; a single one where two would not fit."""
    height, width = inward.shape
    step = max(1, int(4 * unit))
    coarse = inward[::step, ::step]
    x = np.arange(coarse.shape[1], dtype=np.float32)[None] * step
    y = np.arange(coarse.shape[0], dtype=np.float32)[:, None] * step
    room = np.minimum(coarse / np.float32((CLUTCH + 22) * unit), 1)
    aside = np.abs(x / width - 0.5)
    score = room * 2 + aside * np.float32(0.9) - np.abs(y / height - np.float32(0.36)) * np.float32(0.9)
    score = np.where(coarse > (CLUTCH - 12) * unit, score, -np.inf)
    posts = [_best(np.where(side, score, -np.inf), step) for side in (x < width * 0.36, x > width * 0.64)]
    found = [post for post in posts if post is not None]
    if len(found) == len(posts):
        return found
    rows, columns = np.nonzero(coarse >= coarse.max() - step)  # as deep as can be: of a bar, a whole line
    away = np.hypot(
        rows - np.flatnonzero(coarse.any(axis=1)).mean(), columns - np.flatnonzero(coarse.any(axis=0)).mean()
    )
    nearest = int(np.argmin(away))
    return [Post(int(columns[nearest]) * step, int(rows[nearest]) * step)]


def _best(score: Field, step: int) -> Post | None:
    row, column = np.unravel_index(int(np.argmax(score)), score.shape)
    if not np.isfinite(score[row, column]):
        return None
    return Post(int(column) * step, int(row) * step)


def clutch_shadow(shape: tuple[int, int], posts: list[Post], unit: float) -> Field:
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    x = np.arange(shape[1], dtype=np.float32)[None]
    shadow = np.zeros(shape, np.float32)
    for post in posts:
        away = np.hypot(x - np.float32(post.x + 9 * unit), y - np.float32(post.y + 14 * unit))
        np.maximum(shadow, np.clip((np.float32((CLUTCH + 10) * unit) - away) / np.float32(18 * unit), 0, 1), out=shadow)
    return blurred(shadow, 5 * unit)


def fit_clutches(picture: Image.Image, posts: list[Post], place: Place, seed: int) -> None:
    for post in posts:
        rubber = _turned(post, place, CLUTCH, _rubber_profile, RUBBER, seed)
        picture.alpha_composite(rubber)
        picture.alpha_composite(_turned(post, place, TIP, _ball_profile, METALS["silver"], seed))


def _rubber_profile(radius: Field, unit: float) -> Field:
    """A turned disc: rounded rim, a dish, two rings and a collar around the post."""
    rim = quarter_round(CLUTCH * unit - radius, 13 * unit)
    rings = np.cos(radius * np.float32(2 * np.pi / (9.5 * unit))) * np.float32(1.1 * unit)
    inner = np.clip((np.float32(34 * unit) - radius) / np.float32(3 * unit), 0, 1)
    collar = np.clip((np.float32(15 * unit) - radius) / np.float32(6 * unit), 0, 1) * np.float32(5 * unit)
    height: Field = rim + inner * (rings - np.float32(3.5 * unit)) + collar
    return height


def _ball_profile(radius: Field, unit: float) -> Field:
    height: Field = np.sqrt(np.maximum(np.float32((TIP * unit) ** 2) - radius * radius, 0))
    return height


def _turned(
    post: Post, place: Place, reach: float, profile: Callable[[Field, float], Field], metal: Metal, seed: int
) -> Image.Image:
    """Something round, shaded on its own and laid where its post stands."""
    half = (int(reach * place.unit) + 4) // SUPERSAMPLE * SUPERSAMPLE
    offset = np.arange(-half, half, dtype=np.float32) + np.float32(0.5)
    radius = np.hypot(offset[None], offset[:, None])
    mask: Mask = radius < reach * place.unit
    top = (place.top + post.y - half) // SUPERSAMPLE * SUPERSAMPLE
    left = (place.left + post.x - half) // SUPERSAMPLE * SUPERSAMPLE
    relief = Relief(
        place=Place(place.canvas, top, left),
        silhouette=mask,
        metal=np.ones_like(mask),
        cells=np.full(mask.shape, AIR, np.uint8),
        height=profile(radius, place.unit).astype(np.float32),
        ripple=np.zeros(mask.shape, np.float32),
        ripple_strength=np.zeros(mask.shape, np.float16),
        dome=(0.1, 0.1),
        openness=np.ones(mask.shape, np.float16),
        wear=np.ones(mask.shape, np.float16),
    )
    return to_image(shade(relief, metal, None, np.random.default_rng(seed)), mask, relief.place)
