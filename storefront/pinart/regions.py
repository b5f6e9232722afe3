"""Regions: artwork placed on the canvas and cut into bare metal and enamel cells."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from storefront.pinart.artwork import AIR, METAL, Artwork, Ids, Mask
from storefront.pinart.fields import grown

SUPERSAMPLE = 2
RIM = 12.5
HALF_LINE = 4.0
MARGIN = 14
SHARE_OF_CANVAS = 0.80
LIFT = 0.015
CRISP = 0.7  # shrunk by more than this, the nearest pixel would fray the lines
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
    lines = grown(_meetings(ids), HALF_LINE * unit) & silhouette
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
    height, width = (max(1, round(side * factor)) for side in ids.shape)
    spare = max(1, int(0.5 / factor))
    ids = ids[spare // 2 :: spare, spare // 2 :: spare]
    if CRISP < factor <= 1:
        return np.asarray(Image.fromarray(np.ascontiguousarray(ids)).resize((width, height), Image.Resampling.NEAREST))
    strongest = np.zeros((height, width), np.uint8)
    scaled = np.zeros((height, width), np.uint8)
    for region in np.flatnonzero(np.bincount(ids.ravel())):
        presence = _presence(ids == region, width, height)
        wins = presence > strongest
        np.copyto(scaled, np.uint8(region), where=wins)
        np.copyto(strongest, presence, where=wins)
    return scaled


def _presence(mask: Mask, width: int, height: int) -> Ids:
    """A much enlarged mask gets round corners instead of steps; the others need only smooth edges."""
    drawn = Image.fromarray(mask.astype(np.uint8) * 255)
    if width < COARSE * mask.shape[1]:
        return np.asarray(drawn.resize((width, height), Image.Resampling.BILINEAR))
    return np.asarray(drawn.filter(ImageFilter.GaussianBlur(0.6)).resize((width, height), Image.Resampling.BICUBIC))


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
