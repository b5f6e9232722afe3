"""Night: the pin in a dark room, where only what glows gives light."""

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Artwork, Field
from storefront.pinart.choices import Effect
from storefront.pinart.fields import blurred
from storefront.pinart.light import developed, to_linear
from storefront.pinart.paper import on_dark
from storefront.pinart.picture import Look, front
from storefront.pinart.regions import SUPERSAMPLE, cut_regions

PHOSPHOR = np.array([0.30, 1.0, 0.46], np.float32)
MOONLIGHT = np.array([0.030, 0.036, 0.050], np.float32)
STRENGTH = 0.8
# How wide light spreads, in thousandths of the canvas, and how much of it does: in the enamel, on the walls, in the air.
BLOOMS = ((6, 0.20), (22, 0.16), (60, 0.10))


def by_night(artwork: Artwork, look: Look, size: int) -> Image.Image:
    """The finished pin on a transparent ground, what glows shining past its outline; for `on_dark(…, pool=0)`."""
    day = np.asarray(front(artwork, look, size))
    cover = day[..., 3].astype(np.float32) / 255
    light = np.moveaxis(to_linear(day[..., :3]), -1, 0) * MOONLIGHT[:, None, None]
    glow = _glow(artwork, look, size)
    feet = np.float32(0.35) + np.float32(0.65) * blurred((glow.max(axis=0) > 0).astype(np.float32), 5 * size / 1000)
    shine = glow * (np.float32(STRENGTH) * feet)
    halo = sum(
        np.float32(share) * np.stack([blurred(plane, wide * size / 1000) for plane in glow]) for wide, share in BLOOMS
    )
    light = (light + shine) * cover + halo
    brightest = light.max(axis=0)
    alpha = np.maximum(cover, np.minimum(brightest * np.float32(2.2), 1))
    shown = developed(light / np.maximum(alpha, np.float32(1e-3)))
    pixels = np.dstack([*shown, alpha * 255])
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def in_the_dark(artwork: Artwork, look: Look, size: int) -> Image.Image:
    """The same laid on dark cloth with the lamp out."""
    return on_dark(by_night(artwork, look, size), pool=0)


def _glow(artwork: Artwork, look: Look, size: int) -> Field:
    """Linear light from every pixel of the canvas; the walls shade what lies at their feet."""
    regions = cut_regions(artwork, size)
    light = np.zeros((3, 256), np.float32)
    for region, effect in look.effects.items():
        if effect == Effect.GLOW and region in artwork.palette:
            light[:, region] = _phosphorescence(to_linear(np.array(artwork.palette[region])))
    shining = light[:, regions.cells]
    canvas = np.zeros((3, size, size), np.float32)
    height, width = (side // SUPERSAMPLE for side in regions.cells.shape)
    top, left = regions.place.top // SUPERSAMPLE, regions.place.left // SUPERSAMPLE
    rows = slice(max(0, top), top + height), slice(max(0, left), left + width)
    for plane, fine in zip(canvas, shining, strict=True):
        plane[rows] = np.asarray(Image.fromarray(fine).reduce(SUPERSAMPLE))[: size - top, : size - left]
    return canvas


def _phosphorescence(colour: Field) -> Field:
    """The powder is green; a coloured one passes on what it can of that, with some light of its own colour."""
    own = colour / max(float(colour.max()), 0.05)
    light: Field = (
        np.float32(0.6) * PHOSPHOR * (np.float32(0.35) + np.float32(0.65) * own) + np.float32(0.4) * own * own
    )
    light /= light.max()
    return light
