"""Stages: the six steps from a block of steel to the finished pin."""

import numpy as np
from PIL import Image

from storefront.pinart.artwork import AIR, Artwork, Field, Mask
from storefront.pinart.choices import Enamel, Step, Texture
from storefront.pinart.enamel import coat
from storefront.pinart.fields import blurred, cloud, quarter_round, softened
from storefront.pinart.metals import BRASS, METALS, RAW_BRASS, STEEL, Metal
from storefront.pinart.picture import Look, front
from storefront.pinart.regions import Place, cut_regions
from storefront.pinart.relief import OUTER_BEVEL, Relief, soft_relief
from storefront.pinart.shading import shade, to_image

BLOCK = 460
BLOCK_CORNER = 26
CAVITY = 8.0


def stage(artwork: Artwork, look: Look, step: Step | str, size: int) -> Image.Image:
    """The pin as it leaves one step of its making, on a transparent ground."""
    match Step(step):
        case Step.MOLD:
            return _mold(artwork, look, size)
        case Step.STRIKE:
            return _struck(artwork, look, size, RAW_BRASS, filled=[])
        case Step.POLISH:
            return _struck(artwork, look, size, BRASS, filled=[])
        case Step.PLATE:
            return _struck(artwork, look, size, METALS[look.metal], filled=[])
        case Step.COLOUR:
            half = artwork.colours[: (len(artwork.colours) + 1) // 2]
            return _struck(artwork, look, size, METALS[look.metal], filled=half)
        case Step.BAKE:
            return front(artwork, look, size)


def _struck(artwork: Artwork, look: Look, size: int, metal: Metal, filled: list[int]) -> Image.Image:
    """Cells lie deep until they are filled and ground, whichever enamel is to come."""
    rng = np.random.default_rng(look.seed)
    texture = look.texture if metal is not RAW_BRASS else Texture.POLISHED  # the blast comes after the press
    relief = soft_relief(cut_regions(artwork, size), metal, rng, texture)
    enamel = coat(artwork, Enamel.SOFT, filled, look.effects, look.seed)
    return to_image(shade(relief, metal, enamel, rng), relief.silhouette, relief.place)


def _mold(artwork: Artwork, look: Look, size: int) -> Image.Image:
    """The die: the pin mirrored and inside out, sunk into a block of steel."""
    rng = np.random.default_rng(look.seed)
    regions = cut_regions(artwork, size)
    unit, canvas = regions.place.unit, regions.place.canvas
    pin = soft_relief(regions, STEEL, rng)
    inward = _inside_block(canvas, unit)
    height = quarter_round(inward, OUTER_BEVEL * unit)
    box = _on_canvas(regions.place, regions.silhouette.shape)
    sunk = np.where(regions.silhouette, pin.height + np.float32(CAVITY * unit), np.float32(0))
    height[box] -= sunk
    height = softened(np.ascontiguousarray(height[:, ::-1]))
    block = inward > 0
    return to_image(shade(_steel(height, block, rng, canvas), STEEL, None, rng), block, Place(canvas, 0, 0))


def _inside_block(canvas: int, unit: float) -> Field:
    """How far inside the rounded block each pixel of the canvas is."""
    reach = np.float32((BLOCK - BLOCK_CORNER) * unit)
    offset = np.abs(np.arange(canvas, dtype=np.float32) + np.float32(0.5 - canvas / 2)) - reach
    beyond = np.hypot(np.maximum(offset, 0)[None], np.maximum(offset, 0)[:, None])
    within = np.minimum(np.maximum(offset[None], offset[:, None]), 0)
    inward: Field = np.float32(BLOCK_CORNER * unit) - beyond - within
    return np.maximum(inward, 0)


def _on_canvas(place: Place, shape: tuple[int, ...]) -> tuple[slice, slice]:
    return slice(place.top, place.top + shape[0]), slice(place.left, place.left + shape[1])


def _steel(height: Field, block: Mask, rng: np.random.Generator, canvas: int) -> Relief:
    unit = canvas / 1000
    buried = np.clip((blurred(height, 10 * unit) - height) / np.float32(11 * unit), 0, 1)
    noise = softened(rng.standard_normal(height.shape, dtype=np.float32))
    return Relief(
        place=Place(canvas, 0, 0),
        silhouette=block,
        metal=np.ones_like(block),
        cells=np.full(block.shape, AIR, np.uint8),
        height=height,
        ripple=cloud(rng, block.shape, cell=max(4, int(6 * unit)), sigma=2.4),
        ripple_strength=np.full(block.shape, 1.1 * unit, np.float16),
        dome=(0.16, 0.16),
        openness=np.ones(block.shape, np.float16),
        wear=(1 - 0.7 * buried).astype(np.float16),
        grain=noise,
        grain_strength=np.full(block.shape, 0.13, np.float16),
    )
