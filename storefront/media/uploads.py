"""Uploads: a stranger's file becomes clean pixels of a known size, or is refused with the reason."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from storefront.media.child import ChildFailed, ChildTookTooLong, Message, run_child
from storefront.media.limits import UPLOAD, Limits
from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.signatures import DRAWING, accepted_format, foreign_format, is_polyglot


class PictureKind(StrEnum):
    """A photograph loses its transparency; artwork keeps it, and every colour exactly."""

    PHOTOGRAPH = "photograph"
    ARTWORK = "artwork"


@dataclass(frozen=True)
class CheckedPicture:
    """A picture in sRGB, upright, without metadata, encoded by us; `digest` is its SHA-256.

    `drawing` is the SVG its pixels were drawn from, as it came.
    """

    content: bytes
    format: str
    width: int
    height: int
    transparent: bool
    drawing: bytes | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_picture(file: BinaryIO, kind: PictureKind, *, limits: Limits = UPLOAD) -> CheckedPicture:
    """The picture in the file, decoded and encoded anew in a child process. Raises PictureRefused."""
    content = file.read(limits.file_bytes + 1)
    named = _check_bytes(content, kind, limits)
    with TemporaryDirectory(prefix="picture-") as folder:
        upload, clean = Path(folder, "upload"), Path(folder, "clean")
        upload.write_bytes(content)
        answer = _decoded(upload, clean, named, kind, limits)
        return CheckedPicture(
            clean.read_bytes(),
            answer["format"],
            answer["width"],
            answer["height"],
            answer["transparent"],
            drawing=content if named == DRAWING else None,
        )


def _check_bytes(content: bytes, kind: PictureKind, limits: Limits) -> str:
    """The format by the file's own bytes."""
    if len(content) > limits.file_bytes:
        raise PictureRefused(Refusal.TOO_BIG, limit_bytes=limits.file_bytes)
    named = accepted_format(content)
    if named == DRAWING and kind is not PictureKind.ARTWORK:
        raise PictureRefused(Refusal.WRONG_FORMAT, found=DRAWING)
    if named is None:
        if found := foreign_format(content):
            raise PictureRefused(Refusal.WRONG_FORMAT, found=found)
        raise PictureRefused(Refusal.NOT_A_PICTURE)
    if is_polyglot(content):
        raise PictureRefused(Refusal.NOT_A_PICTURE)
    return named


def _decoded(upload: Path, clean: Path, named: str, kind: PictureKind, limits: Limits) -> Message:
    request = {
        "upload": str(upload),
        "format": named,
        "clean": str(clean),
        "keep_alpha": kind is PictureKind.ARTWORK,
        "pixels": limits.pixels,
        "side": limits.side,
        "drawing_side": limits.drawing_side,
    }
    try:
        answer = run_child("storefront.media.decode", request, limits)
    except ChildTookTooLong:
        raise PictureRefused(Refusal.DRAWING_TOO_INVOLVED if named == DRAWING else Refusal.TOO_SLOW) from None
    except ChildFailed:
        raise PictureRefused(Refusal.DRAWING_TOO_INVOLVED if named == DRAWING else Refusal.BROKEN) from None
    if "refused" in answer:
        raise PictureRefused(Refusal(answer["refused"]), **answer["details"])
    return answer
