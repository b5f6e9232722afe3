"""Widths: lines, cells and gaps against the narrowest that can be made, and the size at which they could."""

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import AIR, METAL
from storefront.pinart.findings import Check, Rule, mending_size, verdict
from storefront.pinart.limits import Limits
from storefront.pinart.marks import Mark
from storefront.pinart.narrowest import ENOUGH, narrowest
from storefront.pinart.piece import Piece
from storefront.pinart.thickness import Narrow

WIDE_GAP = 1.5
"""Limits: wider gaps are not told apart."""


def line_check(piece: Piece, limits: Limits) -> Check:
    """Metal of every kind: the artist's strokes, the lines between colours, the rim."""
    width, places = narrowest(piece.regions.metal, piece.pixels(limits.line))
    regions = (METAL,) if places else ()
    return _check(Rule.LINE, piece, limits, limits.line, width, places, regions=regions, count=len(places))


def cell_check(piece: Piece, limits: Limits) -> Check:
    """A cell that closes up over a short way only becomes two cells, which is no harm."""
    width, places = narrowest(piece.enamel, piece.pixels(limits.cell), bridges=False)
    regions = _concerned(piece.regions.cells, places)
    count = len(_concerned(piece.cells, places))
    return _check(Rule.CELL, piece, limits, limits.cell, width, places, regions=regions, count=count)


def gap_check(piece: Piece, limits: Limits) -> Check:
    """Air between parts of the metal; that a hole is too small as a whole is another rule's business."""
    air = ~piece.regions.silhouette
    width, places = narrowest(air, piece.pixels(limits.gap), enough=WIDE_GAP, wholes=False)
    return _check(Rule.GAP, piece, limits, limits.gap, width, places, regions=(), count=len(places), enough=WIDE_GAP)


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
    enough: float = ENOUGH,
) -> Check:
    measured = piece.to_millimetres(width)
    return Check(
        rule,
        # Rounded down, so that what is too narrow never reads as if it were not.
        value=floor(100 * measured + 1e-6) / 100,
        limit=limit,
        unit="mm",
        verdict=verdict(passes=not places),
        regions=regions,
        at_least=width >= enough * piece.pixels(limit),
        count=count,
        mend_millimetres=mending_size(piece.millimetres, limit / measured, limits) if places and measured else None,
        marks=tuple(Mark(place.window, place.pixels, place.scale) for place in places),
    )


def _concerned(numbers: NDArray[np.integer[Any]], places: list[Narrow]) -> tuple[int, ...]:
    """Which of the numbered regions or cells the places lie in; one that is narrow twice is still one."""
    found: set[int] = set()
    for place in places:
        window = tuple(slice(side.start * place.scale, side.stop * place.scale) for side in place.window)
        around = numbers[window]
        pixels = place.pixels.repeat(place.scale, axis=0).repeat(place.scale, axis=1)
        found.update(np.unique(around[pixels[: around.shape[0], : around.shape[1]]]).tolist())
    return tuple(sorted(found - {AIR}))
