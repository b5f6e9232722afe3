"""Lettering: words as a mask to be engraved, in the shop's own typeface."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from storefront.pinart.artwork import Field

OPTICAL_SIZE, WIDTH = 24, 90
BOLD, REGULAR = 800, 600
LONGEST = 80  # letters; no plaque has room for more


@dataclass(frozen=True)
class Words:
    """One line of text in a plaque: height and baseline are shares of the plaque's height."""

    text: str
    height: float
    weight: int = REGULAR
    spacing: float = 0.0


def plaque_lettering(width: int, height: int, label: str, title: str, maker: str) -> Field:
    """The three lines of a plaque, 1 where the burin goes: title, number large, maker."""
    sheet = Image.new("L", (width, height), 0)
    room = width * 0.86
    _centred(sheet, Words(title.upper(), 0.135, spacing=0.10), baseline=0.235, room=room)
    _centred(sheet, Words(maker.upper(), 0.110, spacing=0.14), baseline=0.885, room=room)
    _number(sheet, label, baseline=0.69, room=room)
    return np.asarray(sheet, dtype=np.float32) / 255


def _centred(sheet: Image.Image, words: Words, *, baseline: float, room: float) -> None:
    drawn, font, gap = _fitting(words, sheet.height, room)
    x = (sheet.width - _length(drawn, font, gap)) / 2
    _engrave(sheet, drawn, font, gap, x, baseline * sheet.height)


def _number(sheet: Image.Image, label: str, *, baseline: float, room: float) -> None:
    """The piece's own number large, the size of the edition after it: "17/100"."""
    number, slash, size = label.strip()[:LONGEST].partition("/")
    large = _font(round(sheet.height * 0.52), BOLD)
    small = _font(round(sheet.height * 0.30), REGULAR)
    space = sheet.height * 0.03 if slash else 0
    length = large.getlength(number) + space + small.getlength(slash + size)
    if length > room:
        _centred(sheet, Words(label, 0.30, BOLD), baseline=baseline, room=room)
        return
    x = (sheet.width - length) / 2
    _engrave(sheet, number, large, 0, x, baseline * sheet.height)
    _engrave(sheet, slash + size, small, 0, x + large.getlength(number) + space, baseline * sheet.height)


def _fitting(words: Words, height: int, room: float) -> tuple[str, ImageFont.FreeTypeFont, float]:
    """Long words are set smaller, down to a legible size; beyond that they are cut short."""
    em = words.height * height
    smallest = em * 0.6
    text = " ".join(words.text.split())[:LONGEST]
    while text:
        font = _font(max(1, round(em)), words.weight)
        gap = words.spacing * em
        if _length(text, font, gap) <= room:
            return text, font, gap
        if em > smallest:
            em *= 0.94
        else:
            text = _cut_short(text)
    return "", _font(max(1, round(em)), words.weight), 0


def _cut_short(text: str) -> str:
    kept = text.removesuffix("…")[:-1].rstrip()
    return f"{kept}…" if kept else ""


def _length(text: str, font: ImageFont.FreeTypeFont, gap: float) -> float:
    return sum(font.getlength(letter) for letter in text) + gap * max(0, len(text) - 1)


def _engrave(
    sheet: Image.Image, text: str, font: ImageFont.FreeTypeFont, gap: float, x: float, baseline: float
) -> None:
    pen = ImageDraw.Draw(sheet)
    if not gap:
        pen.text((x, baseline), text, fill=255, font=font, anchor="ls")
        return
    for letter in text:
        pen.text((x, baseline), letter, fill=255, font=font, anchor="ls")
        x += font.getlength(letter) + gap


@lru_cache(maxsize=64)
def _font(pixels: int, weight: int) -> ImageFont.FreeTypeFont:
    (file,) = (
        entry for entry in (files("fontpkg_bricolage_grotesque") / "files").iterdir() if entry.name.endswith(".ttf")
    )
    with as_file(file) as path:
        font = ImageFont.truetype(path, max(1, pixels))
    font.set_variation_by_axes([OPTICAL_SIZE, weight, WIDTH])
    return font
