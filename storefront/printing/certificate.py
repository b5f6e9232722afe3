"""A certificate on a sheet of A4: the number large, both sides of the pin, the facts, and its code for a camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF
from PIL import Image

from storefront import paths

FONTS = paths.STATIC / "build" / "print"
_WIDTH, _HEIGHT, _EDGE = 210.0, 297.0, 24.0
_INSIDE = _WIDTH - 2 * _EDGE
_INK, _SOFT, _RULE = (22, 22, 21), (86, 85, 79), (200, 199, 192)
_MODULE = 0.8  # mm: a code of 29 modules is 23 mm wide, and half as large would still be read
_QUIET = 4  # modules around it (ISO/IEC 18004)
_FAMILIES = ("number", "number-light", "heading", "text", "text-bold")
_PICTURE = 62.0


@dataclass(frozen=True)
class Words:
    """What is written around the facts, in one language."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    how: str
    key: str
    plan: str


@dataclass(frozen=True)
class Sheet:
    """`words` in the languages that may be used, the wanted one first; the last is one that our faces can write."""

    number: str
    of: str
    title: str
    by: str
    code: str
    address: str
    words: tuple[Words, ...]


def as_pdf(sheet: Sheet, pictures: Sequence[bytes]) -> bytes:
    """The front and, where there is one, the engraved back stand beside each other. The same sheet is the same bytes."""
    words = next((one for one in sheet.words if _can_write(one)), sheet.words[-1])
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))  # when it was printed is nobody's business
    pdf.set_title(f"{words.heading}: {sheet.title}, {sheet.number}{sheet.of}")
    pdf.set_auto_page_break(auto=False)
    pdf.c_margin = 0
    for family in _FAMILIES:
        pdf.add_font(family, fname=FONTS / f"{family}.ttf")
    pdf.add_page()
    _head(pdf, sheet, words)
    bottom = _pictures(pdf, pictures, words)
    _rows(pdf, words.rows, bottom)
    _foot(pdf, sheet, words)
    return bytes(pdf.output())


def _head(pdf: FPDF, sheet: Sheet, words: Words) -> None:
    _write(pdf, words.heading, _EDGE, 26, "text-bold", 11)
    left = _write(pdf, sheet.number, _EDGE - 1, 42, "number", 92)
    _write(pdf, sheet.of, left + 1.5, 53.5, "number-light", 42, _SOFT)
    _write(pdf, _writable(sheet.title), _EDGE, 82, "heading", _fitting(pdf, _writable(sheet.title), "heading", 30))
    _write(pdf, _writable(sheet.by), _EDGE, 96, "text", _fitting(pdf, _writable(sheet.by), "text", 13))


def _pictures(pdf: FPDF, pictures: Sequence[bytes], words: Words) -> float:
    """Where they end."""
    top = 110.0
    if not pictures:
        return top
    for place, content in enumerate(pictures[:2]):
        with Image.open(BytesIO(content)) as picture:
            scale = min(_PICTURE / picture.width, _PICTURE / picture.height)
            width, height = picture.width * scale, picture.height * scale
            left = _EDGE + place * (_PICTURE + 14)
            pdf.image(picture, x=left, y=top + (_PICTURE - height) / 2, w=width, h=height)
    _write(pdf, words.plan, _EDGE, top + _PICTURE + 2, "text", 8, _SOFT)
    return top + _PICTURE + 8


def _rows(pdf: FPDF, rows: Sequence[tuple[str, str]], top: float) -> None:
    pdf.set_draw_color(*_RULE)
    pdf.set_line_width(0.2)
    for name, value in rows:
        pdf.line(_EDGE, top, _WIDTH - _EDGE, top)
        _write(pdf, name, _EDGE, top + 2, "text", 9.5, _SOFT)
        top = max(_paragraph(pdf, _writable(value), _EDGE + 34, top + 2, _INSIDE - 34, 9.5), top + 6) + 2
    pdf.line(_EDGE, top, _WIDTH - _EDGE, top)


def _foot(pdf: FPDF, sheet: Sheet, words: Words) -> None:
    code = segno.make(sheet.address, error="m", micro=False)
    rows = [list(row) for row in code.matrix]
    side = len(rows) * _MODULE
    left, top = _EDGE + _QUIET * _MODULE, _HEIGHT - _EDGE - side - _QUIET * _MODULE
    pdf.set_fill_color(0, 0, 0)
    for down, row in enumerate(rows):
        for start, length in _runs(row):
            pdf.rect(left + start * _MODULE, top + down * _MODULE, length * _MODULE, _MODULE + 0.01, style="F")
    beside = left + side + _QUIET * _MODULE + 4
    room = _WIDTH - _EDGE - beside
    _write(pdf, sheet.code, beside, top, "heading", 15)
    end = _paragraph(pdf, words.how, beside, top + 8, room, 8.5, _SOFT)
    _paragraph(pdf, words.key, beside, end + 1, room, 8.5, _SOFT)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Dark modules beside each other are one bar: a reader sees no seams."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found


def _write(
    pdf: FPDF, text: str, x: float, y: float, family: str, size: float, ink: tuple[int, int, int] = _INK
) -> float:
    """One line with its top left corner at x, y; where it ends."""
    pdf.set_font(family, size=size)
    pdf.set_text_color(*ink)
    pdf.text(x, y + size * 0.26, text)
    return x + pdf.get_string_width(text)


def _paragraph(
    pdf: FPDF, text: str, x: float, y: float, width: float, size: float, ink: tuple[int, int, int] = _INK
) -> float:
    """Text in lines; where it ends."""
    pdf.set_font("text", size=size)
    pdf.set_text_color(*ink)
    pdf.set_xy(x, y - 0.6)
    pdf.multi_cell(width, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT", padding=0)
    return float(pdf.get_y())


def _fitting(pdf: FPDF, text: str, family: str, size: float) -> float:
    pdf.set_font(family, size=size)
    return min(size, size * _INSIDE / max(pdf.get_string_width(text), 1))


def _can_write(words: Words) -> bool:
    texts = [words.heading, words.how, words.key, words.plan, *(part for row in words.rows for part in row[:1])]
    return all(text == _writable(text) for text in texts)


def _writable(text: str) -> str:
    """What our faces can write of it: a letter they lack is shown as missing, and the rest is read all the same."""
    known = _letters()
    return "".join(letter if ord(letter) in known else "\u2022" for letter in text)


@lru_cache
def _letters() -> frozenset[int]:
    with TTFont(FONTS / "text.ttf") as font:
        return frozenset(font.getBestCmap())
