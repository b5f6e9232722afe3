"""A cup of tea with lemon, steaming."""

from math import sin

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Point, Points, arc, around, curve, oval, petal, ribbon, turned


def teacup(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    china, delft, tea, pale, lemon, rose_pink, leaf = range(1, 8)
    for x, height in ((372, 250), (528, 318)):
        sheet.cell(_steam(x, height), pale)
    sheet.cell(oval((470, 862), 400, 86), china)
    sheet.cell(oval((470, 852), 316, 56), delft)
    sheet.cell(oval((470, 848), 204, 34), china)
    handle = [
        *curve((730, 452), (830, 410), (930, 460), (926, 570), (850, 668), (700, 700)),
        *curve((716, 640), (800, 618), (858, 560), (852, 500), (800, 486), (738, 516)),
    ]
    sheet.cell(handle, delft)
    cup = [
        (178, 380),
        *curve((178, 380), (190, 540), (246, 690), (340, 800), (380, 846)),
        *curve((380, 846), (470, 862), (560, 846)),
        *curve((560, 846), (600, 800), (694, 690), (750, 540), (762, 380)),
    ]
    sheet.cell(cup, china)
    with sheet.within(cup):
        sheet.cell(
            [
                *curve((150, 470), (300, 528), (470, 544), (640, 528), (790, 470)),
                *curve((790, 520), (640, 582), (470, 600), (300, 582), (150, 520)),
            ],
            delft,
        )
        for x, y in ((236, 532), (312, 552), (392, 566), (470, 571), (548, 566), (628, 552), (704, 532)):
            sheet.disc((x, y), 13)
        _posy(sheet, (470, 700), delft, lemon, leaf, rose_pink)
        sheet.cell([*curve((300, 804), (470, 836), (640, 804)), (700, 900), (240, 900)], delft)
    sheet.line([*cup, cup[0]])
    sheet.cell(oval((470, 380), 294, 80), delft)
    sheet.cell(oval((470, 378), 250, 56), tea)
    slice_of_lemon = oval((400, 378), 108, 30)
    sheet.cell(slice_of_lemon, lemon)
    for angle in around(5, -90):
        tip = arc((400, 378), 86, angle, angle + 1, squash=0.26)[0]
        sheet.line([(400, 378), tip], 7)
    sheet.line(curve((560, 356), (620, 366), (660, 384)), 9)
    return sheet.ids(NARROWEST_CELL)


def _steam(x: float, height: float) -> Points:
    rise = [step / 40 for step in range(41)]
    return ribbon([(x + 36 * sin(5.6 * share), 350 - height * share) for share in rise], 66, 16)


def _posy(sheet: Sheet, centre: Point, petals: int, heart: int, leaf: int, bud: int) -> None:
    x, y = centre
    for side in (1, -1):
        for base, tip, width in (
            ((x + 40 * side, y + 20), (x + 170 * side, y - 6), 62),
            ((x + 50 * side, y + 40), (x + 132 * side, y + 72), 46),
        ):
            sheet.cell(petal(base, tip, width), leaf)
            sheet.line([base, (base[0] + (tip[0] - base[0]) * 0.66, base[1] + (tip[1] - base[1]) * 0.66)], 7)
        sheet.ring((x + 126 * side, y - 50), 20, bud, 8)
    for angle in around(5, -90):
        tip = turned([(x + 92, y)], angle, centre)[0]
        sheet.cell(petal(centre, tip, 66, 0.64), petals)
    sheet.ring(centre, 28, heart)
