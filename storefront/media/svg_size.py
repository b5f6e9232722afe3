"""The size of an SVG: its own proportions, drawn as large as asked."""

import math
import re

from storefront.media.refusals import PictureRefused, Refusal

_LENGTH = re.compile(r"\s*([+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in)?\s*")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_BOX_NUMBERS = 4
_LARGEST = 1e7  # beyond it a rasteriser's own numbers no longer tell neighbours apart
_SLIMMEST = 100


def root_size(attributes: dict[str, str], side: int) -> dict[str, str]:
    """Width, height and viewBox for the outermost element. Raises PictureRefused where it has no size."""
    box = _view_box(attributes.get("viewBox", ""))
    width, height = _length(attributes.get("width", "")), _length(attributes.get("height", ""))
    if box is None and width and height:
        box = (0.0, 0.0, width, height)
    if box is None:
        raise PictureRefused(Refusal.DRAWING_NO_SIZE)
    if not (width and height):
        width, height = box[2:]
    if max(width, height) > _SLIMMEST * min(width, height) or max(map(abs, (*box, width, height))) > _LARGEST:
        raise PictureRefused(Refusal.DRAWING_NO_SIZE)
    scale = side / max(width, height)
    return {
        "viewBox": " ".join(repr(number) for number in box),
        "width": str(max(1, round(width * scale))),
        "height": str(max(1, round(height * scale))),
    }


def _view_box(text: str) -> tuple[float, float, float, float] | None:
    try:
        numbers = [float(word) for word in text.replace(",", " ").split()]
    except ValueError:
        return None
    if len(numbers) != _BOX_NUMBERS or not all(map(math.isfinite, numbers)) or min(numbers[2:]) <= 0:
        return None
    left, top, width, height = numbers
    return left, top, width, height


def _length(text: str) -> float | None:
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None  # a share of the page ("100%") says nothing here
    length = float(found[1]) * _PIXELS[found[2] or "px"]
    return length if math.isfinite(length) and length > 0 else None
