"""Relight: the finished pin taken apart, so that a browser can turn it in the light (`static/js/tilt.js`)."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from storefront.pinart.artwork import Artwork, Field
from storefront.pinart.choices import Effect, Enamel
from storefront.pinart.enamel import coat
from storefront.pinart.fields import bands
from storefront.pinart.light import slopes
from storefront.pinart.metals import METALS, Metal
from storefront.pinart.picture import Look, front
from storefront.pinart.regions import cut_regions
from storefront.pinart.relief import Relief, hard_relief, soft_relief
from storefront.pinart.shading import to_image

STEEPEST = 1.5  # slopes beyond this are cut off: they face away from every light
FLAT = 128
LARGEST = 100_000
MOST_OPEN = 150  # metal is 255; between the two lies what compression may mix up


@dataclass(frozen=True, eq=False)
class Relight:
    """`albedo`: colour before any light, metal's with its patina, the outline as alpha. `surface`: slopes across and down
    as red and green; blue is full for metal, for enamel how open it lies.
    """

    albedo: Image.Image
    surface: Image.Image

    def webp(self) -> tuple[bytes, bytes]:
        """Both as files for the browser, together below 100 KB."""
        for less in range(0, 60, 12):  # a pin all of glitter needs it
            files = _webp(self.albedo, 74 - less), _webp(self.surface, 84 - less)
            if sum(map(len, files)) <= LARGEST:
                break
        return files


def relight_pair(artwork: Artwork, look: Look, size: int = 720) -> Relight:
    rng = np.random.default_rng(look.seed)
    metal = METALS[look.metal]
    regions = cut_regions(artwork, size)
    shape = soft_relief if look.enamel == Enamel.SOFT else hard_relief
    relief = shape(regions, metal, rng, look.texture)
    enamel = coat(artwork, Enamel(look.enamel), artwork.colours, look.effects, look.seed)
    albedo = to_image(_albedo(relief, metal, enamel.colours), relief.silhouette, relief.place)
    stirred = [region for region, effect in look.effects.items() if effect in {Effect.GLITTER, Effect.TRANSLUCENT}]
    if stirred:
        where = to_image(_marked(relief, stirred), relief.silhouette, relief.place).getchannel("R")
        albedo.paste(front(artwork, look, size), mask=where)
    surface = to_image(_surface(relief), relief.silhouette, relief.place)
    ground = Image.new("RGB", surface.size, (FLAT, FLAT, FLAT))
    ground.paste(surface, mask=surface.getchannel("A"))
    return Relight(albedo, ground)


def _webp(image: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=quality, method=5)
    return file.getvalue()


def _albedo(relief: Relief, metal: Metal, colours: Field) -> NDArray[np.uint8]:
    reflectance = np.array(metal.reflectance, np.float32)[:, None, None]
    planes = _encoded(colours)[:, relief.cells]
    for rows in bands(relief.height.shape):
        bare = reflectance * relief.wear[rows].astype(np.float32)
        np.copyto(planes[:, rows], _encoded(bare), where=relief.metal[rows])
    planes *= relief.silhouette
    return planes


def _marked(relief: Relief, regions: list[int]) -> NDArray[np.uint8]:
    """Flakes and glass send back more than their own slope's light: the browser gets them as they are seen."""
    shown = np.zeros(256, np.uint8)
    shown[regions] = 255
    return np.stack([shown[relief.cells]] * 3)


def _surface(relief: Relief) -> NDArray[np.uint8]:
    planes = np.empty((3, *relief.height.shape), np.uint8)
    for rows in bands(relief.height.shape):
        x, y = slopes(relief, rows)
        planes[0, rows], planes[1, rows] = _slope(x), _slope(y)
        planes[2, rows] = _open(relief, rows)
    return planes


def _slope(slope: Field) -> Field:
    """Fine steps for gentle slopes, coarse ones for steep."""
    gentle: Field = np.sign(slope) * np.sqrt(np.minimum(np.abs(slope) / np.float32(STEEPEST), 1))
    return gentle * np.float32(FLAT - 1) + np.float32(FLAT)


def _open(relief: Relief, rows: slice) -> Field:
    openness = relief.openness[rows].astype(np.float32)
    lit = 1 - relief.shadow[rows].astype(np.float32) * np.float32(0.62) if relief.shadow is not None else np.float32(1)
    light: Field = np.where(relief.metal[rows], np.float32(255), openness * lit * np.float32(MOST_OPEN))
    return light


def _encoded(light: Field) -> NDArray[np.uint8]:
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)  # noqa: PLR2004 (sRGB)
    shown: NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return shown
