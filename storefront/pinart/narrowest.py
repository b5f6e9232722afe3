"""Narrowest: how wide a shape is where it is narrowest, which is the widest disc that still passes everywhere."""

from collections.abc import Callable
from functools import partial

import numpy as np

from storefront.pinart.artwork import Mask
from storefront.pinart.thickness import Narrow, Shape, narrow_places, padded, shape

ENOUGH = 2.5
"""Nobody needs to know how far beyond this many limits something is."""
SEARCHES = 8
STEPS_BELOW, STEPS_ABOVE = 6, 4


def narrowest(mask: Mask, limit: float, *, wholes: bool = True, bridges: bool = True) -> tuple[float, list[Narrow]]:
    """Pixels, at most two and a half times the limit; and the places narrower than the limit."""
    measured = shape(mask, ENOUGH * limit)
    find = partial(narrow_places, wholes=wholes, bridges=bridges)
    places = find(measured, limit)
    if places:
        return min(_width_of(place, measured, limit, find) for place in _worst(places, measured)), places
    # Above the limit a quarter of the pixels will do: nothing is decided by the second decimal any more.
    quarter = measured.halved()
    return _widest(lambda disc: not find(quarter, disc, scale=2), limit, ENOUGH * limit, STEPS_ABOVE), []


def _worst(places: list[Narrow], measured: Shape) -> list[Narrow]:
    """Searching each of a hundred would take long, and their own widths say well enough which to search."""
    return sorted(places, key=lambda place: _roughly(place, measured))[:SEARCHES]


def _roughly(place: Narrow, measured: Shape) -> float:
    return float(np.percentile(measured.within(place.window).width[place.pixels[:-1, :-1]], 90))


def _width_of(place: Narrow, measured: Shape, limit: float, find: Callable[..., list[Narrow]]) -> float:
    window = padded(place.window, int(limit) + 2, measured.mask.shape)
    nearby = measured.within(window)
    among = np.zeros(nearby.mask.shape, bool)
    rows, columns = (
        slice(inner.start - outer.start, inner.stop - outer.start)
        for inner, outer in zip(place.window, window, strict=True)
    )
    among[rows, columns] = place.pixels
    return _widest(lambda disc: not find(nearby, disc, among=among), 0, limit, STEPS_BELOW)


def _widest(passes: Callable[[float], bool], low: float, high: float, steps: int) -> float:
    """The widest disc known to pass."""
    if passes(high):
        return high
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return low
