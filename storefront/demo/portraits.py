"""Portraits of the demo's artists and houses, cut from flat colour: nobody sat for them, and they show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from storefront.demo.shapes import Point, arc, around, both, curve, mirrored, oval, petal, turned

WIDTH, HEIGHT = 1200, 1500
_FINER = 2  # drawn larger and made smaller, so that edges are smooth


@dataclass(frozen=True)
class Colours:
    wall: str
    light: str
    skin: str
    hair: str
    coat: str
    pin: str


class Paper:
    """In units of a thousandth of the width."""

    def __init__(self, ground: str) -> None:
        size = (WIDTH * _FINER, HEIGHT * _FINER)
        self._image = Image.new("RGB", size, ground)
        self._pen = ImageDraw.Draw(self._image)
        self._scale = size[0] / 1000

    def cut(self, outline: Sequence[Point], colour: str) -> None:
        self._pen.polygon([(x * self._scale, y * self._scale) for x, y in outline], fill=colour)

    def stroke(self, points: Sequence[Point], width: float, colour: str) -> None:
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._pen.line(scaled, fill=colour, width=round(width * self._scale), joint="curve")

    def png(self) -> bytes:
        written = BytesIO()
        self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(written, format="PNG")
        return written.getvalue()


def draw_portrait(key: str) -> bytes:
    """A PNG."""
    return _PORTRAITS[key]()


def _person(colours: Colours, behind: Callable[[Paper], None], hair: Callable[[Paper, str], None]) -> bytes:
    paper = Paper(colours.wall)
    paper.cut(oval((640, 470), 300, 300), colours.light)
    behind(paper)
    paper.cut(
        curve((60, 1260), (150, 1050), (390, 960), (500, 950), (610, 960), (850, 1050), (940, 1260)), colours.coat
    )
    paper.cut([(425, 700), (575, 700), (590, 950), (500, 1030), (410, 950)], _darker(colours.skin))
    for lapel in both([(410, 925), (500, 1035), (420, 1110), (340, 985)]):
        paper.cut(lapel, _darker(colours.coat))
    paper.cut(curve((330, 470), (350, 690), (500, 830), (650, 690), (670, 470), (500, 300), closed=True), colours.skin)
    hair(paper, colours.hair)
    for lid in both(arc((415, 560), 38, 20, 160, squash=0.55)):
        paper.stroke(lid, 9, colours.hair)
    paper.stroke(curve((505, 560), (520, 640), (492, 655)), 8, _darker(colours.skin))
    paper.stroke(arc((500, 705), 45, 30, 150, squash=0.5), 9, _darker(_darker(colours.skin)))
    paper.cut(oval((690, 1110), 34, 34), "#f2f1ed")
    paper.cut(oval((690, 1110), 27, 27), colours.pin)
    return paper.png()


def _ines() -> bytes:
    def moth(paper: Paper) -> None:
        for tip, width in (((950, 160), 90), ((900, 330), 60), ((735, 160), 84), ((760, 325), 56)):
            paper.cut(petal((825, 250), tip, width), "#2f5d50")

    def bun(paper: Paper, colour: str) -> None:
        paper.cut(oval((500, 220), 110, 95), colour)
        fringe = curve((315, 560), (300, 400), (390, 270), (500, 250), (610, 270), (700, 400), (685, 560), (640, 430))
        paper.cut([*fringe, *curve((560, 380), (470, 415), (380, 420), (345, 480))], colour)

    return _person(Colours("#dfe4d4", "#f3efdf", "#d7a17c", "#2b211d", "#48705f", "#c9a227"), moth, bun)


def _aki() -> bytes:
    def sea(paper: Paper) -> None:
        paper.cut(oval((640, 470), 230, 230), "#c4161c")
        for y in (760, 820, 880):
            paper.stroke([(0, y), (1000, y)], 6, "#b9b2a0")

    def bob(paper: Paper, colour: str) -> None:
        side = curve((500, 245), (360, 270), (290, 420), (285, 640), (300, 800))
        paper.cut([*side, (375, 800), (360, 520), *curve((360, 470), (430, 440), (500, 438))], colour)
        paper.cut(mirrored([*side, (375, 800), (360, 520), *curve((360, 470), (430, 440), (500, 438))]), colour)

    return _person(Colours("#e6e0d0", "#f3efe2", "#e5bf9b", "#191c22", "#25384d", "#c4161c"), sea, bob)


def _lago() -> bytes:
    def mountain(paper: Paper) -> None:
        paper.cut([(0, 1250), (0, 760), (280, 430), (430, 640), (700, 260), (1000, 700), (1000, 1250)], "#7d93a6")
        paper.cut([(700, 260), (600, 400), (660, 380), (700, 440), (750, 370), (800, 410)], "#f4f4f1")
        paper.cut([(280, 430), (220, 500), (270, 490), (300, 530), (330, 500)], "#f4f4f1")

    def curls(paper: Paper, colour: str) -> None:
        for angle in around(12, 180)[:7]:
            (x, y) = turned([(205, 0)], angle)[0]
            paper.cut(oval((500 + x, 450 + y), 88, 88), colour)
        paper.cut(curve((330, 470), (400, 330), (500, 300), (600, 330), (670, 470), (600, 400), (400, 410)), colour)

    return _person(Colours("#ccd8e0", "#e9eef0", "#b47a58", "#43281c", "#8a3f30", "#dfe6ea"), mountain, curls)


def _museum() -> bytes:
    """A front with one round window, whose glass is all that is in colour."""
    paper = Paper("#23252b")
    paper.cut([(120, 1250), (120, 520), (500, 250), (880, 520), (880, 1250)], "#e4dfd2")
    paper.cut([(70, 545), (500, 240), (930, 545), (930, 500), (500, 190), (70, 500)], "#b9b2a3")
    glass = ("#1f5f8b", "#c4161c", "#d9a441", "#2f7d5b")
    paper.cut(oval((500, 640), 190, 190), "#3a3c44")
    for step, angle in enumerate(around(12)):
        paper.cut(turned(petal((500, 600), (500, 470), 76), angle, (500, 640)), glass[step % len(glass)])
    paper.cut(oval((500, 640), 38, 38), "#f3e3b5")
    for x in (190, 320, 620, 750):
        paper.cut([(x, 1250), (x, 900), (x + 60, 900), (x + 60, 1250)], "#cfc8b8")
    paper.cut([(430, 1250), (430, 960), *arc((500, 960), 70, 180, 360), (570, 1250)], "#2d2f36")
    return paper.png()


def _printroom() -> bytes:
    """A press beside a line of drying prints: the same wave, once in each colour."""
    paper = Paper("#e9e4d8")
    paper.stroke([(0, 250), *curve((0, 250), (500, 310), (1000, 250))], 6, "#6b6457")
    for x, colour in ((90, "#1f5f8b"), (395, "#c4161c"), (700, "#2f7d5b")):
        paper.cut([(x, 290), (x + 210, 290), (x + 210, 580), (x, 580)], "#fbfaf6")
        for y in (370, 430, 490):
            wave = curve((x + 30, y), (x + 70, y - 22), (x + 105, y), (x + 140, y + 22), (x + 180, y))
            paper.stroke(wave, 16, colour)
    paper.cut([(180, 1250), (180, 1110), (820, 1110), (820, 1250)], "#2b2d33")
    for x in (230, 710):
        paper.cut([(x, 1120), (x, 700), (x + 60, 700), (x + 60, 1120)], "#2b2d33")
    paper.cut([(200, 730), (200, 670), (800, 670), (800, 730)], "#3b3e46")
    paper.cut(oval((500, 700), 150, 150), "#7a2c22")
    paper.cut(oval((500, 700), 108, 108), "#e9e4d8")
    for angle in around(6):
        spoke = turned([(490, 590), (510, 590), (510, 700), (490, 700)], angle, (500, 700))
        paper.cut(spoke, "#7a2c22")
    paper.cut(oval((500, 700), 34, 34), "#7a2c22")
    paper.cut([(470, 850), (530, 850), (530, 990), (470, 990)], "#3b3e46")
    paper.cut([(300, 990), (700, 990), (700, 1050), (300, 1050)], "#8d8676")
    return paper.png()


def _darker(colour: str) -> str:
    return "#" + "".join(f"{int(colour[at : at + 2], 16) * 82 // 100:02x}" for at in (1, 3, 5))


_PORTRAITS = {"ines": _ines, "aki": _aki, "lago": _lago, "museum": _museum, "printroom": _printroom}
