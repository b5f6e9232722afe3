"""Outline: one piece or several, the holes in it, its sides, and how it hangs."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from storefront.pinart.balance import off_balance
from storefront.pinart.findings import Check, Rule, mending_size, verdict
from storefront.pinart.limits import Limits
from storefront.pinart.marks import Mark
from storefront.pinart.piece import BLOCK, WIDENED, Piece
from storefront.pinart.thickness import padded, shape

CLOSED = 4.0
"""Thousandths of the picture: air on less than the square of this is closed by the next stroke of a brush."""
WIDE_HOLE = 2.5
"""Limits: wider holes are not told apart."""


@dataclass(frozen=True, eq=False)
class Hole:
    mark: Mark
    diameter: float
    """Of the largest disc that fits, in millimetres, if it is not beyond telling apart."""


def outline_checks(piece: Piece, limits: Limits) -> tuple[Check, ...]:
    holes = _holes(piece, limits)
    return (
        _parts_check(piece),
        Check(
            Rule.HOLES,
            len(holes),
            limits.holes,
            "",
            verdict(passes=len(holes) <= limits.holes),
            count=len(holes),
            marks=tuple(hole.mark for hole in holes),
        ),
        _hole_check(piece, holes, limits),
        _balance_check(piece, limits),
        *_side_checks(piece, limits),
    )


def _parts_check(piece: Piece) -> Check:
    """Everything must hang together; the largest part is the pin and the others are loose."""
    parts, count = ndimage.label(~piece.air)
    sizes = np.bincount(parts.ravel())[1:]
    loose = [number for number in range(1, count + 1) if number != int(np.argmax(sizes)) + 1]
    windows = ndimage.find_objects(parts)
    marks = tuple(Mark(windows[number - 1], parts[windows[number - 1]] == number, BLOCK) for number in loose)
    return Check(Rule.PARTS, count, 1, "", verdict(passes=count == 1), count=len(loose), marks=marks)


def _holes(piece: Piece, limits: Limits) -> list[Hole]:
    labels, _ = ndimage.label(piece.air)
    outside = int(labels[0, 0])
    holes = []
    for number, found in enumerate(ndimage.find_objects(labels), start=1):
        if number == outside:
            continue
        window = padded(found, 1, labels.shape)
        pixels = labels[window] == number
        if pixels.sum() * BLOCK**2 < (CLOSED * piece.regions.place.unit) ** 2:
            continue
        widest = piece.pixels(WIDE_HOLE * limits.hole) / BLOCK
        diameter = float(shape(pixels, min(widest, *pixels.shape)).width.max()) - WIDENED
        holes.append(Hole(Mark(window, pixels, BLOCK), piece.to_millimetres(diameter * BLOCK)))
    return holes


def _hole_check(piece: Piece, holes: list[Hole], limits: Limits) -> Check:
    smallest = min((hole.diameter for hole in holes), default=limits.hole)
    small = [hole for hole in holes if hole.diameter < limits.hole]
    return Check(
        Rule.HOLE,
        int(100 * smallest) / 100,
        limits.hole,
        "mm",
        verdict(passes=not small),
        count=len(small),
        mend_millimetres=mending_size(piece.millimetres, limits.hole / smallest, limits) if small else None,
        marks=tuple(hole.mark for hole in small),
    )


def _balance_check(piece: Piece, limits: Limits) -> Check:
    off = round(off_balance(piece), 1)
    return Check(Rule.BALANCE, off, limits.balance, "%", verdict(passes=off <= limits.balance))


def _side_checks(piece: Piece, limits: Limits) -> tuple[Check, Check]:
    longest, shortest = (round(side, 1) for side in (max(piece.sides), min(piece.sides)))
    fits, wide = longest <= limits.longest, shortest >= limits.shortest
    return (
        Check(
            Rule.LONGEST,
            longest,
            limits.longest,
            "mm",
            verdict(passes=fits),
            mend_millimetres=None if fits else limits.longest,
        ),
        Check(
            Rule.SHORTEST,
            shortest,
            limits.shortest,
            "mm",
            verdict(passes=wide),
            mend_millimetres=None
            if wide
            else mending_size(piece.millimetres, limits.shortest / min(piece.sides), limits),
        ),
    )
