"""Narrowest: how wide a shape is where it is narrowest, which is the widest disc that still passes everywhere."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np

from storefront.pinart.artwork import Mask
from storefront.pinart.thickness import Narrow, Shape, narrow_places, padded, shape

COARSE = 6
"""Blocks across a disc: as many tell as well what is narrow as more of them, and sooner."""
SEARCHES = 8
STEPS_BELOW, STEPS_ABOVE = 7, 4


class Gauge:
    """A shape that discs of any width up to the widest can be tried on."""

    def __init__(self, mask: Mask, widest: float, *, wholes: bool = True, bridges: bool = True) -> None:
        self._mask = mask
        self._widest = widest
        self._wholes, self._bridges = wholes, bridges

    def places(self, disc: float) -> list[Narrow]:
        return list(self._find(self._shape_for(disc), disc))

    def narrowest(self, places: Iterable[Narrow], disc: float) -> float:
        """The widest disc that passes all these places, which this one does not."""
        measured = self._shape_for(disc)
        # Searching each of a hundred would take long, and their own widths say well enough which to search.
        worst = sorted(places, key=lambda place: _roughly(place, measured))[:SEARCHES]
        return min(self._width_of(place, measured, disc) for place in worst)

    def narrowest_above(self, disc: float) -> float:
        """The widest that passes everywhere, where this one does; up there no second decimal decides anything."""
        measured = self._shape_for(disc).halved()
        return _widest(lambda wider: not any(self._find(measured, wider)), disc, self._widest, STEPS_ABOVE)

    @cached_property
    def _shapes(self) -> list[Shape]:
        return [shape(self._mask, self._widest)]

    def _shape_for(self, disc: float) -> Shape:
        """Always the same for the same disc, so that a piece is judged at a size as it was foretold for that size."""
        level = max(0, int(np.log2(max(disc / COARSE, 1))))
        while len(self._shapes) <= level:
            self._shapes.append(self._shapes[-1].halved())
        return self._shapes[level]

    def _width_of(self, place: Narrow, measured: Shape, disc: float) -> float:
        window = padded(place.window, int(disc / measured.scale) + 2, measured.mask.shape)
        nearby = measured.within(window)
        among = np.zeros(nearby.mask.shape, bool)
        rows, columns = (
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(place.window, window, strict=True)
        )
        among[rows, columns] = place.pixels
        return _widest(lambda narrower: not any(self._find(nearby, narrower, among)), 0, disc, STEPS_BELOW)

    def _find(self, measured: Shape, disc: float, among: Mask | None = None) -> Iterator[Narrow]:
        return narrow_places(measured, disc, among=among, wholes=self._wholes, bridges=self._bridges)


def _roughly(place: Narrow, measured: Shape) -> float:
    return float(np.percentile(measured.within(place.window).width[place.pixels[:-1, :-1]], 90))


def _widest(passes: Callable[[float], bool], low: float, high: float, steps: int) -> float:
    """The widest disc known to pass, to within the last step; `high` only if that one does."""
    top = high
    for _ in range(steps):
        middle = (low + top) / 2
        low, top = (middle, top) if passes(middle) else (low, middle)
    return high if top == high and passes(high) else low
