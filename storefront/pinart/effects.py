"""Effects: what is stirred into a colour: flakes that sparkle, glass that shows the metal, powder that glows."""

from dataclasses import dataclass

import numpy as np

from storefront.pinart.artwork import Field, Ids
from storefront.pinart.choices import Effect
from storefront.pinart.enamel import Coat, Finish
from storefront.pinart.fields import Half
from storefront.pinart.glitter import sparkle
from storefront.pinart.light import Rays, floor_rays, studio
from storefront.pinart.metals import Metal
from storefront.pinart.plating import frosted, metal_light
from storefront.pinart.relief import Relief

SCATTERED = 0.30  # glass blurs what the metal under it mirrors
METAL_SHOWS = 0.5  # of the metal's own colour; the rest of what comes through the glass is white


@dataclass(frozen=True, eq=False)
class Floor:
    """The metal under a band of enamel; `grain_strength` is its own, before any enamel covered it."""

    metal: Metal
    relief: Relief
    rows: slice
    grain_strength: Half | None

    def light(self) -> Field:
        at = floor_rays(self.relief, self.rows, self.grain_strength)
        whole = np.ones((1, 1), np.float32)
        polished = metal_light(self.metal, studio(max(self.metal.roughness, SCATTERED)), at, whole)
        if self.relief.frost is None:
            return polished
        return frosted(polished, self.metal, at, whole, self.relief.frost[self.rows])


def enamel_light(enamel: Coat, cells: Ids, at: Rays, finish: Finish, floor: Floor) -> Field:
    """The light of a band's cells, each colour with its effect, under the gloss that lies on all of them."""
    light = enamel.colours[:, cells] * finish.body
    for effect, chosen in enamel.effects.items():
        where = chosen[cells]
        if not where.any():
            continue
        colours, finished = enamel.colours[:, cells[where]], finish.at(where)
        match effect:
            case Effect.GLITTER:
                down, across = np.nonzero(where)
                light[:, where] = _glittering(colours, finished, at.across[0, across], at.down[down, 0], enamel.seed)
            case Effect.TRANSLUCENT:
                light[:, where] = _translucent(colours, finished, floor.light()[:, where])
            case Effect.GLOW:
                light[:, where] = _glowing(colours, finished)
    return light + finish.gloss


def _glittering(colours: Field, finish: Finish, across: Field, down: Field, seed: int) -> Field:
    """A base a little deeper than the plain colour, and flakes of it that face every way."""
    cover, light, spark, tint = sparkle(across, down, seed)
    flakes = (colours * tint + np.float32(0.06)) * light + spark
    base: Field = colours * finish.body * np.float32(0.92)
    mixed: Field = base + (flakes * np.minimum(finish.body + np.float32(0.15), 1) - base) * cover
    return mixed


def _translucent(colours: Field, finish: Finish, metal: Field) -> Field:
    """Coloured glass: the metal's reflections, dyed on their way in and out, deeper where the glass climbs the walls."""
    seen: Field = np.float32(METAL_SHOWS) * metal + np.float32(1 - METAL_SHOWS) * metal.mean(axis=0)
    seen = np.float32(0.16) + np.float32(0.88) * seen  # some light turns round in the glass itself
    walls = 1 - finish.openness
    tint = np.float32(0.04) + np.float32(0.96) * colours
    dyed: Field = tint ** (np.float32(0.86) + np.float32(1.2) * walls)
    lit = (np.float32(0.45) + np.float32(0.55) * finish.lit) * (1 - np.float32(0.5) * walls)
    seen *= lit * np.float32(1.15)
    return seen * dyed


def _glowing(colours: Field, finish: Finish) -> Field:
    """Light wanders in the powder before it comes out: shadows are weak and edges milky."""
    milky: Field = colours * (np.float32(0.42) + np.float32(0.52) * finish.body)
    return milky
