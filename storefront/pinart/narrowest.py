"""Narrowest: the one width of a shape, in pixels, at which it stops being wide enough everywhere."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from storefront.pinart.artwork import Mask
from storefront.pinart.thickness import Narrow, Shape, narrow_places, padded, shape

COARSE = 4
"""Blocks across a disc: so many tell what is narrow nearly as well as more of them, and sooner."""
STRIDE = 1.25
"""From one disc tried to the next. What only discs in between are stopped by is noise of the pixels."""
SEARCHES = 8
STEPS, STEPS_BELOW = 5, 7


class Width(NamedTuple):
    """`pixels` is None where nothing is too narrow for the widest disc that matters."""

    pixels: float | None
    places: tuple[Narrow, ...]


class Gauge:
    """A shape that discs of any width up to a little above the widest can be tried on."""

    def __init__(self, mask: Mask, widest: float, *, wholes: bool = True, bridges: bool = True) -> None:
        self._shapes = [shape(mask, STRIDE * widest)]
        self._widest = widest
        self._wholes, self._bridges = wholes, bridges

    def places(self, disc: float) -> list[Narrow]:
        return list(self._find(self._shape_for(disc), disc))

    def narrowest(self, finest: float) -> Width:
        """Where discs stop first, trying wider and wider ones from `finest`: the same however wide the widest is.

        So a width belongs to the shape and not to the size it is made in, and what is wide enough at one size is so
        at every larger one.
        """
        passed, disc = 0.0, finest
        while not (places := self.places(disc)):
            if disc >= self._widest:
                return Width(None, ())
            passed, disc = disc, STRIDE * disc
        measured = self._shape_for(disc)
        # Searching each of a hundred would take long, and their own widths say well enough which to search.
        worst = sorted(places, key=lambda place: _roughly(place, measured))[:SEARCHES]
        return Width(min(self._width_of(place, measured, passed, disc) for place in worst), tuple(places))

    def _shape_for(self, disc: float) -> Shape:
        """Always the same for the same disc, or what was passed at one size would not be at another."""
        level = max(0, int(np.log2(max(disc / COARSE, 1))))
        while len(self._shapes) <= level:
            self._shapes.append(self._shapes[-1].halved())
        return self._shapes[level]

    def _width_of(self, place: Narrow, measured: Shape, passed: float, disc: float) -> float:
        window = padded(place.window, int(disc / measured.scale) + 2, measured.mask.shape)
        nearby = measured.within(window)
        among = np.zeros(nearby.mask.shape, bool)
        rows, columns = (
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(place.window, window, strict=True)
        )
        among[rows, columns] = place.pixels
        steps = STEPS if passed else STEPS_BELOW
        return _widest(lambda narrower: not any(self._find(nearby, narrower, among)), passed, disc, steps)

    def _find(self, measured: Shape, disc: float, among: Mask | None = None) -> Iterator[Narrow]:
        return narrow_places(measured, disc, among=among, wholes=self._wholes, bridges=self._bridges)


def meets(one: Narrow, others: Iterable[Narrow]) -> bool:
    """Whether its window meets that of another; both may be in blocks of different scales."""
    return any(
        all(
            side.start * one.scale < beside.stop * other.scale and beside.start * other.scale < side.stop * one.scale
            for side, beside in zip(one.window, other.window, strict=True)
        )
        for other in others
    )


def _roughly(place: Narrow, measured: Shape) -> float:
    return float(np.percentile(measured.within(place.window).width[place.pixels[:-1, :-1]], 90))


def _widest(passes: Callable[[float], bool], low: float, high: float, steps: int) -> float:
    """The widest disc known to pass, to within the last step."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return low
