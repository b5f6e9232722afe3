"""Regions: artwork placed on the canvas and cut into bare metal and enamel cells."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from storefront.pinart.artwork import AIR, METAL, Artwork, Ids, Mask
from storefront.pinart.distances import grown
from storefront.pinart.tiles import tiles

SUPERSAMPLE = 2
RIM = 12.5
HALF_LINE = 4.0
THINNEST = 1.2  # fine pixels: on a thumbnail a line is drawn thicker than it is, or it would be gone
MARGIN = 14
SHARE_OF_CANVAS = 0.80
LIFT = 0.015
SPARE = 0.67  # of a drawing half again as large as its picture, some pixels can be left out
COARSE = 1.5  # enlarged by more than this, pixels would show


@dataclass(frozen=True)
class Place:
    """Where a box of fine pixels lies on the canvas, and `unit`: a thousandth of the canvas in fine pixels."""

    canvas: int
    top: int
    left: int

    @property
    def unit(self) -> float:
        return self.canvas / 1000


@dataclass(frozen=True, eq=False)
class Regions:
    silhouette: Mask
    metal: Mask
    cells: Ids
    place: Place


def cut_regions(artwork: Artwork, size: int) -> Regions:
    """The artwork at its size, with a rim around it and a die line wherever two colours meet."""
    canvas = size * SUPERSAMPLE
    unit = canvas / 1000
    drawn = _scaled(_cropped(artwork.ids), canvas)
    ids, place = _placed(drawn, canvas, margin=int((RIM + MARGIN) * unit) + SUPERSAMPLE)
    inside = ids != AIR
    silhouette = grown(inside, RIM * unit)
    lines = grown(_meetings(ids), max(HALF_LINE * unit, THINNEST)) & silhouette
    metal = lines | (ids == METAL) | (silhouette & ~inside)
    cells = np.where(metal | ~silhouette, np.uint8(AIR), ids)
    return Regions(silhouette, metal, cells, place)


def _cropped(ids: Ids) -> Ids:
    rows = np.flatnonzero((ids != AIR).any(axis=1))
    columns = np.flatnonzero((ids != AIR).any(axis=0))
    return ids[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(ids: Ids, canvas: int) -> Ids:
    """Every pixel of the result goes to the region with the strongest presence there, so no new colours appear."""
    factor = SHARE_OF_CANVAS * canvas / max(ids.shape)
    shape = max(1, round(ids.shape[0] * factor)), max(1, round(ids.shape[1] * factor))
    spare = max(1, int(SPARE / factor))
    ids = np.ascontiguousarray(ids[spare // 2 :: spare, spare // 2 :: spare])
    if ids.shape == shape:
        return ids
    scaled = np.empty(shape, np.uint8)
    for tile in tiles(shape, halo=0):
        scaled[tile.core] = _strongest(ids, shape, tile.core)
    return scaled


def _strongest(ids: Ids, shape: tuple[int, int], core: tuple[slice, slice]) -> Ids:
    """One tile of the scaled drawing; few regions meet in it, often there is only one."""
    spans = [_source(part, of, given) for part, of, given in zip(core, shape, ids.shape, strict=True)]
    (top, bottom, rows), (left, right, columns) = spans
    drawn = ids[rows, columns]
    height, width = (part.stop - part.start for part in core)
    present = [region for region, area in enumerate(Image.fromarray(drawn).histogram()) if area]
    if len(present) == 1:
        return np.full((height, width), present[0], np.uint8)
    box = (left - columns.start, top - rows.start, right - columns.start, bottom - rows.start)
    strongest = np.zeros((height, width), np.uint8)
    scaled = np.zeros((height, width), np.uint8)
    for region in present:
        presence = _presence(drawn == region, (width, height), box)
        wins = presence > strongest
        np.copyto(scaled, np.uint8(region), where=wins)
        np.copyto(strongest, presence, where=wins)
    return scaled


def _source(part: slice, length: int, given: int) -> tuple[float, float, slice]:
    """From where to where a part of the scaled drawing comes, and that with as much around as smoothing needs."""
    scale = given / length
    start, stop = part.start * scale, part.stop * scale
    reach = 3 + int(2 * scale)
    return start, stop, slice(max(0, int(start) - reach), min(given, int(stop) + reach + 1))


def _presence(mask: Mask, size: tuple[int, int], box: tuple[float, float, float, float]) -> Ids:
    """A much enlarged mask gets round corners instead of steps; the others need only smooth edges."""
    drawn = Image.fromarray(mask.view(np.uint8) * np.uint8(255))
    if size[0] < COARSE * (box[2] - box[0]):
        return np.asarray(drawn.resize(size, Image.Resampling.BILINEAR, box=box))
    return np.asarray(drawn.filter(ImageFilter.BoxBlur(0.55)).resize(size, Image.Resampling.BICUBIC, box=box))


def _placed(drawn: Ids, canvas: int, *, margin: int) -> tuple[Ids, Place]:
    """The drawing in a box with a margin, on even pixels so that the box shrinks to whole ones."""
    height, width = drawn.shape
    top = _even((canvas - height) // 2 - int(LIFT * canvas) - margin)
    left = _even((canvas - width) // 2 - margin)
    box = np.zeros((_even(height + 2 * margin + 2), _even(width + 2 * margin + 2)), np.uint8)
    box[margin : margin + height, margin : margin + width] = drawn
    return box, Place(canvas, top, left)


def _even(length: int) -> int:
    return length - length % SUPERSAMPLE


def _meetings(ids: Ids) -> Mask:
    """Both sides of every border between two fills; drawn metal is its own line, so its borders are left alone."""
    meeting = np.zeros(ids.shape, bool)
    across = _differ(ids[:, 1:], ids[:, :-1])
    meeting[:, 1:] |= across
    meeting[:, :-1] |= across
    down = _differ(ids[1:], ids[:-1])
    meeting[1:] |= down
    meeting[:-1] |= down
    return meeting


def _differ(one: Ids, other: Ids) -> Mask:
    differ: Mask = (one != other) & (one != METAL) & (other != METAL)
    return differ
