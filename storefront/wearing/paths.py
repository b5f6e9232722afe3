"""Paths as SVG writes them (M L Q C Z, absolute), for Pillow as lists of points."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot

Point = tuple[float, float]
_TOKEN = re.compile(r"[MLQCZ]|-?\d+(?:\.\d+)?")
_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3}
_STEPS = 24


def flatten(path: str) -> list[list[Point]]:
    """Each subpath as points; a closed one ends where it began."""
    lines: list[list[Point]] = []
    for command, points in _commands(path):
        if command == "M":
            lines.append([points[0]])
        elif command == "Z":
            lines[-1].append(lines[-1][0])
        else:
            lines[-1] += _curve([lines[-1][-1], *points])
    return lines


def mirrored(path: str, width: float) -> str:
    """The path as in a mirror, for what is alike left and right of the middle of `width`."""
    said = []
    for command, points in _commands(path):
        said.append(command + " ".join(f"{width - x:g},{y:g}" for x, y in points))
    return " ".join(said)


def dashed(line: Sequence[Point], on: float, off: float) -> Iterator[list[Point]]:
    """The pieces of a line that a dashed pen draws."""
    piece, left, drawing = [line[0]], on, True
    for start, end in pairwise(line):
        at, length = 0.0, hypot(end[0] - start[0], end[1] - start[1])
        while length - at > left:
            at += left
            turn = _between(start, end, at / length)
            if drawing:
                yield [*piece, turn]
            piece, drawing = [turn], not drawing
            left = on if drawing else off
        left -= length - at
        piece.append(end)
    if drawing:
        yield piece


def _commands(path: str) -> Iterator[tuple[str, list[Point]]]:
    tokens = _TOKEN.findall(path)
    at, command = 0, ""
    while at < len(tokens):
        if tokens[at] in "MLQCZ":
            command, at = tokens[at], at + 1
        if command == "Z":
            yield "Z", []
            continue
        count = _PAIRS[command]
        numbers = [float(token) for token in tokens[at : at + 2 * count]]
        yield command, list(zip(numbers[::2], numbers[1::2], strict=True))
        at += 2 * count


def _curve(points: list[Point]) -> list[Point]:
    """A line, or a curve of De Casteljau's, without its first point."""
    if len(points) == len("ab"):
        return points[1:]
    return [_on_curve(points, step / _STEPS) for step in range(1, _STEPS + 1)]


def _on_curve(points: list[Point], share: float) -> Point:
    while len(points) > 1:
        points = [_between(one, other, share) for one, other in pairwise(points)]
    return points[0]


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
