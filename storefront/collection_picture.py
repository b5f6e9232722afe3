"""A collection as one picture: its pins on one wall, all at one scale, each with its number and title beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from storefront import paths
from storefront.wearing.painting import lay_on, wall

WIDTH = 1600
MOST = 60  # pins: of a larger collection the latest
_TALLEST = 2000
_EDGE, _GAP, _WORDS = 90, 60, 96  # pixels: around all, between pins, beneath each
_NARROWEST = 150  # pixels: no pin hangs closer than its words need
_SCALES = (9.0, 7.5, 6.0, 5.0, 4.0, 3.4, 2.8)  # pixels a millimetre: the largest at which all fit
_INK = (("#161615", "#55554f"), ("#f2f1ed", "#b1b0a8"))
_FONTS = paths.STATIC / "build" / "print"


@dataclass(frozen=True)
class Collected:
    """A cut-out, or None where there is no picture without ground; the size in millimetres, and the words beneath."""

    picture: Image.Image | None
    width: float
    height: float
    number: str
    of: str
    title: str


def paint(pins: Sequence[Collected], *, dark: bool = False) -> Image.Image:
    """The wall, lit from the upper left; as tall as it takes."""
    scale, rows = next(((s, r) for s in _SCALES if _tall(r := _in_rows(pins, s), s) <= _TALLEST), (0, []))
    if not rows:
        scale, rows = _SCALES[-1], _in_rows(pins, _SCALES[-1])
    canvas = wall((WIDTH, max(_tall(rows, scale), 2 * _EDGE)), dark=dark)
    top = _EDGE
    for row in rows:
        tall = _tallest(row, scale)
        left = (WIDTH - _wide(row, scale)) // 2
        for pin in row:
            room = _room(pin, scale)
            _hang(canvas, pin, (left + room // 2, top + tall), scale, dark=dark)
            left += room + _GAP
        top += tall + _WORDS + _GAP
    return canvas


def _hang(canvas: Image.Image, pin: Collected, foot: tuple[int, int], scale: float, *, dark: bool) -> None:
    """Pins of a row stand on one line, so that their sizes compare."""
    draw, (ink, quiet) = ImageDraw.Draw(canvas), _INK[dark]
    middle, base = foot
    width, height = max(1, round(pin.width * scale)), max(1, round(pin.height * scale))
    corner = (middle - width // 2, base - height)
    if pin.picture is None:
        draw.rectangle((*corner, corner[0] + width, base), outline=quiet, width=2)
    else:
        small = pin.picture.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
        lay_on(canvas, small, corner, scale, dark=dark)
    number, of = _font("number", 34), _font("number-light", 18)
    across = number.getlength(pin.number) + 3 + of.getlength(pin.of)
    start = middle - across / 2
    draw.text((start, base + 58), pin.number, ink, number, "ls")
    draw.text((start + number.getlength(pin.number) + 3, base + 58), pin.of, quiet, of, "ls")
    title = _font("text", 20)
    words = _fitting(pin.title, title, _room(pin, scale) + _GAP - 16)
    draw.text((middle, base + 88), words, quiet, title, "ms")


def _in_rows(pins: Sequence[Collected], scale: float) -> list[list[Collected]]:
    rows: list[list[Collected]] = []
    for pin in pins:
        if not rows or _wide([*rows[-1], pin], scale) > WIDTH - 2 * _EDGE:
            rows.append([])
        rows[-1].append(pin)
    return rows


def _tall(rows: Sequence[Sequence[Collected]], scale: float) -> int:
    return 2 * _EDGE + sum(_tallest(row, scale) + _WORDS for row in rows) + _GAP * (len(rows) - 1)


def _tallest(row: Sequence[Collected], scale: float) -> int:
    return round(max(pin.height for pin in row) * scale)


def _wide(row: Sequence[Collected], scale: float) -> int:
    return sum(_room(pin, scale) for pin in row) + _GAP * (len(row) - 1)


def _room(pin: Collected, scale: float) -> int:
    return max(_NARROWEST, round(pin.width * scale))


def _fitting(words: str, font: ImageFont.FreeTypeFont, widest: int) -> str:
    short = words
    while len(short) > 1 and font.getlength(short + "…" * (short != words)) > widest:
        short = short[:-1].rstrip()
    return short if short == words else short + "…"


@lru_cache(maxsize=8)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / f"{face}.ttf"), size)
