"""Shading: relief and light become pixels, a band of rows at a time so that memory stays low."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.enamel import Coat, Enamel, hard_light, metal_light, soft_light, window_glaze
from storefront.pinart.fields import BAND
from storefront.pinart.light import Rays, developed, rays, studio
from storefront.pinart.metals import Metal
from storefront.pinart.regions import SUPERSAMPLE, Place
from storefront.pinart.relief import Relief

Rgb8 = NDArray[np.uint8]


def shade(relief: Relief, metal: Metal, enamel: Coat | None, rng: np.random.Generator) -> Rgb8:
    """The piece in sRGB, black outside its silhouette, three planes of fine pixels."""
    if enamel is not None and relief.grain is not None:
        relief = replace(relief, grain=relief.grain * ~enamel.filled[relief.cells])
    height, width = relief.height.shape
    picture = np.zeros((3, height, width), np.uint8)
    mirror = studio(metal.roughness)
    dither = rng.random((BAND, width), dtype=np.float32)
    for top in range(0, height, BAND):
        rows = slice(top, min(height, top + BAND))
        at = rays(relief, rows)
        light = metal_light(metal, mirror, at, relief.wear[rows].astype(np.float32))
        if enamel is not None:
            light = _coated(light, relief, rows, metal, enamel, at)
        shown = developed(light) + dither[: rows.stop - rows.start]
        np.multiply(np.minimum(shown, 255), relief.silhouette[rows], out=picture[:, rows], casting="unsafe")
    return picture


def _coated(light: Field, relief: Relief, rows: slice, metal: Metal, enamel: Coat, at: Rays) -> Field:
    bare = relief.metal[rows]
    if enamel.enamel is Enamel.SOFT:
        return np.where(bare, light, soft_light(enamel, relief, rows, at, light))
    glaze = window_glaze(relief, rows, at)
    reflectance = np.array(metal.reflectance, np.float32)[:, None, None]
    return np.where(bare, light + glaze * (reflectance / 2), hard_light(enamel, relief, rows, at, glaze))


def to_image(picture: Rgb8, silhouette: Mask, place: Place) -> Image.Image:
    """Fine pixels shrunk to the canvas with a transparent ground; colours are weighted by cover, so edges stay clean."""
    height, width = (side // SUPERSAMPLE for side in silhouette.shape)
    cover = _shrunk(silhouette.astype(np.uint8) * 255, width, height)
    weight = 255 / np.maximum(cover.astype(np.float32), 1)
    planes = [np.minimum(_shrunk(plane, width, height) * weight, 255).astype(np.uint8) for plane in picture]
    piece = Image.fromarray(np.stack([*planes, cover], axis=-1))
    canvas = Image.new("RGBA", (place.canvas // SUPERSAMPLE,) * 2)
    canvas.paste(piece, (place.left // SUPERSAMPLE, place.top // SUPERSAMPLE))
    return canvas


def _shrunk(plane: Rgb8, width: int, height: int) -> Rgb8:
    return np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.LANCZOS))
