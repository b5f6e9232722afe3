"""The back of a pin: knurled metal, posts where the piece is deepest, and a plaque with the piece's number."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from storefront.pinart.artwork import AIR, Artwork, Field, Mask
from storefront.pinart.choices import Texture
from storefront.pinart.clutches import clutch_shadow, find_posts, fit_clutches
from storefront.pinart.distances import depth
from storefront.pinart.fields import blurred, cloud, quarter_round, smoothstep, softened
from storefront.pinart.lettering import plaque_lettering
from storefront.pinart.metals import METALS, Metal
from storefront.pinart.picture import Look
from storefront.pinart.plaques import Box, find_plaque, inside_plaque
from storefront.pinart.regions import SUPERSAMPLE, Place, cut_regions
from storefront.pinart.relief import BLASTED_GRAIN, OUTER_BEVEL, Relief, frosting
from storefront.pinart.shading import shade, to_image

RIM = 18.0
FIELD = 5.0
KNURL = 16.0
ENGRAVING = 2.6
PLAQUE_BEVEL = 4.0
HALO = 8


@dataclass(frozen=True, eq=False)
class Blank:
    """A back with everything but the words; engraving one number redraws only the plaque."""

    picture: Image.Image
    relief: Relief
    metal: Metal
    plaque: Box | None
    seed: int


def back(artwork: Artwork, look: Look, size: int, label: str, title: str, maker: str) -> Image.Image:
    """The back of one piece, its label ("17/100"), title and maker engraved, on a transparent ground."""
    return engrave(blank_back(artwork, look, size), label, title, maker)


def blank_back(artwork: Artwork, look: Look, size: int) -> Blank:
    rng = np.random.default_rng(look.seed)
    metal = METALS[look.metal]
    regions = cut_regions(artwork, size)
    mirrored = np.ascontiguousarray(regions.silhouette[:, ::-1])
    height, width = mirrored.shape
    place = Place(regions.place.canvas, regions.place.top, regions.place.canvas - regions.place.left - width)
    del regions
    inward = depth(mirrored, max(height, width))
    posts = find_posts(inward, place.unit)
    plaque = find_plaque(inward, posts, place.unit)
    relief = _struck_back(mirrored, inward, plaque, place, metal, rng, look.texture)
    relief.wear *= (1 - 0.72 * clutch_shadow(mirrored.shape, posts, place.unit)).astype(np.float16)
    picture = to_image(shade(relief, metal, None, rng), mirrored, place)
    fit_clutches(picture, posts, place, look.seed)
    return Blank(picture, relief, metal, plaque, look.seed)


def engrave(blank: Blank, label: str, title: str, maker: str) -> Image.Image:
    picture = blank.picture.copy()
    if blank.plaque is None:
        return picture
    lettered = _lettered(blank, blank.plaque.grown(HALO), blank.plaque, (label, title, maker))
    rng = np.random.default_rng(blank.seed)
    piece = to_image(shade(lettered, blank.metal, None, rng), lettered.silhouette, lettered.place)
    top = (blank.relief.place.top + blank.plaque.top) // SUPERSAMPLE
    left = (blank.relief.place.left + blank.plaque.left) // SUPERSAMPLE
    box = (left, top, left + blank.plaque.width // SUPERSAMPLE, top + blank.plaque.height // SUPERSAMPLE)
    picture.paste(piece.crop(box), box)
    return picture


def _struck_back(
    silhouette: Mask,
    inward: Field,
    plaque: Box | None,
    place: Place,
    metal: Metal,
    rng: np.random.Generator,
    texture: str,
) -> Relief:
    unit = place.unit
    rim_depth = blurred(np.minimum(inward, 24 * unit), unit) * silhouette
    field = smoothstep((RIM - 2) * unit, (RIM + 3) * unit, rim_depth)
    height = quarter_round(rim_depth, OUTER_BEVEL * unit)
    knurl = _knurl(silhouette.shape, unit) if texture == Texture.POLISHED else np.float32(0)
    height = height - field * np.float32(unit) * (np.float32(FIELD) - knurl)
    wear = 1 - np.float32(0.30) * field - np.float32(metal.patina) * (1 - smoothstep(0, OUTER_BEVEL * unit, rim_depth))
    strength = (np.float32(1.7 * unit) * (1 - np.float32(0.75) * field)).astype(np.float16)
    if plaque is not None:
        covered = _lay_plaque(height, wear, plaque, unit, rng)
        strength[plaque.slices()] *= np.float16(0.75)
        field[plaque.slices()] *= ~covered
    frost = field.astype(np.float16) if texture == Texture.SANDBLASTED else None
    return Relief(
        place=place,
        silhouette=silhouette,
        metal=np.ones_like(silhouette),
        cells=np.full(silhouette.shape, AIR, np.uint8),
        height=softened(height),
        ripple=cloud(rng, silhouette.shape, cell=max(4, int(6 * unit)), sigma=2.8)[:],  # read anew for every number
        ripple_strength=strength,
        dome=(0.13, 0.13),
        openness=np.ones(silhouette.shape, np.float16),
        wear=wear.astype(np.float16),
        grain=None if frost is None else frosting(rng, silhouette.shape, unit)[:],
        grain_strength=None if frost is None else frost * np.float16(BLASTED_GRAIN),
        frost=frost,
    )


def _knurl(shape: tuple[int, int], unit: float) -> Field:
    """Diamonds: two sets of grooves crossing on the slant."""
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    x = np.arange(shape[1], dtype=np.float32)[None]
    pitch = np.float32(np.pi / (KNURL * unit))
    diamonds: Field = np.abs(np.sin((x + y) * pitch) * np.sin((x - y) * pitch))
    return np.float32(1.5) * diamonds


def _lay_plaque(height: Field, wear: Field, plaque: Box, unit: float, rng: np.random.Generator) -> Mask:
    """A flat field, brushed along its length, standing as high as the rim."""
    inside = inside_plaque(plaque, unit)
    covered = inside > 0
    box = plaque.slices()
    floor = np.float32((OUTER_BEVEL - FIELD) * unit)
    plate = floor + quarter_round(inside, PLAQUE_BEVEL * unit) * np.float32(FIELD / PLAQUE_BEVEL)
    brushed = ndimage.gaussian_filter1d(rng.standard_normal(plaque.height).astype(np.float32), 0.9)[:, None]
    height[box] = np.where(covered, plate + brushed * np.float32(0.08 * unit), height[box])
    wear[box] = np.where(covered, np.float32(0.93) + np.float32(0.07) * brushed, wear[box])
    return covered


def _lettered(blank: Blank, around: Box, plaque: Box, words: tuple[str, str, str]) -> Relief:
    """The plaque's own part of the relief, words cut into it."""
    relief, unit = blank.relief, blank.relief.place.unit
    cut = np.zeros((around.height, around.width), np.float32)
    label, title, maker = words
    cut[HALO:-HALO, HALO:-HALO] = plaque_lettering(plaque.width, plaque.height, label, title, maker)
    box = around.slices()
    cut = softened(cut)
    return Relief(
        place=Place(relief.place.canvas, relief.place.top + around.top, relief.place.left + around.left),
        silhouette=relief.silhouette[box],
        metal=relief.metal[box],
        cells=relief.cells[box],
        height=relief.height[box] - cut * np.float32(ENGRAVING * unit),
        ripple=relief.ripple[box],
        ripple_strength=relief.ripple_strength[box],
        dome=relief.dome,
        openness=relief.openness[box],
        wear=(relief.wear[box] * (1 - np.float32(0.72) * cut)).astype(np.float16),
        grain=None if relief.grain is None else relief.grain[box],
        grain_strength=None if relief.grain_strength is None else relief.grain_strength[box],
        frost=None if relief.frost is None else relief.frost[box],
    )
