"""Share cards: what a link to a drop shows where it is shared, 1200 × 630, in the shop's own typefaces."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from storefront import paths

SIZE = (1200, 630)
_WALL, _PLINTH, _INK, _QUIET, _RED = "#f4f4ef", "#e8e8e2", "#161615", "#55554f", "#c5161d"
_EDGE, _FOLD = 64, 620  # where words begin, and where the pin's ground does
_PIN = 464  # the longest side of the pin itself
_CAPTION = 20
_SHADOWS = ((4, 7, 4, 0.40), (10, 18, 16, 0.26))  # right, down, blur, strength
_FONTS = paths.STATIC / "build" / "print"
_WIDEST = _FOLD - 2 * _EDGE


@dataclass(frozen=True)
class Card:
    """What stands on it: a line of state, one number large, what goes beside it, and the work's label."""

    state: str
    is_live: bool
    number: str
    beside: str
    title: str
    artist: str
    caption: str = ""
    """Under the pin."""


def paint(card: Card, pin: Image.Image | None) -> Image.Image:
    """`pin` is the front's picture; one without ground gets a shadow, a photograph fills its half."""
    canvas = Image.new("RGB", SIZE, _WALL)
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((_FOLD, 0, *SIZE), fill=_PLINTH)
    if pin is not None:
        _hang(canvas, pin)
    _dot(canvas, filled=card.is_live)
    small = next(s for s in (26, 24, 22, 20) if font("text", s).getlength(card.state) <= _WIDEST - 31 or s == 20)  # noqa: PLR2004
    draw.text((_EDGE + 31, 84), _fitting(card.state, "text", small, _WIDEST - 31), _INK, font("text", small), "ls")
    large = next(size for size in (218, 190, 160, 130, 100, 70) if _width(card, size) <= _WIDEST or size == 70)  # noqa: PLR2004
    number, beside = font("number", large), font("number-light", round(large * 0.46))
    draw.text((_EDGE - 5, 402), card.number, _INK, number, "ls")
    draw.text((_EDGE + number.getlength(card.number) + 4, 402), card.beside, _QUIET, beside, "ls")
    draw.text((_EDGE, 498), _fitting(card.title, "title", 52, _WIDEST), _INK, font("title", 52), "ls")
    if card.caption:
        at, words = ((_FOLD + SIZE[0]) // 2, SIZE[1] - 32), _fitting(card.caption, "text", _CAPTION, _WIDEST)
        draw.text(at, words, _QUIET, font("text", _CAPTION), "ms")
    draw.text((_EDGE, 556), _fitting(card.artist, "text", 28, _WIDEST), _QUIET, font("text", 28), "ls")
    return canvas


def _width(card: Card, size: int) -> float:
    light = font("number-light", round(size * 0.46))
    return font("number", size).getlength(card.number) + light.getlength(card.beside)


def _fitting(words: str, face: str, size: int, widest: int) -> str:
    """The words, cut at the end where they would run into the pin."""
    drawn = font(face, size)
    if drawn.getlength(words) <= widest:
        return words
    while words and drawn.getlength(words + "…") > widest:
        words = words[:-1]
    return words.rstrip() + "…"


@lru_cache(maxsize=32)
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / f"{face}.ttf"), size)


def _dot(canvas: Image.Image, *, filled: bool) -> None:
    """Full for what is on sale or sold, a ring for what is to come; drawn large, so that it is round."""
    fine = Image.new("L", (80, 80))
    ImageDraw.Draw(fine).ellipse((2, 2, 77, 77), fill=255 if filled else 0, outline=255, width=14)
    mask = fine.reduce(4)
    canvas.paste(_RED, (_EDGE, 66), mask)


def _hang(canvas: Image.Image, pin: Image.Image) -> None:
    width, height = SIZE[0] - _FOLD, SIZE[1]
    if not pin.has_transparency_data:
        photo = pin.convert("RGB")
        scale = max(width / photo.width, height / photo.height)
        photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
        left, top = (photo.width - width) // 2, (photo.height - height) // 2
        canvas.paste(photo.crop((left, top, left + width, top + height)), (_FOLD, 0))
        return
    shown = pin.convert("RGBA")
    shown = shown.crop(shown.getchannel("A").getbbox()).convert("RGBa")
    scale = _PIN / max(shown.size)
    shown = shown.resize([max(1, round(side * scale)) for side in shown.size], Image.Resampling.LANCZOS)
    piece = shown.convert("RGBA")
    corner = (_FOLD + (width - piece.width) // 2, (height - piece.height) // 2)
    whole = Image.new("L", SIZE)
    whole.paste(piece.getchannel("A"), corner)
    for right, down, blur, strength in _SHADOWS:
        cast = ImageChops.offset(whole, right, down).filter(ImageFilter.GaussianBlur(blur))
        canvas.paste("#14121a", (0, 0), cast.point([round(level * strength) for level in range(256)]))
    canvas.paste(piece, corner, piece)
