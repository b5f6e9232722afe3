"""Widths: lines, cells and gaps against the narrowest that can be made, and the size at which they could."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import AIR, METAL
from storefront.pinart.findings import Check, Rule, verdict
from storefront.pinart.limits import Limits
from storefront.pinart.marks import Mark
from storefront.pinart.narrowest import Gauge, meets
from storefront.pinart.piece import Piece
from storefront.pinart.thickness import Narrow

ENOUGH, WIDE_GAP = 2.0, 1.5
"""Limits: what is wider than so many is not told apart, since nobody needs to know."""
EXACT = 1e-6


@dataclass(frozen=True)
class Bound:
    """A limit in millimetres and in pixels of a piece, and in those of the largest that may be made of it."""

    limit: float
    pixels: float
    finest: float
    longest: float


def line_check(piece: Piece, limits: Limits) -> Check:
    """Metal of every kind: the artist's strokes, the lines between colours, the rim."""
    bound = _bound(piece, limits.line, limits)
    widest = ENOUGH * bound.pixels
    width, places = _measured(Gauge(piece.regions.metal, widest), bound)
    return _check(Rule.LINE, piece, bound, width, widest, places, (METAL,) if places else (), len(places))


def cell_check(piece: Piece, limits: Limits) -> Check:
    """A cell that closes up over a short way only becomes two cells, which is no harm."""
    bound = _bound(piece, limits.cell, limits)
    widest = ENOUGH * bound.pixels
    width, places = _measured(Gauge(piece.enamel, widest, bridges=False), bound)
    regions, cells = _numbers_in(piece.regions.cells, places), _numbers_in(piece.cells, places)
    return _check(Rule.CELL, piece, bound, width, widest, places, regions, len(cells))


def gap_check(piece: Piece, limits: Limits) -> Check:
    """Air between parts of the metal; that a hole is too small as a whole is another rule's business."""
    bound = _bound(piece, limits.gap, limits)
    widest = WIDE_GAP * bound.pixels
    width, places = _measured(Gauge(~piece.regions.silhouette, widest, wholes=False), bound)
    return _check(Rule.GAP, piece, bound, width, widest, places, (), len(places))


def _bound(piece: Piece, limit: float, limits: Limits) -> Bound:
    pixels = piece.pixels(limit)
    return Bound(limit, pixels, pixels * piece.millimetres / limits.longest, limits.longest)


def _measured(gauge: Gauge, bound: Bound) -> tuple[float | None, list[Narrow]]:
    """The one width, which decides, and all that is too narrow at the piece's size where it is below the limit."""
    width, first = gauge.narrowest(bound.finest)
    if width is None or width > bound.pixels - EXACT:
        return width, []
    places = gauge.places(bound.pixels)
    # What stops a small disc may look like a mere corner to the large one of this limit.
    return width, places + [place for place in first if not meets(place, places)]


def _check(
    rule: Rule,
    piece: Piece,
    bound: Bound,
    width: float | None,
    widest: float,
    places: list[Narrow],
    regions: tuple[int, ...],
    count: int,
) -> Check:
    shown = widest if width is None else min(width, widest)
    mends = ceil(bound.pixels * piece.millimetres / shown - EXACT) if places and shown else None
    return Check(
        rule,
        # Rounded down, so that what is too narrow never reads as if it were not.
        value=floor(100 * piece.to_millimetres(shown) + EXACT) / 100,
        limit=bound.limit,
        unit="mm",
        verdict=verdict(passes=not places),
        regions=regions,
        at_least=shown == widest,
        count=count,
        mend_millimetres=float(mends) if mends and mends <= bound.longest else None,
        marks=tuple(Mark(place.window, place.pixels, place.scale) for place in places),
    )


def _numbers_in(numbers: NDArray[np.integer[Any]], places: list[Narrow]) -> tuple[int, ...]:
    """Which of the numbered regions or cells the places lie in; one that is narrow twice is still one."""
    found: set[int] = set()
    for place in places:
        window = tuple(slice(side.start * place.scale, side.stop * place.scale) for side in place.window)
        around = numbers[window]
        pixels = place.pixels.repeat(place.scale, axis=0).repeat(place.scale, axis=1)
        found.update(np.unique(around[pixels[: around.shape[0], : around.shape[1]]]).tolist())
    return tuple(sorted(found - {AIR}))
