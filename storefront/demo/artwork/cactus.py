"""A prickly pear in bloom, in a painted pot."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Point, Points, curve, oval, petal, turned


def cactus(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    jade, fern, clay, sand, bloom, butter, dusk = range(1, 8)
    pads: tuple[tuple[Points, int], ...] = (
        (oval((316, 330), 92, 132, -26), fern),
        (oval((668, 340), 96, 140, 24), fern),
        (oval((500, 500), 150, 196), jade),
        (oval((300, 540), 78, 108, -44), jade),
        (oval((716, 556), 74, 104, 46), jade),
    )
    for bridge, width in (((350, 240), (430, 290)), 60), (((700, 420), (780, 450)), 44), (((340, 640), (660, 640)), 70):
        sheet.line(bridge, width)  # where they nearly touch, metal holds them together
    for outline, colour in pads:
        sheet.cell(outline, colour)
    for centre, spots in (((304, 322), 5), ((674, 336), 5), ((500, 470), 9), ((300, 540), 4), ((716, 556), 4)):
        _spines(sheet, centre, spots)
    for base, angle, reach in (
        ((500, 306), -90, 128),
        ((250, 216), -116, 96),
        ((742, 216), -62, 100),
        ((362, 214), -74, 74),
        ((228, 466), -150, 76),
        ((792, 480), -28, 76),
    ):
        _bloom(sheet, base, angle, reach, bloom, butter)
    rim = [(262, 668), (738, 668), (726, 752), (274, 752)]
    pot = [
        (292, 752),
        (708, 752),
        *curve((670, 930), (664, 950), (644, 956)),
        *curve((356, 956), (336, 950), (330, 930)),
    ]
    sheet.cell(pot, clay)
    with sheet.within(pot):
        teeth = [(x, 858 if index % 2 else 792) for index, x in enumerate(range(260, 760, 48))]
        sheet.cell([*teeth, *[(x, y + 46) for x, y in reversed(teeth)]], sand)
        for x in range(308, 720, 96):
            sheet.ring((x + 48, 910), 15, dusk, 8)
    sheet.line([*pot, pot[0]])
    sheet.cell(rim, dusk)
    for x in range(318, 720, 73):
        sheet.cell([(x, 686), (x + 26, 710), (x, 734), (x - 26, 710)], sand, 8)
    return sheet.ids(NARROWEST_CELL)


def _spines(sheet: Sheet, centre: Point, count: int) -> None:
    places = ((0, 0), (-46, -50), (46, -50), (-46, 50), (46, 50), (0, -104), (0, 104), (-88, 0), (88, 0))
    for dx, dy in places[:count]:
        x, y = centre[0] + dx, centre[1] + dy
        sheet.line([(x - 11, y - 12), (x, y + 7), (x + 11, y - 12)], 7)


def _bloom(sheet: Sheet, base: Point, angle: float, reach: float, colour: int, heart: int) -> None:
    for lean in (-58, 58, -30, 30, 0):
        tip = turned([(base[0] + reach * (1 - abs(lean) / 300), base[1])], angle + lean, base)[0]
        sheet.cell(petal(base, tip, reach * 0.52, 0.66), colour)
    cup = turned([(base[0] + reach * 0.18, base[1])], angle, base)[0]
    sheet.ring(cup, reach * 0.2, heart, 9)
