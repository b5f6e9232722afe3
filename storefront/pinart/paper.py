"""Paper: the pin laid on a sheet or on dark cloth, with the side of its metal and the shadow it throws."""

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Field, Rgb
from storefront.pinart.fields import blurred
from storefront.pinart.light import developed, to_linear

GROUND: Rgb = (244, 242, 238)
THICKNESS = 8
# right, down, blur, strength: contact, body and room
SHADOWS = ((9, 15, 6, 0.46), (20, 32, 22, 0.28), (34, 56, 60, 0.17))
RIM_LIGHT = 0.62  # of what a perfect mirror's rim would send on average
HALO = 0.5
DARK_SHADOW = np.array([3, 3, 4], np.float32)
SHADOW_TINT = np.array([0.10, 0.09, 0.12], np.float32) * 255


def on_paper(image: Image.Image, ground: Rgb = GROUND, seed: int = 1) -> Image.Image:
    """The transparent picture of a pin, opaque on paper lit from the upper left."""
    pixels = np.asarray(image, dtype=np.float32)
    return _laid(pixels, _lit_sheet(image.size, ground), SHADOW_TINT, seed)


def on_dark(image: Image.Image, pool: float = 1.0, seed: int = 1) -> Image.Image:
    """The same on dark cloth in a pool of light; with a pool of 0 the room is dark (see `night`)."""
    pixels = np.asarray(image, dtype=np.float32)
    return _laid(pixels, _dark_cloth(image.size, pool), DARK_SHADOW, seed, side=0.35 + 0.4 * pool)


def _laid(pixels: Field, ground: Field, shadow: Field, seed: int, side: float = 1.0) -> Image.Image:
    cover = pixels[..., 3] / 255
    solid = np.where(cover > HALO, cover, 0)  # a glow in the air throws no shadow
    unit = cover.shape[1] / 1000
    light = np.ones_like(cover)
    for right, down, blur, strength in SHADOWS:
        light *= 1 - np.float32(strength) * blurred(_shifted(solid, right * unit, down * unit), blur * unit)
    ground = ground * light[..., None] + shadow * (1 - light[..., None])
    wall = _side(solid, unit)[..., None]
    ground = ground * (1 - wall) + _side_colour(pixels, solid, unit) * (wall * np.float32(side))
    laid = pixels[..., :3] * cover[..., None] + ground * (1 - cover[..., None])
    laid += np.random.default_rng(seed).random(cover.shape, dtype=np.float32)[..., None]
    return Image.fromarray(np.clip(laid, 0, 255).astype(np.uint8))


def _dark_cloth(size: tuple[int, int], pool: float) -> Field:
    """Nearly black, brighter where a lamp above the upper left throws its cone, with the cloth's own faint grain."""
    width, height = size
    x = (np.arange(width, dtype=np.float32) / width - 0.44)[None]
    y = (np.arange(height, dtype=np.float32) / height - 0.42)[:, None]
    lamp = np.exp(np.float32(-3.4) * (x * x + y * y))
    threads = np.random.default_rng(5).standard_normal((height, width), dtype=np.float32)
    cloth = np.float32(10) + np.float32(60 * pool) * lamp + threads * (np.float32(0.4) + np.float32(0.8 * pool) * lamp)
    dark: Field = np.maximum(cloth, 0)[..., None] * np.array([1.0, 0.99, 0.98], np.float32)
    return dark


def _lit_sheet(size: tuple[int, int], ground: Rgb) -> Field:
    width, height = size
    x = (np.arange(width, dtype=np.float32) / width - 0.42)[None]
    y = (np.arange(height, dtype=np.float32) / height - 0.36)[:, None]
    falloff = np.float32(1.012) - np.float32(0.05) * np.hypot(x, y)
    return np.array(ground, np.float32) * falloff[..., None]


def _shifted(field: Field, right: float, down: float) -> Field:
    x, y = round(right), round(down)
    moved = np.zeros_like(field)
    height, width = field.shape
    moved[y:, x:] = field[: height - y, : width - x]
    return moved


def _side(cover: Field, unit: float) -> Field:
    side = np.zeros_like(cover)
    for step in range(1, int(THICKNESS * unit) + 1):
        np.maximum(side, _shifted(cover, 0.45 * step, step), out=side)
    return side


def _side_colour(pixels: Field, cover: Field, unit: float) -> Field:
    """The rim's own metal, dark and streaked: what a polished side shows of the table."""
    height, width = cover.shape
    within = blurred(cover, 5 * unit)
    rim = (cover == 1) & (within < 0.93)  # noqa: PLR2004 (a few units inside the outline)
    light = to_linear(pixels[rim, :3]).mean(axis=0) if rim.any() else np.full(3, 0.3, np.float32)
    metal = np.minimum(light / np.float32(RIM_LIGHT), 1) ** np.float32(1.15)
    x = np.arange(width, dtype=np.float32)[None] / width
    y = np.arange(height, dtype=np.float32)[:, None] / height
    streaks = 0.5 + 0.5 * np.sin((x * 9 + y * 3) * np.float32(2.1))
    shade = np.float32(0.07) + np.float32(0.20) * streaks
    return np.stack([developed(metal[plane] * shade) for plane in range(3)], axis=-1)
