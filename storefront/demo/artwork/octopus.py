"""An octopus with eight curling arms, and two bubbles."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import Points, arc, both, curve, ribbon
from storefront.pinart.artwork import METAL


def octopus(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    coral, plum, shell, white, ink, lagoon = range(1, 7)
    arms = (
        (curve((380, 560), (260, 600), (150, 560), (90, 460), (130, 370), (220, 366), (244, 440), (200, 486)), 92),
        (curve((430, 640), (330, 720), (220, 760), (120, 730), (70, 650), (110, 590), (180, 610)), 90),
        (curve((450, 660), (400, 780), (330, 890), (220, 920), (150, 870), (176, 800), (246, 816)), 88),
        (curve((480, 660), (470, 780), (480, 880), (420, 960), (340, 960), (328, 900)), 84),
    )
    for spine, width in arms:
        for arm in both(spine):
            _arm(sheet, arm, width, coral, shell)
    for bubble, radius in (((790, 110), 26), ((724, 152), 46)):
        sheet.ring(bubble, radius, lagoon)
    mantle = [
        *curve(
            (392, 640),
            (330, 560),
            (268, 440),
            (262, 300),
            (330, 160),
            (500, 90),
            (670, 160),
            (738, 300),
            (732, 440),
            (670, 560),
            (608, 640),
        ),
        *curve((608, 640), (500, 690), (392, 640)),
    ]
    sheet.cell(mantle, coral)
    for spot, radius in (
        ((392, 210), 34),
        ((470, 158), 20),
        ((340, 290), 20),
        ((600, 200), 28),
        ((664, 290), 22),
        ((540, 250), 18),
    ):
        sheet.ring(spot, radius, plum)
    for eye in both([(394, 452)]):
        sheet.ring(eye[0], 82, white)
        sheet.disc((eye[0][0] + 8, eye[0][1] + 8), 54)
        sheet.disc((eye[0][0] + 8, eye[0][1] + 8), 46, ink)
        sheet.disc((eye[0][0] - 12, eye[0][1] - 12), 17, white)
    sheet.line(arc((500, 548), 50, 30, 150), 12)
    for cheek in both([(330, 560)]):
        sheet.ring(cheek[0], 26, shell, 9)
    return sheet.ids(NARROWEST_CELL)


def _arm(sheet: Sheet, spine: Points, width: float, skin: int, sucker: int) -> None:
    sheet.line(ribbon(spine, width + 12, 36), 8)
    sheet.fill(ribbon(spine, width + 12, 36), METAL)
    sheet.disc(spine[-1], 22)
    sheet.fill(ribbon(spine, width - 8, 22), skin)
    sheet.disc(spine[-1], 12, skin)
    for index in range(16, len(spine) - 8, 11):
        x, y = spine[index]
        share = index / len(spine)
        sheet.ring((x, y), 19 - 10 * share, sucker, 8)
