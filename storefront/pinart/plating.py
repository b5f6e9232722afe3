"""Plating: what bare metal sends back, polished or sandblasted."""

from dataclasses import replace

import numpy as np

from storefront.pinart.artwork import Field
from storefront.pinart.fields import Half
from storefront.pinart.light import Rays, Studio, highlight, studio
from storefront.pinart.metals import Metal

BLASTED = 0.5
"""The roughness sand gives to any metal."""


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


def frosted(light: Field, metal: Metal, at: Rays, wear: Field, frost: Half) -> Field:
    """The same where sand has been: no mirror any more, only grains that catch the light one by one."""
    if not frost.any():
        return light
    matt = metal_light(replace(metal, roughness=BLASTED), studio(BLASTED), at, wear * np.float32(0.88))
    return light + (matt - light) * frost.astype(np.float32)
