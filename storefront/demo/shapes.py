"""Shapes for pin artwork as lists of points: curves, petals, ribbons, stars, and how to turn and mirror them."""

from collections.abc import Sequence
from math import cos, hypot, log, pi, sin

import numpy as np

Point = tuple[float, float]
Points = list[Point]


def curve(*points: Point, closed: bool = False, steps: int = 14) -> Points:
    """A smooth line through the points (centripetal Catmull-Rom, which neither loops nor overshoots)."""
    if closed:
        knots = [points[-1], *points, points[0], points[1]]
    else:
        knots = [_beyond(points[1], points[0]), *points, _beyond(points[-2], points[-1])]
    drawn: Points = []
    for before, start, end, after in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        drawn += [_on_span(before, start, end, after, step / steps) for step in range(steps)]
    return drawn if closed else [*drawn, points[-1]]


def _beyond(inner: Point, end: Point) -> Point:
    return 2 * end[0] - inner[0], 2 * end[1] - inner[1]


def _on_span(before: Point, start: Point, end: Point, after: Point, share: float) -> Point:
    t0 = 0.0
    t1 = t0 + _knot_gap(before, start)
    t2 = t1 + _knot_gap(start, end)
    t3 = t2 + _knot_gap(end, after)
    t = t1 + (t2 - t1) * share
    a1 = _mixed(before, start, t0, t1, t)
    a2 = _mixed(start, end, t1, t2, t)
    a3 = _mixed(end, after, t2, t3, t)
    return _mixed(_mixed(a1, a2, t0, t2, t), _mixed(a2, a3, t1, t3, t), t1, t2, t)


def _knot_gap(one: Point, other: Point) -> float:
    return hypot(other[0] - one[0], other[1] - one[1]) ** 0.5 or 1e-6


def _mixed(one: Point, other: Point, at_one: float, at_other: float, t: float) -> Point:
    share = (t - at_one) / (at_other - at_one)
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def arc(centre: Point, radius: float, start: float, end: float, *, squash: float = 1.0) -> Points:
    """Part of a circle, angles in degrees clockwise from three o'clock; `squash` flattens it."""
    count = max(8, int(abs(end - start) / 4))
    angles = [(start + (end - start) * step / count) * pi / 180 for step in range(count + 1)]
    return [(centre[0] + radius * cos(angle), centre[1] + radius * squash * sin(angle)) for angle in angles]


def oval(centre: Point, across: float, up: float, turn: float = 0) -> Points:
    outline = arc((0, 0), across, 0, 360, squash=up / across)[:-1]
    return moved(turned(outline, turn), centre)


def petal(base: Point, tip: Point, width: float, fullest: float = 0.6) -> Points:
    """A leaf from base to tip, widest at the share `fullest` of its length."""
    length = hypot(tip[0] - base[0], tip[1] - base[1])
    skew = log(0.5) / log(fullest)
    shares = [step / 24 for step in range(25)]
    side = [(length * share, width / 2 * sin(pi * share**skew)) for share in shares]
    outline = side + [(x, -y) for x, y in reversed(side[1:-1])]
    angle = np.degrees(np.arctan2(tip[1] - base[1], tip[0] - base[0]))
    return moved(turned(outline, float(angle)), base)


def ribbon(spine: Sequence[Point], start: float, end: float) -> Points:
    """A band along a spine, `start` wide at its beginning and `end` wide at its end, with a round tip."""
    left: Points = []
    right: Points = []
    for index, (x, y) in enumerate(spine):
        (x0, y0), (x1, y1) = spine[max(0, index - 1)], spine[min(len(spine) - 1, index + 1)]
        length = hypot(x1 - x0, y1 - y0) or 1
        half = (start + (end - start) * index / (len(spine) - 1)) / 2
        aside_x, aside_y = -(y1 - y0) / length * half, (x1 - x0) / length * half
        left.append((x + aside_x, y + aside_y))
        right.append((x - aside_x, y - aside_y))
    return left + right[::-1]


def star(centre: Point, radius: float, points: int = 4, waist: float = 0.34) -> Points:
    spikes = [(radius if step % 2 == 0 else radius * waist, pi * step / points - pi / 2) for step in range(2 * points)]
    return [(centre[0] + reach * cos(angle), centre[1] + reach * sin(angle)) for reach, angle in spikes]


def moved(points: Sequence[Point], by: Point) -> Points:
    return [(x + by[0], y + by[1]) for x, y in points]


def turned(points: Sequence[Point], degrees: float, around: Point = (0, 0)) -> Points:
    c, s = cos(degrees * pi / 180), sin(degrees * pi / 180)
    ax, ay = around
    return [(ax + (x - ax) * c - (y - ay) * s, ay + (x - ax) * s + (y - ay) * c) for x, y in points]


def mirrored(points: Sequence[Point]) -> Points:
    return [(1000 - x, y) for x, y in points]


def both(points: Sequence[Point]) -> tuple[Points, Points]:
    """A shape and its mirror image, for what is alike left and right."""
    return list(points), mirrored(points)


def around(count: int, start: float = 0) -> list[float]:
    """The angles that divide a circle into `count` parts."""
    return [start + 360 * step / count for step in range(count)]
