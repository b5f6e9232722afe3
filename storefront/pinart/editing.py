"""Editing: an artist corrects what was recognised in their drawing; the drawing before stays as it was."""

from dataclasses import replace

import numpy as np

from storefront.pinart.artwork import AIR, Rgb
from storefront.pinart.ingest import Drawing
from storefront.pinart.oklab import to_oklab

BRIGHTEST = 255
MEANT = 0.05


class NoSuchRegion(Exception):
    """The drawing has no such region, or it was merged into another one."""


class MergedWithItself(Exception):
    """Two different regions become one; a region and itself already are."""


class NothingLeft(Exception):
    """A drawing needs at least one region."""


class NotAColour(Exception):
    """A colour is three whole numbers from 0 to 255."""


def merged(drawing: Drawing, kept: int, gone: int) -> Drawing:
    """Everything of region `gone` belongs to `kept` and is what that is, enamel or metal; all keep their numbers."""
    _check_region(drawing, kept)
    _check_region(drawing, gone)
    if kept == gone:
        raise MergedWithItself(f"colour {kept} cannot be merged with itself")
    ids = np.where(drawing.ids == gone, np.uint8(kept), drawing.ids)
    return replace(drawing, ids=ids, metal=None if drawing.metal == gone else drawing.metal)


def recoloured(drawing: Drawing, region: int, rgb: Rgb) -> Drawing:
    """One region in another colour; two regions may have the same one and still stay two."""
    _check_region(drawing, region)
    if len(rgb) != 3 or not all(0 <= level <= BRIGHTEST for level in rgb):  # noqa: PLR2004 (red, green and blue)
        raise NotAColour(f"{rgb} is no colour")
    colours = list(drawing.colours)
    colours[region - 1] = rgb
    return replace(drawing, colours=tuple(colours))


def with_metal(drawing: Drawing, region: int | None) -> Drawing:
    """The region that is bare metal instead of the one recognised as such; None leaves every colour enamel."""
    if region is not None:
        _check_region(drawing, region)
    return replace(drawing, metal=region)


def cut_out(drawing: Drawing, region: int) -> Drawing:
    """One region is air: the paper seen through a drawing on an opaque ground, say."""
    _check_region(drawing, region)
    if len(drawing.areas) == 1:
        raise NothingLeft("nothing would be left of the drawing")
    ids = np.where(drawing.ids == region, np.uint8(AIR), drawing.ids)
    return replace(drawing, ids=ids, metal=None if drawing.metal == region else drawing.metal)


def find_region(drawing: Drawing, colour: Rgb) -> int | None:
    """The region a person means by a colour, or by one a shade off: lossy files are never exact."""
    regions = list(drawing.areas)
    drawn = to_oklab(np.array([drawing.colours[region - 1] for region in regions], np.uint8))
    off = np.linalg.norm(drawn - to_oklab(np.array(colour, np.uint8)), axis=-1)
    nearest = int(np.argmin(off))
    return regions[nearest] if off[nearest] <= MEANT else None


def _check_region(drawing: Drawing, region: int) -> None:
    if region not in drawing.areas:
        raise NoSuchRegion(f"the drawing has no colour {region}")
