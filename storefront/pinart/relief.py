"""Relief: how high the struck metal and the enamel in it stand, and where light has trouble getting in."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from storefront.pinart.artwork import Field, Ids, Mask
from storefront.pinart.choices import Texture
from storefront.pinart.coarse import Coarse
from storefront.pinart.distances import depth
from storefront.pinart.fields import (
    Half,
    blurred,
    blurred_coarsely,
    blurred_mask,
    cloud,
    halves,
    in_bands,
    quarter_round,
    smoothstep,
    softened,
)
from storefront.pinart.metals import Metal
from storefront.pinart.regions import Place, Regions

OUTER_BEVEL = 9.0
LINE_BEVEL = 4.2
FLAT_FROM = 9.0, 13.0
RAW_GRAIN, BLASTED_GRAIN = 0.12, 0.34
BORDER = 9.0  # of polished metal around what is sandblasted: wider than any line and half the rim
RECESS = 7.0


@dataclass(eq=False)
class Relief:
    """A surface ready for light, pixel by pixel; `ripple` is the unevenness no polishing takes out of real metal."""

    place: Place
    silhouette: Mask
    metal: Mask
    cells: Ids
    height: Field
    ripple: Field | Coarse
    ripple_strength: Half
    dome: tuple[float, float]
    """How much metal and enamel are arched as a whole."""
    openness: Half
    """1 in the open, less in corners."""
    wear: Half
    """1 where metal is bright, less where patina stays."""
    shadow: Half | None = None
    """What the walls throw on the enamel below them."""
    flatness: Half | None = None
    """1 away from the rounded edge, where polished enamel mirrors the window."""
    grain: Field | Coarse | None = None
    """Noise that is finer than any ripple; raw and sandblasted metal has it."""
    grain_strength: Half | None = None
    frost: Half | None = None
    """1 where bare metal is sandblasted, 0 where it is polished."""


def soft_relief(regions: Regions, metal: Metal, rng: np.random.Generator, texture: str = Texture.POLISHED) -> Relief:
    """Walls stand above enamel that sags between them like water in a glass."""
    unit, bevel = regions.place.unit, LINE_BEVEL * regions.place.unit
    line_depth = _smooth_depth(regions.metal, unit, 7, 0.55)
    edge_depth = _smooth_depth(regions.silhouette, unit, OUTER_BEVEL + 2, 1)
    frost = sandblasted(regions) if texture == Texture.SANDBLASTED else None
    wall = regions.metal | ~regions.silhouette
    orange_peel = cloud(rng, wall.shape, cell=max(4, int(1.7 * unit)), sigma=1.6)

    def height(line: Field, edge: Field, near_wall: Field, peel: Field, bare: Mask, inside: Mask) -> Field:
        walls = np.minimum(quarter_round(line, bevel), quarter_round(edge, OUTER_BEVEL * unit))
        return np.where(bare, np.float32(0.9) * walls, _meniscus(near_wall, peel, unit)) * inside

    surface = in_bands(
        height,
        line_depth,
        edge_depth,
        blurred_coarsely(wall, 5.2 * unit),
        orange_peel,
        regions.metal,
        regions.silhouette,
    )
    return Relief(
        place=regions.place,
        silhouette=regions.silhouette,
        metal=regions.metal,
        cells=regions.cells,
        height=softened(surface),
        ripple=_ripple(rng, regions),
        ripple_strength=_ripple_strength(regions, metal=2.1, enamel=1.0),
        dome=(0.13, 0.06),
        openness=halves(
            lambda near: 1 - np.float32(0.55) * np.clip(1.55 * near, 0, 1), blurred_coarsely(wall, 8 * unit)
        ),
        wear=halves(lambda line: 1 - metal.patina * (1 - smoothstep(0, bevel, line)), line_depth),
        shadow=_wall_shadow(regions),
        grain=_grain(rng, regions, metal, frost),
        grain_strength=_grain_strength(regions, metal, frost),
        frost=frost,
    )


def hard_relief(regions: Regions, metal: Metal, rng: np.random.Generator, texture: str = Texture.POLISHED) -> Relief:
    """Enamel and metal are ground to one plane; only a hairline seam parts them."""
    unit = regions.place.unit
    edge_depth = _smooth_depth(regions.silhouette, unit, FLAT_FROM[1] + 2, 1)
    # A blurred wall is a half where it stands and fades into the enamel: all that a seam and its shade need.
    near_wall = blurred_mask(regions.metal, 1.6 * unit)
    frost = sandblasted(regions) if texture == Texture.SANDBLASTED else None

    def height(edge: Field, near: Field, bare: Mask, inside: Mask) -> Field:
        seam = np.clip(near * np.float32(2 / 255), 0, 1) * ~bare
        plane: Field = quarter_round(edge, OUTER_BEVEL * unit) - np.float32(0.55 * unit) * seam
        return plane * inside

    def wear(edge: Field) -> Field:
        return 1 - np.float32(0.35 * metal.patina) * (1 - smoothstep(0, OUTER_BEVEL * unit, edge))

    return Relief(
        place=regions.place,
        silhouette=regions.silhouette,
        metal=regions.metal,
        cells=regions.cells,
        height=softened(in_bands(height, edge_depth, near_wall, regions.metal, regions.silhouette)),
        ripple=_ripple(rng, regions),
        ripple_strength=_ripple_strength(regions, metal=2.0, enamel=0.22),
        dome=(0.13, 0.16),
        openness=halves(lambda near: 1 - np.float32(0.20) * np.clip(near * np.float32(2 / 255), 0, 1), near_wall),
        wear=halves(wear, edge_depth),
        flatness=halves(lambda edge: smoothstep(FLAT_FROM[0] * unit, FLAT_FROM[1] * unit, edge), edge_depth),
        grain=_grain(rng, regions, metal, frost),
        grain_strength=_grain_strength(regions, metal, frost),
        frost=frost,
    )


def sandblasted(regions: Regions) -> Half:
    """What the blast reaches: the floor of every cell, and wide bare metal inside its polished border."""
    unit = regions.place.unit
    border = (BORDER * unit, (BORDER + 2) * unit)
    wide = depth(regions.metal, border[1])
    floor = blurred_mask(regions.silhouette & ~regions.metal, 0.5 * unit)
    return halves(lambda inward, cell: np.maximum(smoothstep(*border, inward), cell * np.float32(1 / 255)), wide, floor)


def _smooth_depth(mask: Mask, unit: float, farthest: float, softness: float) -> Coarse:
    """Depth with its corners a little soft, in units; with many pixels to the unit, fewer of them say the same."""
    fewer = max(1, int(unit / 2.2))
    few = mask[::fewer, ::fewer]
    smooth = blurred(depth(few, farthest * unit / fewer), softness * unit / fewer) * np.float32(fewer)
    return Coarse(smooth, (mask.shape[0], mask.shape[1]), (1 / fewer, 1 / fewer))


def _meniscus(near_wall: Field, orange_peel: Field, unit: float) -> Field:
    """Blurred walls rather than distances: narrow cells fill up higher, and no crease runs down their middle."""
    climb = np.minimum(np.float32(1.75) * near_wall, 1)
    sagging = np.float32(RECESS * unit) * (climb * (np.float32(0.8) + np.float32(0.2) * climb) - 1)
    uneven: Field = orange_peel * np.float32(0.05 * unit) * np.clip(1 - 2 * near_wall, 0, 1)
    surface: Field = sagging + uneven
    return surface


def _ripple(rng: np.random.Generator, regions: Regions) -> Coarse:
    return cloud(rng, regions.metal.shape, cell=max(4, int(6 * regions.place.unit)), sigma=2.8)


def _ripple_strength(regions: Regions, *, metal: float, enamel: float) -> Half:
    low, span = np.float32(enamel * regions.place.unit), np.float32((metal - enamel) * regions.place.unit / 255)
    return halves(lambda share: low + span * share, blurred_mask(regions.metal, 1.0))


def _grain(rng: np.random.Generator, regions: Regions, metal: Metal, frost: Half | None) -> Field | Coarse | None:
    if frost is not None:
        return frosting(rng, regions.metal.shape, regions.place.unit)
    if metal.is_rough:
        noise = rng.standard_normal(regions.metal.shape, dtype=np.float32)
        raw: Field = ndimage.gaussian_filter(noise, 0.7, truncate=2)
        return raw
    return None


def _grain_strength(regions: Regions, metal: Metal, frost: Half | None) -> Half | None:
    """Raw metal is grainy everywhere, sandblasted metal where the blast went."""
    raw = np.float16(RAW_GRAIN if metal.is_rough else 0)
    if frost is not None:
        return halves(lambda blast: raw + np.float32(BLASTED_GRAIN - float(raw)) * blast, frost)
    return np.full(regions.metal.shape, raw) if metal.is_rough else None


def frosting(rng: np.random.Generator, shape: tuple[int, ...], unit: float) -> Coarse:
    """What a blast of sand leaves: pits of about a twentieth of a millimetre, as large as the pin is."""
    return cloud(rng, (shape[0], shape[1]), cell=max(1, round(0.8 * unit)), sigma=0.6)


def _wall_shadow(regions: Regions) -> Half:
    """Walls shade what lies down and right of them, the light being up and left; half the pixels are enough."""
    walls = regions.metal[::2, ::2].astype(np.uint8)
    height, width = walls.shape
    shadow = np.zeros(walls.shape, np.uint8)
    reach = RECESS * 11 / 7 * regions.place.unit / 2
    for step in np.linspace(1 / 8, 1, 8):
        right, down = round(reach * step * 0.62), round(reach * step * 0.78)
        cast = walls[: height - down, : width - right] * np.uint8(255 * (1 - 0.80 * step))
        np.maximum(shadow[down:, right:], cast, out=shadow[down:, right:])
    soft = Image.fromarray(shadow).filter(ImageFilter.GaussianBlur(0.8 * regions.place.unit))
    full = np.asarray(soft.resize(regions.metal.shape[::-1], Image.Resampling.BILINEAR))
    return halves(lambda dark, bare: dark * (np.float32(1 / 255) * ~bare), full, regions.metal)
