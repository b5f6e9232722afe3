"""Drawings that fail one rule of the press check each, and a plain one that fails none."""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import Sheet
from storefront.demo.shapes import Point, Points, arc, around, oval
from storefront.pinart.artwork import AIR, METAL, Artwork
from storefront.pinart.checking import Rule

MIDDLE: Point = (500, 500)
ENAMELS = (
    (39, 122, 120),
    (241, 190, 72),
    (201, 64, 58),
    (247, 241, 222),
    (46, 58, 110),
    (126, 176, 98),
    (232, 140, 162),
    (120, 72, 44),
    (132, 190, 222),
)


@dataclass(frozen=True)
class FailingMotif:
    """Fails `rule` at its size; `mends` says whether another size can help."""

    rule: Rule
    title: str
    millimetres: float
    mends: bool
    draw: Callable[[Sheet], None]

    def artwork(self, size: int) -> Artwork:
        return drawn(self.draw, size)


def drawn(draw: Callable[[Sheet], None], size: int) -> Artwork:
    sheet = Sheet(size)
    draw(sheet)
    ids: NDArray[np.uint8] = sheet.ids()
    return Artwork(ids, {region: rgb for region, rgb in enumerate(ENAMELS, start=1) if (ids == region).any()})


def plain(sheet: Sheet) -> None:
    sheet.cell(oval(MIDDLE, 400, 400), 1)
    sheet.ring(MIDDLE, 150, 2)


def hairlines(sheet: Sheet) -> None:
    plain(sheet)
    for x in (250, 750):
        sheet.line([(x, 330), (x, 670)], 3)


def slits(sheet: Sheet) -> None:
    plain(sheet)
    for x in (250, 750):
        sheet.line([(x, 330), (x, 670)], 28)
        sheet.line([(x, 338), (x, 662)], 8, 3)


def closing_cut(sheet: Sheet) -> None:
    plain(sheet)
    sheet.fill([(483.5, 0), (516.5, 0), (516.5, 320), (483.5, 320)], AIR)


def lost_moon(sheet: Sheet) -> None:
    sheet.cell(oval((440, 500), 320, 320), 1)
    sheet.ring((880, 500), 70, 2)


def sieve(sheet: Sheet) -> None:
    plain(sheet)
    for angle in around(14):
        sheet.disc(_on_circle(angle, 280), 36, AIR)


def pinholes(sheet: Sheet) -> None:
    plain(sheet)
    for x in (230, 770):
        sheet.disc((x, 500), 36, AIR)


def paintbox(sheet: Sheet) -> None:
    sheet.cell(oval(MIDDLE, 400, 400), 1)
    for number, angle in enumerate(around(8)):
        wedge: Points = [*arc(MIDDLE, 395, angle, angle + 45), *arc(MIDDLE, 150, angle + 45, angle)]
        sheet.cell(wedge, number + 2)
    sheet.ring(MIDDLE, 150, 1)


def mosaic(sheet: Sheet) -> None:
    _tiles(sheet, 13)


def sampler(sheet: Sheet) -> None:
    _tiles(sheet, 8)


def confetti(sheet: Sheet) -> None:
    """Without lines of their own: those that are drawn between colours take most of such small pieces."""
    sheet.cell(oval(MIDDLE, 400, 400), 1)
    for angle in around(9):
        x, y = _on_circle(angle, 250)
        sheet.fill([(x - 20, y - 20), (x + 20, y - 20), (x + 20, y + 20), (x - 20, y + 20)], 2)


def medal(sheet: Sheet) -> None:
    sheet.disc(MIDDLE, 400, METAL)
    sheet.ring(MIDDLE, 120, 1)


def comet(sheet: Sheet) -> None:
    sheet.cell([(250, 484), (950, 484), (950, 516), (250, 516)], 2)
    sheet.cell(oval((200, 500), 150, 150), 1)


def ruler(sheet: Sheet) -> None:
    sheet.cell([(100, 425), (900, 425), (900, 575), (100, 575)], 1)
    sheet.ring(MIDDLE, 40, 2)


def _on_circle(degrees: float, radius: float) -> Point:
    return MIDDLE[0] + radius * cos(degrees * pi / 180), MIDDLE[1] + radius * sin(degrees * pi / 180)


def _tiles(sheet: Sheet, count: int) -> None:
    side = 800 / count
    for row in range(count):
        for column in range(count):
            x, y = 100 + column * side, 100 + row * side
            sheet.cell([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], 1 + (row + column) % 2)


FAILING = (
    FailingMotif(Rule.LINE, "Hairlines", 20, mends=True, draw=hairlines),
    FailingMotif(Rule.CELL, "Slits", 20, mends=True, draw=slits),
    FailingMotif(Rule.GAP, "A cut that closes", 30, mends=True, draw=closing_cut),
    FailingMotif(Rule.PARTS, "A lost moon", 40, mends=False, draw=lost_moon),
    FailingMotif(Rule.HOLES, "A sieve", 50, mends=False, draw=sieve),
    FailingMotif(Rule.HOLE, "Pinholes", 20, mends=True, draw=pinholes),
    FailingMotif(Rule.COLOURS, "A paintbox", 40, mends=False, draw=paintbox),
    FailingMotif(Rule.CELLS, "A mosaic", 50, mends=False, draw=mosaic),
    FailingMotif(Rule.CROWDING, "A sampler", 20, mends=True, draw=sampler),
    FailingMotif(Rule.KEPT, "Confetti", 40, mends=False, draw=confetti),
    FailingMotif(Rule.COVERAGE, "A medal", 40, mends=False, draw=medal),
    FailingMotif(Rule.BALANCE, "A comet", 40, mends=False, draw=comet),
    FailingMotif(Rule.LONGEST, "A saucer", 60, mends=True, draw=plain),
    FailingMotif(Rule.SHORTEST, "A ruler", 40, mends=True, draw=ruler),
)
