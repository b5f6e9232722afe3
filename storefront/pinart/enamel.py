"""Enamel and metal under the studio's light: what one band of the piece sends back."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from storefront.pinart.artwork import Artwork, Field, Mask
from storefront.pinart.fields import smoothstep
from storefront.pinart.light import Rays, Studio, highlight, studio, to_linear
from storefront.pinart.metals import Metal
from storefront.pinart.relief import Relief


class Enamel(StrEnum):
    SOFT = "soft"
    HARD = "hard"


class Effect(StrEnum):
    """What is stirred into one colour."""

    PLAIN = "plain"
    GLITTER = "glitter"
    TRANSLUCENT = "translucent"
    GLOW = "glow"


@dataclass(frozen=True, eq=False)
class Coat:
    """The enamel of a piece: its kind, the linear colour of every region, and which regions are filled already."""

    enamel: Enamel
    colours: Field
    filled: Mask
    studio: Studio


def coat(artwork: Artwork, enamel: Enamel, filled: list[int]) -> Coat:
    colours = np.zeros((3, 256), np.float32)
    for region, rgb in artwork.palette.items():
        colours[:, region] = to_linear(np.array(rgb))
    has_enamel = np.zeros(256, bool)
    has_enamel[filled] = True
    return Coat(enamel, colours, has_enamel, studio(0.22 if enamel is Enamel.SOFT else 0.03))


def metal_light(metal: Metal, mirror: Studio, at: Rays, wear: Field) -> Field:
    """Three planes of linear light, as a mirror tinted by the metal would send back."""
    reflectance = np.array(metal.reflectance, np.float32)[:, None, None]
    seen = mirror.seen(at)
    if metal.is_rough:
        seen = np.float32(0.55) * seen + np.float32(0.45) * (np.float32(0.35) + np.float32(0.75) * at.to_key)
        spark = highlight(at, 24) * np.float32(0.55 * 0.35)
    else:
        spark = highlight(at, 90) * np.float32(0.55 * 1.1)
    seen = seen * wear * np.float32(0.92)
    return seen * (reflectance + (1 - reflectance) * at.grazing) + spark * (
        np.float32(0.35) + np.float32(0.65) * reflectance
    )


def soft_light(enamel: Coat, relief: Relief, rows: slice, at: Rays, metal: Field) -> Field:
    """Matt colour in a bowl, its walls' shadow on it; a cell not yet filled shows the metal at its bottom."""
    openness = relief.openness[rows].astype(np.float32)
    lit = 1 - (relief.shadow[rows].astype(np.float32) if relief.shadow is not None else np.float32(0))
    cells = relief.cells[rows]
    matt = (np.float32(0.30) + np.float32(0.88) * at.to_key) * openness * (np.float32(0.38) + np.float32(0.62) * lit)
    gloss = enamel.studio.seen(at) * np.float32(0.045) + highlight(at, 34) * np.float32(0.20) * lit
    gloss *= np.float32(0.5) + np.float32(0.5) * openness
    colour = enamel.colours[:, cells] * (matt * np.float32(1.04)) + gloss
    if enamel.filled[cells[cells > 0]].all():
        return colour
    bare = metal * ((np.float32(0.45) + np.float32(0.55) * lit) * (np.float32(0.35) + np.float32(0.65) * openness))
    return np.where(enamel.filled[cells], colour, bare)


def hard_light(enamel: Coat, relief: Relief, rows: slice, at: Rays, glaze: Field) -> Field:
    """Colour under a polished face that mirrors the studio faintly and the window plainly."""
    openness = relief.openness[rows].astype(np.float32)
    body = (np.float32(0.66) + np.float32(0.40) * at.to_key) * openness * np.float32(1.03)
    gloss = enamel.studio.seen(at) * (np.float32(0.030) + np.float32(0.45) * at.grazing) + glaze
    return enamel.colours[:, relief.cells[rows]] * body + gloss


def window_glaze(relief: Relief, rows: slice, at: Rays) -> Field:
    """Two slanted bars of a window's light across the polished face, fading towards the lower left."""
    if relief.flatness is None:
        return np.zeros((1, 1), np.float32)
    along = at.across * np.float32(0.86) + at.down * np.float32(0.51)
    beside = at.down * np.float32(0.86) - at.across * np.float32(0.51)

    def bar(low: float, high: float) -> Field:
        return smoothstep(low - 0.012, low + 0.012, along) * (1 - smoothstep(high - 0.012, high + 0.012, along))

    fading = np.float32(0.35) + np.float32(0.65) * smoothstep(0.75, -0.75, beside)
    bars: Field = bar(-0.56, -0.30) + np.float32(0.8) * bar(-0.26, -0.16)
    return bars * fading * relief.flatness[rows] * np.float32(0.075)
