"""A luna moth, wings spread, with her long tails."""

import numpy as np
from numpy.typing import NDArray

from storefront.demo.drawing import NARROWEST_CELL, Sheet
from storefront.demo.shapes import both, curve, oval

LEAF, PINE, PLUM, CREAM, HONEY, NIGHT = range(1, 7)


def luna(size: int) -> NDArray[np.uint8]:
    sheet = Sheet(size)
    _hind_wings(sheet)
    _fore_wings(sheet)
    _antennae(sheet)
    _body(sheet)
    return sheet.ids(NARROWEST_CELL)


def _hind_wings(sheet: Sheet) -> None:
    wing = [
        *curve(
            (505, 500), (640, 520), (742, 570), (772, 650), (742, 735), (704, 800), (706, 856), (748, 908), (806, 930)
        ),
        *curve(
            (806, 930), (834, 950), (832, 978), (784, 988), (706, 962), (644, 898), (616, 812), (604, 748), (570, 694)
        ),
        (505, 640),
    ]
    tail = [*curve((655, 760), (690, 776), (724, 768)), (1000, 700), (1000, 1000), (560, 1000), (560, 740)]
    for outline, tip in zip(both(wing), both(tail), strict=True):
        sheet.cell(outline, LEAF)
        with sheet.within(outline):
            sheet.cell(tip, PINE)
    for x in (664, 336):
        sheet.ring((x, 634), 48, PLUM)
        sheet.ring((x, 634), 27, HONEY)
    for vein in (*both(curve((540, 600), (584, 606), (618, 622))), *both(curve((690, 676), (700, 710), (696, 740)))):
        sheet.line(vein)


def _fore_wings(sheet: Sheet) -> None:
    wing = [
        *curve((505, 415), (560, 335), (648, 252), (760, 196), (872, 166), (962, 160)),
        *curve(
            (962, 160), (952, 232), (930, 300), (920, 372), (884, 448), (806, 512), (706, 548), (600, 552), (505, 530)
        ),
    ]
    margin = [*curve((962, 160), (905, 262), (868, 356), (800, 440), (700, 500), (590, 530)), (1000, 620), (1000, 160)]
    band = [*curve((505, 470), (572, 392), (660, 306), (768, 240), (874, 200), (962, 168)), (900, 60), (505, 300)]
    for outline, side, top in zip(both(wing), both(margin), both(band), strict=True):
        sheet.cell(outline, LEAF)
        with sheet.within(outline):
            sheet.cell(side, PINE)
            sheet.cell(top, PLUM)
        sheet.line([*outline, outline[0]])
    for x in (742, 258):
        for radius, colour in ((60, PLUM), (40, HONEY), (20, NIGHT)):
            sheet.ring((x, 362), radius, colour)
    for vein in (
        curve((566, 452), (630, 410), (684, 378)),
        curve((566, 492), (640, 474), (706, 470), (764, 452)),
        curve((796, 332), (836, 306), (878, 262)),
    ):
        for line in both(vein):
            sheet.line(line)


def _antennae(sheet: Sheet) -> None:
    plume = [
        *curve((514, 392), (516, 290), (562, 190), (640, 120)),
        *curve((640, 120), (664, 196), (620, 306), (540, 392)),
    ]
    for outline in both(plume):
        sheet.cell(outline, HONEY)
    spine = curve((524, 392), (546, 310), (584, 230), (622, 168))
    for barb in (spine, [(560, 286), (612, 262)], [(538, 344), (580, 326)]):
        for line in both(barb):
            sheet.line(line, 8)


def _body(sheet: Sheet) -> None:
    abdomen = oval((500, 640), 42, 122)
    sheet.cell(abdomen, CREAM)
    with sheet.within(abdomen):
        for y in (600, 660, 712):
            upper, lower = curve((440, y), (500, y + 16), (560, y)), curve((560, y + 28), (500, y + 44), (440, y + 28))
            sheet.cell(upper + lower, PLUM)
    sheet.line([*abdomen, abdomen[0]])
    sheet.cell(oval((500, 500), 58, 88), CREAM)
    for y in (482, 522):
        sheet.line([(478, y - 14), (500, y + 8), (522, y - 14)], 8)
    sheet.cell(oval((500, 412), 46, 38), PLUM)
    sheet.disc((476, 408), 11)
    sheet.disc((524, 408), 11)
