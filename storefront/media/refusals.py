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


class PictureRefused(Exception):
    """The upload is not a picture the shop can keep; nothing of it was stored."""

    def __init__(self, refusal: Refusal, **details: int | str) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.details = details
