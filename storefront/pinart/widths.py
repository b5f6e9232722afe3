"""Widths: lines, cells and gaps against the narrowest that can be made, and the size at which they could."""

from math import floor

import numpy as np

from storefront.pinart.artwork import METAL
from storefront.pinart.limits import Limits
from storefront.pinart.marks import Mark
from storefront.pinart.narrowest import narrowest
from storefront.pinart.piece import Piece
from storefront.pinart.report import Check, Rule, mending_size, verdict
from storefront.pinart.thickness import Narrow

BLOCK = 2
"""A gap's limit is so wide that blocks of pixels tell it well enough."""


def line_check(piece: Piece, limits: Limits) -> Check:
    """Metal of every kind: the artist's strokes, the lines between colours, the rim."""
    width, places = narrowest(piece.regions.metal, piece.pixels(limits.line))
    regions = (METAL,) if places else ()
    return _check(Rule.LINE, piece, limits, limits.line, width, places, regions=regions, count=len(places))


def cell_check(piece: Piece, limits: Limits) -> Check:
    """A cell that closes up over a short way only becomes two cells, which is no harm."""
    width, places = narrowest(piece.enamel, piece.pixels(limits.cell), bridges=False)
    regions = {int(region) for place in places for region in np.unique(piece.regions.cells[place.window][place.pixels])}
    count = len({int(cell) for place in places for cell in np.unique(piece.cells[place.window][place.pixels])})
    return _check(Rule.CELL, piece, limits, limits.cell, width, places, regions=tuple(sorted(regions)), count=count)


def gap_check(piece: Piece, limits: Limits) -> Check:
    """Air between parts of the metal; that a hole is too small as a whole is another rule's business."""
    air = ~piece.regions.silhouette[::BLOCK, ::BLOCK]
    width, places = narrowest(air, piece.pixels(limits.gap) / BLOCK, wholes=False)
    return _check(Rule.GAP, piece, limits, limits.gap, width, places, regions=(), count=len(places), step=BLOCK)


def _check(
    rule: Rule,
    piece: Piece,
    limits: Limits,
    limit: float,
    width: float,
    places: list[Narrow],
    *,
    regions: tuple[int, ...],
    count: int,
    step: int = 1,
) -> Check:
    measured = piece.to_millimetres(width * step)
    return Check(
        rule,
        # Rounded down, so that what is too narrow never reads as if it were not.
        floor(100 * measured + 1e-6) / 100,
        limit,
        "mm",
        verdict(passes=not places),
        regions,
        count,
        mending_size(piece.millimetres, limit / measured, limits) if places and measured else None,
        tuple(Mark(place.window, place.pixels, step) for place in places),
    )
