"""Refusals: why an upload was not taken, as a code and the numbers a sentence about it needs."""

from enum import StrEnum


class Refusal(StrEnum):
    TOO_BIG = "too_big"
    NOT_A_PICTURE = "not_a_picture"
    WRONG_FORMAT = "wrong_format"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    # of an SVG drawing
    DRAWING_BROKEN = "drawing_broken"
    DRAWING_SCRIPT = "drawing_script"
    DRAWING_ENTITIES = "drawing_entities"
    DRAWING_OUTSIDE = "drawing_outside"
    DRAWING_FOREIGN = "drawing_foreign"
    DRAWING_PICTURE = "drawing_picture"
    DRAWING_TEXT = "drawing_text"
    DRAWING_EFFECT = "drawing_effect"
    DRAWING_NO_SIZE = "drawing_no_size"
    DRAWING_TOO_INVOLVED = "drawing_too_involved"


class PictureRefused(Exception):
    """The upload is not a picture the shop can keep; nothing of it was stored."""

    def __init__(self, refusal: Refusal, **details: int | str) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.details = details
