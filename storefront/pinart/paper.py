"""Paper: the pin laid on a sheet, with the side of its metal and the shadow it throws."""

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Field, Rgb
from storefront.pinart.fields import blurred
from storefront.pinart.light import developed, to_linear

GROUND: Rgb = (244, 242, 238)
THICKNESS = 8
# right, down, blur, strength: contact, body and room
SHADOWS = ((9, 15, 6, 0.46), (20, 32, 22, 0.28), (34, 56, 60, 0.17))
SHADOW_TINT = np.array([0.10, 0.09, 0.12], np.float32) * 255


def on_paper(image: Image.Image, ground: Rgb = GROUND, seed: int = 1) -> Image.Image:
    """The transparent picture of a pin, opaque on paper lit from the upper left."""
    pixels = np.asarray(image, dtype=np.float32)
    cover = pixels[..., 3] / 255
    unit = image.width / 1000
    paper = _lit_sheet(image.size, ground)
    light = np.ones_like(cover)
    for right, down, blur, strength in SHADOWS:
        light *= 1 - np.float32(strength) * blurred(_shifted(cover, right * unit, down * unit), blur * unit)
    paper = paper * light[..., None] + SHADOW_TINT * (1 - light[..., None])
    side = _side(cover, unit)[..., None]
    paper = paper * (1 - side) + _side_colour(pixels, cover) * side
    laid = pixels[..., :3] * cover[..., None] + paper * (1 - cover[..., None])
    laid += np.random.default_rng(seed).random(cover.shape, dtype=np.float32)[..., None]
    return Image.fromarray(np.clip(laid, 0, 255).astype(np.uint8))


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


def _side_colour(pixels: Field, cover: Field) -> Field:
    """The rim's own metal, dark and streaked: what a polished side shows of the table."""
    height, width = cover.shape
    edge = (cover > 0.1) & (cover < 0.9)  # noqa: PLR2004 (half covered: the outline)
    metal = to_linear(np.median(pixels[edge, :3], axis=0)) if edge.any() else np.full(3, 0.3, np.float32)
    x = np.arange(width, dtype=np.float32)[None] / width
    y = np.arange(height, dtype=np.float32)[:, None] / height
    streaks = 0.5 + 0.5 * np.sin((x * 9 + y * 3) * np.float32(2.1))
    shade = np.float32(0.16) + np.float32(0.34) * streaks
    return np.stack([developed(metal[plane] * shade) for plane in range(3)], axis=-1)
