"""The moon behind a mountain, pines around its lake."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Points, arc, curve, star
from storefront.pinart.artwork import METAL


def moonrise(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    night, moon, far, near, snow, lake, pine = range(1, 8)
    arch = [
        (160, 905),
        *arc((500, 440), 340, 180, 360),
        (840, 905),
        *curve((840, 905), (834, 926), (812, 932)),
        (188, 932),
        (168, 926),
    ]
    sheet.cell(arch, night)
    with sheet.within(arch):
        sheet.ring((560, 360), 150, moon)
        for crater, radius in (((520, 320), 26), ((612, 400), 34), ((596, 300), 16)):
            sheet.line([*arc(crater, radius, 0, 360)], 8)
        sheet.cell(
            [
                *curve(
                    (100, 640),
                    (210, 560),
                    (300, 610),
                    (380, 540),
                    (470, 600),
                    (600, 560),
                    (720, 500),
                    (800, 560),
                    (900, 540),
                ),
                (900, 800),
                (100, 800),
            ],
            far,
        )
        sheet.cell(
            [
                (110, 790),
                (250, 660),
                (330, 590),
                (430, 440),
                (470, 400),
                (520, 452),
                (600, 560),
                (690, 640),
                (790, 720),
                (900, 790),
            ],
            near,
        )
        shade = [
            (520, 500),
            (560, 590),
            (540, 650),
            (590, 700),
            (570, 790),
            (900, 790),
            (790, 720),
            (690, 640),
            (600, 560),
            (540, 478),
        ]
        sheet.cell(shade, lake)
        sheet.cell(
            [
                (470, 400),
                (430, 440),
                (372, 528),
                (408, 520),
                (432, 560),
                (466, 516),
                (500, 566),
                (530, 530),
                (566, 556),
                (578, 530),
                (520, 452),
            ],
            snow,
        )
        sheet.line([(466, 516), (470, 404)], 8)
        sheet.cell([(100, 762), (900, 762), (900, 1000), (100, 1000)], lake)
        sheet.cell(
            [
                (500, 762),
                (640, 762),
                *curve((620, 800), (640, 840), (606, 880), (620, 940)),
                *curve((520, 940), (536, 880), (500, 840), (522, 800)),
            ],
            moon,
        )
        for start, end, y in (
            (300, 460, 806),
            (690, 760, 812),
            (380, 480, 852),
            (660, 720, 858),
            (330, 470, 898),
            (480, 560, 830),
            (570, 680, 874),
        ):
            sheet.line([(start, y), (end, y)], 11)
        for spot, radius in (
            ((300, 300), 24),
            ((262, 440), 16),
            ((380, 196), 18),
            ((700, 210), 18),
            ((768, 380), 20),
            ((480, 150), 12),
            ((350, 380), 14),
            ((620, 158), 12),
        ):
            sheet.fill(star(spot, radius), METAL)
    sheet.line([*arch, arch[0]])
    for x, foot, height in (
        (206, 936, 330),
        (120, 936, 250),
        (800, 936, 300),
        (884, 936, 220),
        (282, 936, 190),
        (728, 936, 170),
    ):
        _pine_tree(sheet, x, foot, height, pine)
    return sheet.ids(NARROWEST_CELL)


def _pine_tree(sheet: Sheet, x: float, foot: float, height: float, colour: int) -> None:
    tiers = 4
    right: Points = [(x, foot - height)]
    for tier in range(1, tiers + 1):
        y = foot - height + height * 0.94 * tier / tiers
        reach = height * 0.28 * (0.30 + 0.70 * tier / tiers)
        right += [(x + reach, y), (x + reach * 0.52, y - height * 0.015)] if tier < tiers else [(x + reach, y)]
    left = [(2 * x - px, py) for px, py in reversed(right[1:])]
    sheet.cell(
        [*right, (x + 12, foot - height * 0.05), (x + 12, foot), (x - 12, foot), (x - 12, foot - height * 0.05), *left],
        colour,
    )
    sheet.line([(x, foot - height * 0.80), (x, foot - height * 0.16)], 7)
