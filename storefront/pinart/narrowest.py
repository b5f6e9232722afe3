"""Narrowest: how wide a shape is where it is narrowest, which is the widest disc that still passes everywhere."""

from collections.abc import Callable
from functools import partial

import numpy as np

from storefront.pinart.artwork import Mask
from storefront.pinart.thickness import Narrow, Shape, narrow_places, padded, shape

ENOUGH = 2.5
"""Limits: nobody needs to know how far beyond something is."""
COARSE = 6
"""Blocks across a limit: as many tell as well what is narrow as more of them, and sooner."""
SEARCHES = 8
STEPS_BELOW, STEPS_ABOVE = 6, 4


def narrowest(
    mask: Mask, limit: float, *, enough: float = ENOUGH, wholes: bool = True, bridges: bool = True
) -> tuple[float, list[Narrow]]:
    """Pixels, at most `enough` times the limit; and the places narrower than the limit."""
    measured = shape(mask, enough * limit)
    while limit / measured.scale >= 2 * COARSE:
        measured = measured.halved()
    find = partial(narrow_places, wholes=wholes, bridges=bridges)
    places = find(measured, limit)
    if places:
        return min(_width_of(place, measured, limit, find) for place in _worst(places, measured)), places
    # Above the limit nothing is decided by the second decimal any more.
    measured = measured.halved()
    return _widest(lambda disc: not find(measured, disc), limit, enough * limit, STEPS_ABOVE), []


def _worst(places: list[Narrow], measured: Shape) -> list[Narrow]:
    """Searching each of a hundred would take long, and their own widths say well enough which to search."""
    return sorted(places, key=lambda place: _roughly(place, measured))[:SEARCHES]


def _roughly(place: Narrow, measured: Shape) -> float:
    return float(np.percentile(measured.within(place.window).width[place.pixels[:-1, :-1]], 90))


def _width_of(place: Narrow, measured: Shape, limit: float, find: Callable[..., list[Narrow]]) -> float:
    window = padded(place.window, int(limit / measured.scale) + 2, measured.mask.shape)
    nearby = measured.within(window)
    among = np.zeros(nearby.mask.shape, bool)
    rows, columns = (
        slice(inner.start - outer.start, inner.stop - outer.start)
        for inner, outer in zip(place.window, window, strict=True)
    )
    among[rows, columns] = place.pixels
    return _widest(lambda disc: not find(nearby, disc, among=among), 0, limit, STEPS_BELOW)


def _widest(passes: Callable[[float], bool], low: float, high: float, steps: int) -> float:
    """The widest disc known to pass, to within the last step; `high` only if that one does."""
    top = high
    for _ in range(steps):
        middle = (low + top) / 2
        low, top = (middle, top) if passes(middle) else (low, middle)
    return high if top == high and passes(high) else low
