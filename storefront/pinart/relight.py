"""Relight: the finished pin taken apart, so that a browser can turn it in the light (`static/js/tilt.js`)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from storefront.pinart.artwork import Artwork, Field, Mask
from storefront.pinart.enamel import Enamel, coat
from storefront.pinart.fields import bands
from storefront.pinart.light import slopes
from storefront.pinart.metals import METALS
from storefront.pinart.picture import Look
from storefront.pinart.regions import cut_regions
from storefront.pinart.relief import Relief, hard_relief, soft_relief
from storefront.pinart.shading import to_image

STEEPEST = 1.5  # slopes beyond this are cut off: they face away from every light
FLAT = 128
HALF = 127  # metal lies above, enamel's openness below


@dataclass(frozen=True, eq=False)
class Relight:
    """`albedo`: colour before any light, with the outline as alpha. `surface`: slopes across and down as red and green,
    and blue is a half and more for metal (how bright it is kept), less for enamel (how open it lies).
    """

    albedo: Image.Image
    surface: Image.Image


def relight_pair(artwork: Artwork, look: Look, size: int = 720) -> Relight:
    rng = np.random.default_rng(look.seed)
    metal = METALS[look.metal]
    regions = cut_regions(artwork, size)
    shape = soft_relief if look.enamel == Enamel.SOFT else hard_relief
    relief = shape(regions, metal, rng, look.texture)
    enamel = coat(artwork, Enamel(look.enamel), artwork.colours, look.effects, look.seed)
    colours = _encoded(enamel.colours)
    colours[:, 0] = _encoded(np.array(metal.reflectance, np.float32))
    albedo = to_image(colours[:, relief.cells] * relief.silhouette, relief.silhouette, relief.place)
    surface = to_image(_surface(relief), relief.silhouette, relief.place)
    ground = Image.new("RGB", surface.size, (FLAT, FLAT, HALF))
    ground.paste(surface, mask=surface.getchannel("A"))
    return Relight(albedo, ground)


def _surface(relief: Relief) -> NDArray[np.uint8]:
    planes = np.empty((3, *relief.height.shape), np.uint8)
    for rows in bands(relief.height.shape):
        x, y = slopes(relief, rows)
        planes[0, rows], planes[1, rows] = _slope(x), _slope(y)
        planes[2, rows] = _kept(relief, rows, relief.metal[rows])
    return planes


def _slope(slope: Field) -> Field:
    """Fine steps for gentle slopes, coarse ones for steep."""
    gentle: Field = np.sign(slope) * np.sqrt(np.minimum(np.abs(slope) / np.float32(STEEPEST), 1))
    return gentle * np.float32(FLAT - 1) + np.float32(FLAT)


def _kept(relief: Relief, rows: slice, bare: Mask) -> Field:
    openness = relief.openness[rows].astype(np.float32)
    lit = 1 - relief.shadow[rows].astype(np.float32) * np.float32(0.62) if relief.shadow is not None else np.float32(1)
    wear = relief.wear[rows].astype(np.float32)
    kept: Field = np.where(bare, np.float32(HALF + 1) + np.float32(HALF) * wear, openness * lit * np.float32(HALF))
    return kept


def _encoded(light: Field) -> NDArray[np.uint8]:
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)  # noqa: PLR2004 (sRGB)
    shown: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return shown
