"""Placing: which pins sit where on a garment, as an address says it and as the cloth allows it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from storefront.wearing.garments import Area, Garment
from storefront.wearing.paths import Point

MOST_PINS = 12
_PLACED = re.compile(r"([0-9]{1,9})(?::([0-9]{1,3}),([0-9]{1,3}))?")
_ROUNDING = 1.0  # millimetres: an edge's whole numbers may lie that far outside of it
_ASIDE = 14  # millimetres between pins that are sent to the same spot


class NotAPlace(Exception):
    """A part of the address that says no pin and place."""


class NoSuchPin(Exception):
    """A pin that cannot be worn here."""


class TooManyPins(Exception):
    """More than fit into one picture."""


@dataclass(frozen=True)
class Placed:
    """A pin by its id, its middle in whole millimetres from the picture's left and top."""

    pin: int
    x: int
    y: int

    def __str__(self) -> str:
        return f"{self.pin}:{self.x},{self.y}"


def read_placed(text: str, garment: Garment, mine: Sequence[int]) -> tuple[Placed, ...]:
    """What "12:132,88;14" says: pin 12 at its place, pin 14 at a spot that is free.

    `mine` are the pins that can be worn, one id for each copy; further copies are left out. A place beside the cloth is
    moved to its nearest edge. Raises NotAPlace, NoSuchPin, TooManyPins.
    """
    parts = [part for part in text.split(";") if part]
    if len(parts) > MOST_PINS:
        raise TooManyPins(len(parts))
    left = Counter(mine)
    wanted = []
    for part in parts:
        found = _PLACED.fullmatch(part)
        if found is None:
            raise NotAPlace(part)
        pin = int(found[1])
        if pin not in left:
            raise NoSuchPin(pin)
        left[pin] -= 1
        if left[pin] >= 0:
            wanted.append((pin, (int(found[2]), int(found[3])) if found[2] else None))
    return _placed(wanted, garment)


def place_all(pins: Sequence[int], garment: Garment) -> tuple[Placed, ...]:
    """The pins at the garment's own spots, as many as it has."""
    return _placed([(pin, None) for pin in pins[: len(garment.areas)]], garment)


def write_placed(placed: Sequence[Placed]) -> str:
    return ";".join(map(str, placed))


def area_at(garment: Garment, x: float, y: float) -> Area:
    """The area a place belongs to: the one around it, or else the nearest."""
    return min(garment.areas, key=lambda area: _distance(area, (x, y)))


def settle(garment: Garment, x: int, y: int) -> tuple[int, int]:
    """The place itself where a pin may sit there, else the nearest where it may."""
    area = area_at(garment, x, y)
    if _distance(area, (x, y)) <= _ROUNDING:
        return x, y
    near = min((_nearest(start, end, (x, y)) for start, end in _edges(area)), key=lambda at: _apart(at, (x, y)))
    return round(near[0]), round(near[1])


def _placed(wanted: Sequence[tuple[int, Point | None]], garment: Garment) -> tuple[Placed, ...]:
    taken = {area_at(garment, *at).name for _pin, at in wanted if at is not None}
    free = [area for area in garment.areas if area.name not in taken]
    free += [area for area in garment.areas if area.name in taken]
    placed, sent = [], 0
    for pin, at in wanted:
        if at is None:
            area, aside = free[sent % len(free)], sent // len(free) * _ASIDE
            at, sent = (area.spot[0] + aside, area.spot[1] + aside), sent + 1  # noqa: PLW2901  told now
        placed.append(Placed(pin, *settle(garment, round(at[0]), round(at[1]))))
    return tuple(placed)


def _distance(area: Area, at: Point) -> float:
    if _is_inside(area, at):
        return 0
    return min(_apart(_nearest(start, end, at), at) for start, end in _edges(area))


def _is_inside(area: Area, at: Point) -> bool:
    """Whether a ray to the right crosses the outline an odd number of times."""
    x, y = at
    crossings = [
        (x2 - x1) * (y - y1) / (y2 - y1) + x1 > x for (x1, y1), (x2, y2) in _edges(area) if (y1 > y) != (y2 > y)
    ]
    return sum(crossings) % 2 == 1


def _edges(area: Area) -> list[tuple[Point, Point]]:
    return list(pairwise((*area.corners, area.corners[0])))


def _nearest(start: Point, end: Point, at: Point) -> Point:
    """The point of a line that is nearest to another."""
    along = end[0] - start[0], end[1] - start[1]
    share = ((at[0] - start[0]) * along[0] + (at[1] - start[1]) * along[1]) / (along[0] ** 2 + along[1] ** 2)
    share = min(max(share, 0), 1)
    return start[0] + along[0] * share, start[1] + along[1] * share


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
