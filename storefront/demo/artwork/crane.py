"""A red-crowned crane over waves, in front of the rising sun."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Points, arc, curve, petal, ribbon

# The flight feathers nearest the body are black, the outer ones white.
DARK_FAR, DARK_NEAR = 4, 5


def crane(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    sun, snow, ink, deep, foam, crown, beak = range(1, 8)
    disc = arc((500, 520), 410, 0, 360)
    sheet.fill(disc, sun)
    with sheet.within(disc):
        for row, y in enumerate((780, 840, 900, 960)):
            for column in range(9):
                x = 80 + column * 140 - (70 if row % 2 else 0)
                for radius, colour in ((86, deep), (62, foam), (38, deep), (16, foam)):
                    sheet.ring((x, y), radius, colour)
    sheet.line([*disc, disc[0]])
    _far_wing(sheet, snow, ink)
    for foot in (curve((372, 640), (270, 690), (150, 716)), curve((390, 660), (300, 712), (190, 752))):
        sheet.line(foot, 15)
    for tip, base in (((238, 610), (420, 575)), ((222, 650), (420, 600)), ((250, 686), (430, 625))):
        sheet.cell(petal(base, tip, 62, 0.55), ink)
    body = [
        *curve((330, 640), (400, 560), (500, 500), (610, 470), (690, 436), (760, 380), (830, 318)),
        *curve((830, 318), (866, 296), (902, 304), (906, 330)),
        *curve(
            (906, 330), (880, 352), (850, 372), (800, 440), (724, 520), (620, 610), (500, 668), (400, 676), (330, 640)
        ),
    ]
    sheet.cell(body, snow)
    with sheet.within(body):
        sheet.cell(
            [*curve((690, 400), (712, 460), (770, 500)), *curve((880, 380), (840, 350), (812, 300)), (700, 330)], ink
        )
    sheet.line(body)
    sheet.cell([(886, 284), (1016, 304), (898, 352)], beak)
    sheet.cell(
        [*curve((822, 326), (836, 292), (872, 276), (902, 300)), *curve((902, 300), (870, 318), (822, 326))], crown
    )
    sheet.disc((868, 330), 9)
    _near_wing(sheet, snow, ink)
    return sheet.ids(NARROWEST_CELL)


def _far_wing(sheet: Sheet, snow: int, ink: int) -> None:
    root = curve((540, 500), (556, 400), (600, 280), (668, 170), (742, 84))
    tips = [(700, 470), (742, 418), (776, 360), (800, 296), (822, 226), (832, 150), (806, 62)]
    bases = [root[int((0.10 + 0.13 * index) * (len(root) - 1))] for index in range(len(tips))]
    for index, (base, tip) in enumerate(zip(bases, tips, strict=True)):
        sheet.cell(petal(base, tip, 84 - 3 * index, 0.62), ink if index < DARK_FAR else snow)
    sheet.cell(_tapered(root, 120), snow)


def _near_wing(sheet: Sheet, snow: int, ink: int) -> None:
    root = curve((600, 520), (520, 440), (410, 350), (290, 262), (150, 176))
    tips = [(470, 640), (390, 612), (316, 572), (246, 520), (182, 462), (126, 396), (76, 326), (36, 244), (14, 146)]
    bases = [root[int((0.06 + 0.105 * index) * (len(root) - 1))] for index in range(len(tips))]
    for index, (base, tip) in enumerate(zip(bases, tips, strict=True)):
        sheet.cell(petal(base, tip, 94 - 3 * index, 0.62), ink if index < DARK_NEAR else snow)
    sheet.cell(_tapered(root, 150), snow)
    sheet.disc(root[1], 69, snow)
    for start in (0.18, 0.34, 0.50, 0.66):
        x, y = root[int(start * (len(root) - 1))]
        sheet.line(curve((x + 8, y - 12), (x - 26, y - 6), (x - 48, y + 22)), 9)


def _tapered(spine: Points, width: float) -> Points:
    """A wing's leading arm: full at the shoulder, pointed at the wrist."""
    return ribbon(spine[: int(len(spine) * 0.86)], width, width * 0.12)
