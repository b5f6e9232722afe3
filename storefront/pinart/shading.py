"""Shading: relief and light become pixels, a band of rows at a time so that memory stays low."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from storefront.pinart.artwork import Field, Mask
from storefront.pinart.choices import Enamel
from storefront.pinart.effects import Floor, enamel_light
from storefront.pinart.enamel import Coat, hard_finish, soft_finish, unfilled, window_glaze
from storefront.pinart.fields import Half, bands
from storefront.pinart.light import Rays, developed, rays, studio
from storefront.pinart.metals import Metal
from storefront.pinart.plating import frosted, metal_light
from storefront.pinart.regions import SUPERSAMPLE, Place
from storefront.pinart.relief import Relief

Rgb8 = NDArray[np.uint8]


def shade(relief: Relief, metal: Metal, enamel: Coat | None, rng: np.random.Generator) -> Rgb8:
    """The piece in sRGB, black outside its silhouette, three planes of fine pixels."""
    grain_strength = relief.grain_strength
    if enamel is not None and grain_strength is not None:
        relief = replace(relief, grain_strength=grain_strength * ~enamel.filled[relief.cells])
    height, width = relief.height.shape
    picture = np.zeros((3, height, width), np.uint8)
    mirror = studio(metal.roughness)
    dither = rng.random((next(bands((height, width))).stop, width), dtype=np.float32)
    for rows in bands((height, width)):
        at = rays(relief, rows)
        wear = relief.wear[rows].astype(np.float32)
        light = metal_light(metal, mirror, at, wear)
        if relief.frost is not None:
            light = frosted(light, metal, at, wear, relief.frost[rows])
        if enamel is not None:
            light = _coated(light, relief, rows, metal, enamel, at, grain_strength)
        shown = developed(light) + dither[: rows.stop - rows.start]
        np.multiply(np.minimum(shown, 255), relief.silhouette[rows], out=picture[:, rows], casting="unsafe")
    return picture


def _coated(
    light: Field, relief: Relief, rows: slice, metal: Metal, enamel: Coat, at: Rays, grain_strength: Half | None
) -> Field:
    bare, cells = relief.metal[rows], relief.cells[rows]
    if enamel.enamel is Enamel.SOFT:
        finish = soft_finish(enamel, relief, rows, at)
    else:
        glaze = window_glaze(relief, rows, at)
        finish = hard_finish(enamel, relief, rows, at, glaze)
    floor = Floor(metal, relief, rows, grain_strength)
    colour = unfilled(enamel, cells, enamel_light(enamel, cells, at, finish, floor), light, finish)
    if enamel.enamel is Enamel.HARD:
        light = light + glaze * (np.array(metal.reflectance, np.float32)[:, None, None] / 2)
    return np.where(bare, light, colour)


def to_image(picture: Rgb8, silhouette: Mask, place: Place) -> Image.Image:
    """Fine pixels shrunk to the canvas with a transparent ground; colours are weighted by cover, so edges stay clean."""
    size = silhouette.shape[1] // SUPERSAMPLE, silhouette.shape[0] // SUPERSAMPLE
    whole = Image.fromarray(silhouette.view(np.uint8) * np.uint8(255))
    cover = np.asarray(whole.reduce(SUPERSAMPLE) if silhouette.all() else whole.resize(size, Image.Resampling.LANCZOS))
    planes = Image.merge("RGB", [Image.fromarray(plane) for plane in picture])
    shown = np.array(planes.resize(size, Image.Resampling.LANCZOS))
    edge = np.nonzero((cover > 0) & (cover < 255))  # noqa: PLR2004 (wholly covered)
    shown[edge] = np.minimum(shown[edge] * (np.float32(255) / cover[edge])[:, None], 255)
    piece = Image.fromarray(np.dstack([shown, cover]))
    canvas = Image.new("RGBA", (place.canvas // SUPERSAMPLE,) * 2)
    canvas.paste(piece, (place.left // SUPERSAMPLE, place.top // SUPERSAMPLE))
    return canvas
