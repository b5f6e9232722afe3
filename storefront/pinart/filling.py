"""Filling: how many colours and cells the enamel has, how crowded they are, and how much of the drawing they keep."""

from math import sqrt

import numpy as np
from scipy import ndimage

from storefront.pinart.artwork import Mask
from storefront.pinart.findings import Check, Rule, mending_size, verdict
from storefront.pinart.limits import Limits
from storefront.pinart.marks import Mark
from storefront.pinart.piece import Piece

SHOWN = 3
"""Pixels of a region's edge that mark it, so that its colour can still be seen."""


def filling_checks(piece: Piece, limits: Limits) -> tuple[Check, ...]:
    colours = piece.artwork.colours
    cells = int(piece.cells.max())
    return (
        Check(
            Rule.COLOURS,
            len(colours),
            limits.colours,
            "",
            verdict(passes=len(colours) <= limits.colours),
            # The smallest ones: to do without them changes least.
            regions=tuple(colours[limits.colours :]),
            count=len(colours),
        ),
        Check(Rule.CELLS, cells, limits.cells, "", verdict(passes=cells <= limits.cells), count=cells),
        _crowding_check(piece, cells, limits),
        _kept_check(piece, limits),
        _coverage_check(piece, limits),
    )


def _crowding_check(piece: Piece, cells: int, limits: Limits) -> Check:
    face = int(piece.regions.silhouette.sum()) * piece.to_millimetres(1) ** 2 / 100
    crowding = cells / face
    roomy = crowding <= limits.crowding
    return Check(
        Rule.CROWDING,
        round(crowding, 1),
        limits.crowding,
        "per cm²",
        verdict(passes=roomy),
        count=cells,
        mend_millimetres=None if roomy else mending_size(piece.millimetres, sqrt(crowding / limits.crowding), limits),
    )


def _kept_check(piece: Piece, limits: Limits) -> Check:
    """Lines between colours and around them are drawn over their edges: a colour of small pieces loses most."""
    drawn = np.bincount(piece.artwork.ids.ravel(), minlength=256) * piece.pixels_of_artwork
    left = np.bincount(piece.regions.cells.ravel(), minlength=256)
    kept = {colour: 100 * float(left[colour] / drawn[colour]) for colour in piece.artwork.colours}
    lost = tuple(colour for colour in sorted(kept, key=lambda colour: kept[colour]) if kept[colour] < limits.kept)
    return Check(
        Rule.KEPT,
        float(int(min(kept.values(), default=100.0))),
        limits.kept,
        "%",
        verdict(passes=not lost),
        regions=lost,
        count=len(lost),
        marks=tuple(Mark(window, pixels) for colour in lost for window, pixels in _edges(piece, colour)),
    )


def _edges(piece: Piece, colour: int) -> list[tuple[tuple[slice, slice], Mask]]:
    cells = piece.regions.cells == colour
    found = ndimage.find_objects(cells.astype(np.uint8))
    return [(window, cells[window] & ~ndimage.binary_erosion(cells[window], iterations=SHOWN)) for window in found]


def _coverage_check(piece: Piece, limits: Limits) -> Check:
    coverage = round(100 * float(piece.enamel.sum() / piece.regions.silhouette.sum()), 1)
    return Check(Rule.COVERAGE, coverage, limits.coverage, "%", verdict(passes=coverage >= limits.coverage))
