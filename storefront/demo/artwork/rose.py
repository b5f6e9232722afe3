"""A rose window of twelve petals and twelve quatrefoils."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Point, arc, around, petal, turned


def rose(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    cobalt, ruby, amber, emerald, sky, violet = range(1, 7)
    middle = (500.0, 500.0)
    lead = 12

    def out(angle: float, radius: float) -> Point:
        return turned([(500 + radius, 500)], angle, middle)[0]

    sheet.disc(middle, 480)
    sheet.disc(middle, 468, cobalt)
    for index, angle in enumerate(around(24, 7.5)):
        sheet.cell([middle, *arc(middle, 466, angle - 7.5, angle + 7.5)], (ruby, amber)[index % 2], lead)
    sheet.ring(middle, 424, cobalt, lead)
    for index, angle in enumerate(around(12, 15)):
        sheet.cell(petal(out(angle, 96), out(angle, 338), 130, 0.66), (violet, emerald)[index % 2], lead)
        sheet.cell(petal(out(angle, 168), out(angle, 306), 66, 0.60), (sky, amber)[index % 2], lead - 2)
    for index, angle in enumerate(around(12)):
        sheet.ring(out(angle, 358), 62, (ruby, sky)[index % 2], lead)
        for leaf in around(4, angle):
            spot = turned([(out(angle, 358)[0] + 26, out(angle, 358)[1])], leaf, out(angle, 358))[0]
            sheet.disc(spot, 21)
        for leaf in around(4, angle):
            spot = turned([(out(angle, 358)[0] + 25, out(angle, 358)[1])], leaf, out(angle, 358))[0]
            sheet.disc(spot, 15, (amber, ruby)[index % 2])
        sheet.disc(out(angle, 358), 16, (amber, ruby)[index % 2])
    sheet.ring(middle, 136, cobalt, lead)
    for angle in around(6, 30):
        sheet.ring(out(angle, 72), 40, ruby, lead - 2)
    for angle in around(6):
        sheet.ring(out(angle, 98), 17, sky, lead - 3)
    sheet.ring(middle, 40, amber, lead - 2)
    return sheet.ids(NARROWEST_CELL)
