"""The picture of a pin's front, and the choices that make its look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from storefront.pinart.artwork import Artwork
from storefront.pinart.choices import Effect, Enamel, Texture
from storefront.pinart.enamel import coat
from storefront.pinart.metals import METALS
from storefront.pinart.regions import cut_regions
from storefront.pinart.relief import hard_relief, soft_relief
from storefront.pinart.shading import shade, to_image


@dataclass(frozen=True)
class Look:
    """How a pin is finished; the same seed gives the same picture to the last bit. `effects` are by region."""

    metal: str
    enamel: str
    seed: int = 7
    texture: str = Texture.POLISHED
    effects: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Enamel(self.enamel)
        Texture(self.texture)
        for effect in self.effects.values():
            Effect(effect)
        if self.metal not in METALS:
            raise ValueError(f"{self.metal!r} is none of {', '.join(METALS)}")


def front(artwork: Artwork, look: Look, size: int) -> Image.Image:
    """The finished pin on a transparent ground."""
    rng = np.random.default_rng(look.seed)
    metal = METALS[look.metal]
    regions = cut_regions(artwork, size)
    enamel = coat(artwork, Enamel(look.enamel), artwork.colours, look.effects, look.seed)
    shape = soft_relief if look.enamel == Enamel.SOFT else hard_relief
    relief = shape(regions, metal, rng, look.texture)
    return to_image(shade(relief, metal, enamel, rng), relief.silhouette, relief.place)
