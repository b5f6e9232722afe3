"""Signatures: what a file says it is by its own bytes, whatever its name says."""

import re

FORMATS = ("JPEG", "PNG", "WEBP")
DRAWING = "SVG"

_ACCEPTED = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|(?:\w+:)?svg)", re.IGNORECASE), DRAWING),
)
_OTHERS = (
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "EPS"),
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+"), "TIFF"),
    (re.compile(rb"BM.{4}\x00{4}", re.DOTALL), "BMP"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), "AVIF"),
    (re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL), "HEIC"),
    (re.compile(rb"\xff\x0a|\x00{3}\x0cJXL "), "JPEG XL"),
    (re.compile(rb"\x1f\x8b"), "SVGZ or GZIP"),
)
# What a second kind of program would find in a file that is a picture too.
_MARKUP = re.compile(rb"<script|<html|<!doctype html|<\?php|<svg[\s>]", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_REACH = 65_557
_PDF_REACH = 1024


def accepted_format(content: bytes) -> str | None:
    """JPEG, PNG, WEBP or SVG by its first bytes."""
    return _first(content, _ACCEPTED)


def foreign_format(content: bytes) -> str | None:
    """The name of a format people do send, but the shop does not take."""
    return _first(content, _OTHERS)


def is_polyglot(content: bytes) -> bool:
    """Whether the file is also a web page, a script, an archive or a document. A drawing is markup; svg.py reads it."""
    markup = accepted_format(content) != DRAWING and _MARKUP.search(content) is not None
    return markup or _ZIP_END in content[-_ZIP_END_REACH:] or b"%PDF-" in content[:_PDF_REACH]


def _first(content: bytes, signatures: tuple[tuple[re.Pattern[bytes], str], ...]) -> str | None:
    return next((name for pattern, name in signatures if pattern.match(content)), None)
