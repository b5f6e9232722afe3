"""A lighthouse on its rock, beams to both sides."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Points, arc, curve, moved, star
from storefront.pinart.artwork import METAL


def lighthouse(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    dusk, beam, lamp_red, white, sea, foam, rock = range(1, 8)
    sky = arc((500, 520), 400, 0, 360)
    sheet.cell(sky, dusk)
    with sheet.within(sky):
        for side in (1, -1):
            ray = [(500 + 30 * side, 262), (500 + 460 * side, 120), (500 + 460 * side, 400)]
            sheet.cell(ray, beam)
        for spot, radius in (
            ((300, 480), 22),
            ((690, 520), 18),
            ((236, 580), 14),
            ((768, 600), 22),
            ((650, 640), 12),
            ((350, 640), 14),
        ):
            sheet.fill(star(spot, radius), METAL)
    sheet.line(sky)
    sheet.cell(
        [*curve((270, 840), (310, 780), (380, 750), (440, 712), (560, 708), (630, 742), (690, 780), (730, 840))], rock
    )
    sheet.line(curve((350, 850), (390, 800), (450, 780)), 9)
    sheet.line(curve((640, 850), (610, 800), (560, 790)), 9)
    tower = [(428, 330), (572, 330), (622, 760), *curve((622, 760), (500, 782), (378, 760))]
    sheet.cell(tower, white)
    with sheet.within(tower):
        for y, tall in ((408, 86), (580, 92)):
            sheet.cell(
                [
                    *curve((340, y + 12), (500, y + 34), (660, y + 12)),
                    *curve((660, y + tall + 12), (500, y + tall + 36), (340, y + tall + 12)),
                ],
                lamp_red,
            )
        sheet.cell([(472, 790), (472, 712), *arc((500, 712), 28, 180, 360), (528, 790)], rock, 9)
        for y in (384, 548):
            sheet.cell([(486, y + 20), (486, y), *arc((500, y), 14, 180, 360), (514, y + 20)], rock, 8)
    sheet.line([*tower, tower[0]])
    sheet.cell([(396, 318), (604, 318), (590, 350), (410, 350)], rock)
    sheet.cell([(446, 210), (554, 210), (554, 318), (446, 318)], beam)
    for x in (482, 518):
        sheet.line([(x, 210), (x, 318)], 8)
    sheet.cell([*curve((420, 212), (452, 150), (500, 120), (548, 150), (580, 212))], lamp_red)
    sheet.line([(500, 120), (500, 70)], 14)
    sheet.disc((500, 66), 15)
    _surf(sheet, sky, sea, foam)
    return sheet.ids(NARROWEST_CELL)


def _surf(sheet: Sheet, frame: Points, sea: int, foam: int) -> None:
    crests = curve(*((x, 776 if index % 2 else 816) for index, x in enumerate(range(-60, 1120, 88))))
    water = [*crests, (1100, 1000), (-100, 1000)]
    with sheet.within(frame):
        sheet.cell(water, foam)
        sheet.cell(moved(water, (60, 44)), sea)
        sheet.line(moved(crests, (0, 94)), 9)
    sheet.line(frame)
