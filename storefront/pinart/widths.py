"""Widths: lines, cells and gaps against the narrowest that can be made, and the size at which they could."""

from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import AIR, METAL
from storefront.pinart.findings import Check, Rule, verdict
from storefront.pinart.limits import Limits
from storefront.pinart.marks import Mark
from storefront.pinart.narrowest import Gauge
from storefront.pinart.piece import Piece
from storefront.pinart.thickness import Narrow

ENOUGH, WIDE_GAP = 2.0, 1.5
"""Limits: what is wider than so many is not told apart, since nobody needs to know."""
TRIES = 6


def line_check(piece: Piece, limits: Limits) -> Check:
    """Metal of every kind: the artist's strokes, the lines between colours, the rim."""
    limit = piece.pixels(limits.line)
    gauge = Gauge(piece.regions.metal, ENOUGH * limit)
    places = gauge.places(limit)
    concerned = Concerned((METAL,) if places else (), len(places))
    return _check(Rule.LINE, piece, limits.line, limits.longest, gauge, places, concerned, ENOUGH)


def cell_check(piece: Piece, limits: Limits) -> Check:
    """A cell that closes up over a short way only becomes two cells, which is no harm."""
    limit = piece.pixels(limits.cell)
    gauge = Gauge(piece.enamel, ENOUGH * limit, bridges=False)
    places = gauge.places(limit)
    concerned = Concerned(_numbers_in(piece.regions.cells, places), len(_numbers_in(piece.cells, places)))
    return _check(Rule.CELL, piece, limits.cell, limits.longest, gauge, places, concerned, ENOUGH)


def gap_check(piece: Piece, limits: Limits) -> Check:
    """Air between parts of the metal; that a hole is too small as a whole is another rule's business."""
    limit = piece.pixels(limits.gap)
    gauge = Gauge(~piece.regions.silhouette, WIDE_GAP * limit, wholes=False)
    places = gauge.places(limit)
    return _check(Rule.GAP, piece, limits.gap, limits.longest, gauge, places, Concerned((), len(places)), WIDE_GAP)


class Concerned(NamedTuple):
    regions: tuple[int, ...]
    many: int


def _check(
    rule: Rule,
    piece: Piece,
    limit: float,
    longest: float,
    gauge: Gauge,
    places: list[Narrow],
    concerned: Concerned,
    enough: float,
) -> Check:
    if places:
        width, size = _mended(piece, gauge, piece.pixels(limit), places, longest)
    else:
        width, size = gauge.narrowest_above(piece.pixels(limit)), None
    return Check(
        rule,
        # Rounded down, so that what is too narrow never reads as if it were not.
        value=floor(100 * piece.to_millimetres(width) + 1e-6) / 100,
        limit=limit,
        unit="mm",
        verdict=verdict(passes=not places),
        regions=concerned.regions,
        at_least=width >= enough * piece.pixels(limit),
        count=concerned.many,
        mend_millimetres=size,
        marks=tuple(Mark(place.window, place.pixels, place.scale) for place in places),
    )


def _mended(
    piece: Piece, gauge: Gauge, limit: float, places: list[Narrow], longest: float
) -> tuple[float, float | None]:
    """The narrowest width, and the first whole size tried at which the piece is seen to pass.

    Seen, because a larger piece shows places that did not tell before, like the end of what had closed up.
    """
    width, size = limit, floor(piece.millimetres)
    for _ in range(TRIES):
        tried = limit * piece.millimetres / size if size > piece.millimetres else limit
        width = min(width, gauge.narrowest(places, tried))
        if limit * piece.millimetres > longest * width:
            return width, None
        size = max(size + 1, ceil(limit * piece.millimetres / width))
        places = gauge.places(limit * piece.millimetres / size)
        if not places:
            return width, float(size)
    return width, None


def _numbers_in(numbers: NDArray[np.integer[Any]], places: list[Narrow]) -> tuple[int, ...]:
    """Which of the numbered regions or cells the places lie in; one that is narrow twice is still one."""
    found: set[int] = set()
    for place in places:
        window = tuple(slice(side.start * place.scale, side.stop * place.scale) for side in place.window)
        around = numbers[window]
        pixels = place.pixels.repeat(place.scale, axis=0).repeat(place.scale, axis=1)
        found.update(np.unique(around[pixels[: around.shape[0], : around.shape[1]]]).tolist())
    return tuple(sorted(found - {AIR}))
