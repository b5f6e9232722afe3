"""Enamel: colour in its cells, and what one band of it sends back under the studio's light."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from storefront.pinart.artwork import Artwork, Field, Ids, Mask
from storefront.pinart.choices import Effect, Enamel
from storefront.pinart.fields import smoothstep
from storefront.pinart.light import Rays, Studio, highlight, studio, to_linear
from storefront.pinart.relief import Relief

MILK = np.array([0.80, 0.86, 0.74], np.float32)
"""Daylight on the powder that glows."""


@dataclass(frozen=True, eq=False)
class Coat:
    """The enamel of a piece: its kind, the linear colour and the effect of every region, and which are filled already."""

    enamel: Enamel
    colours: Field
    effects: Mapping[Effect, Mask]
    filled: Mask
    studio: Studio
    seed: int


@dataclass(frozen=True, eq=False)
class Finish:
    """For a band of rows: how brightly colour is lit, what its face adds on top, and how much light the walls leave."""

    body: Field
    gloss: Field
    openness: Field
    lit: Field

    def at(self, where: Mask) -> "Finish":
        return Finish(self.body[where], self.gloss[where], self.openness[where], self.lit[where])


def coat(
    artwork: Artwork, enamel: Enamel, filled: list[int], effects: Mapping[int, str] | None = None, seed: int = 0
) -> Coat:
    colours = np.zeros((3, 256), np.float32)
    for region, rgb in artwork.palette.items():
        colours[:, region] = to_linear(np.array(rgb))
    has_enamel = np.zeros(256, bool)
    has_enamel[filled] = True
    chosen: dict[Effect, Mask] = {
        effect: _regions(effect, effects or {}) for effect in Effect if effect is not Effect.PLAIN
    }
    milky = chosen[Effect.GLOW]
    colours[:, milky] = _milky(colours[:, milky])
    return Coat(enamel, colours, chosen, has_enamel, studio(0.22 if enamel is Enamel.SOFT else 0.03), seed)


def _milky(colours: Field) -> Field:
    """Powder under any colour makes it pale; its hue stays."""
    hue = colours / np.maximum(colours.max(axis=0), np.float32(0.02))
    milk: Field = MILK[:, None] * (np.float32(0.45) + np.float32(0.55) * hue)
    return np.float32(0.5) * (colours + milk)


def _regions(effect: Effect, effects: Mapping[int, str]) -> Mask:
    chosen = np.zeros(256, bool)
    chosen[[region for region, name in effects.items() if name == effect]] = True
    return chosen


def soft_finish(enamel: Coat, relief: Relief, rows: slice, at: Rays) -> Finish:
    """Matt colour in a bowl, its walls' shadow on it."""
    openness = relief.openness[rows].astype(np.float32)
    lit = np.ones_like(openness) if relief.shadow is None else 1 - relief.shadow[rows].astype(np.float32)
    body = (np.float32(0.30) + np.float32(0.88) * at.to_key) * openness * (np.float32(0.38) + np.float32(0.62) * lit)
    gloss = enamel.studio.seen(at) * np.float32(0.045) + highlight(at, 34) * np.float32(0.20) * lit
    gloss *= np.float32(0.5) + np.float32(0.5) * openness
    return Finish(body * np.float32(1.04), gloss, openness, lit)


def hard_finish(enamel: Coat, relief: Relief, rows: slice, at: Rays, glaze: Field) -> Finish:
    """Colour under a polished face that mirrors the studio faintly and the window plainly."""
    openness = relief.openness[rows].astype(np.float32)
    body = (np.float32(0.66) + np.float32(0.40) * at.to_key) * openness * np.float32(1.03)
    gloss = enamel.studio.seen(at) * (np.float32(0.030) + np.float32(0.45) * at.grazing) + glaze
    return Finish(body, gloss, openness, np.ones_like(body))


def unfilled(enamel: Coat, cells: Ids, colour: Field, metal: Field, finish: Finish) -> Field:
    """A cell not yet filled shows the metal at its bottom."""
    if enamel.filled[cells[cells > 0]].all():
        return colour
    reach = (np.float32(0.45) + np.float32(0.55) * finish.lit) * (np.float32(0.35) + np.float32(0.65) * finish.openness)
    return np.where(enamel.filled[cells], colour, metal * reach)


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
