"""Fifty files nobody should send, made here byte by byte: by name, with the refusal each must end in."""

import gzip
import io
import struct
import zlib
from functools import cache

from PIL import Image

from storefront.media.refusals import Refusal

SIZE = (24, 16)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 30">{}</svg>'
SQUARE = '<rect width="20" height="20" fill="#a8d8c0"/>'


@cache
def saved(kind, mode="RGB", size=SIZE, **options):
    file = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(file, kind, **options)
    return file.getvalue()


def moving(kind):
    frames = [Image.new("RGB", SIZE, colour) for colour in ("#a8d8c0", "#203040")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def chunk(kind, body, crc=None):
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body) if crc is None else crc)
    )


def png(width=8, height=8, *extra, data=None, depth=8, colour=2):
    """A PNG of our own chunks; `extra` stand between its header and its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    pixels = (chunk(b"IDAT", zlib.compress(bytes((width * 3 + 1) * height))),) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + header + b"".join((*extra, *pixels)) + chunk(b"IEND", b"")


def webp_saying(width, height):
    """An extended WebP of that canvas, around a picture that is far smaller."""
    inner = saved("WEBP", lossless=True)[12:]
    canvas = struct.pack("<I", 0) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBP" + b"VP8X" + struct.pack("<I", len(canvas)) + canvas + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_saying(width, height):
    """A JPEG whose frame header claims another size."""
    whole = saved("JPEG")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def part(content, share):
    return content[: int(len(content) * share)]


def svg(body):
    return SVG.format(body).encode()


def laughing():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY l0 'ha'>" + laughs.encode() + b"]>" + svg("<g>&l9;</g>")


def multiplying():
    groups = "".join(f'<g id="a{n}">{f"<use xlink:href={chr(34)}#a{n - 1}{chr(34)}/>" * 10}</g>' for n in range(1, 10))
    return svg(f'<g id="a0">{SQUARE}</g>{groups}')


def archive():
    return b"PK\x03\x04" + bytes(26) + b"evil.exe" + b"PK\x05\x06" + bytes(18)


INFLATED = 3_000_000  # more than a reader may unpack beside the pixels, yet made in a moment

FILES = {
    # bombs
    "a PNG that says it is 50,000 pixels wide": (
        lambda: png(50_000, 50_000, data=(chunk(b"IDAT", b""),)),
        Refusal.TOO_MANY_PIXELS,
    ),
    "a PNG 12,001 pixels long": (lambda: png(12_001, 1), Refusal.TOO_MANY_PIXELS),
    "a JPEG that says it is 65,000 pixels wide": (lambda: jpeg_saying(65_000, 65_000), Refusal.TOO_MANY_PIXELS),
    "a WebP with an enormous canvas": (lambda: webp_saying(16_000, 16_000), Refusal.BROKEN),
    "a PNG whose comment inflates": (
        lambda: png(8, 8, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(INFLATED)))),
        Refusal.BROKEN,
    ),
    "a PNG whose colour profile inflates": (
        lambda: png(8, 8, chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(INFLATED)))),
        Refusal.BROKEN,
    ),
    "a PNG with a giant comment": (
        lambda: png(8, 8, chunk(b"tEXt", b"Comment\0" + bytes(21 * 2**20))),
        Refusal.TOO_BIG,
    ),
    "a PNG with text beyond all measure": (
        lambda: png(8, 8, *(chunk(b"zTXt", b"C%d\0\0" % n + zlib.compress(bytes(1_000_000))) for n in range(70))),
        Refusal.BROKEN,
    ),
    # cut short
    "a JPEG cut after a fifth": (lambda: part(saved("JPEG", size=(90, 60)), 0.2), Refusal.BROKEN),
    "a JPEG cut in the middle": (lambda: part(saved("JPEG", size=(90, 60)), 0.6), Refusal.BROKEN),
    "a PNG cut in its header": (lambda: saved("PNG")[:20], Refusal.BROKEN),
    "a PNG cut in the middle": (lambda: part(saved("PNG", size=(90, 60)), 0.5), Refusal.BROKEN),
    "a WebP cut near its end": (lambda: part(saved("WEBP", size=(90, 60)), 0.9), Refusal.BROKEN),
    "an SVG cut in the middle": (lambda: part(svg(SQUARE * 9), 0.5), Refusal.DRAWING_BROKEN),
    "nothing but a JPEG's first bytes": (lambda: b"\xff\xd8\xff\xe0", Refusal.BROKEN),
    # two things at once
    "a PNG that is also a ZIP": (lambda: saved("PNG") + archive(), Refusal.NOT_A_PICTURE),
    "a JPEG that is also a web page": (
        lambda: saved("JPEG", comment=b"<html><body onload=alert(1)>"),
        Refusal.NOT_A_PICTURE,
    ),
    "a PNG that is also a PDF": (lambda: png(8, 8, chunk(b"tEXt", b"Title\0%PDF-1.7 1 0 obj")), Refusal.NOT_A_PICTURE),
    "a WebP with PHP behind it": (lambda: saved("WEBP") + b"<?php system($_GET['c']); ?>", Refusal.NOT_A_PICTURE),
    "a JPEG with an SVG behind it": (lambda: saved("JPEG") + svg("<script>alert(1)</script>"), Refusal.NOT_A_PICTURE),
    "an SVG that is also a ZIP": (lambda: svg(SQUARE) + b"<!--" + archive() + b"-->", Refusal.NOT_A_PICTURE),
    # moving
    "an animated GIF": (lambda: moving("GIF"), Refusal.WRONG_FORMAT),
    "an animated PNG": (lambda: moving("PNG"), Refusal.ANIMATED),
    "an animated WebP": (lambda: moving("WEBP"), Refusal.ANIMATED),
    "an animated SVG": (
        lambda: svg('<rect width="9" height="9"><animate attributeName="x" to="9" dur="1s"/></rect>'),
        Refusal.ANIMATED,
    ),
    # other formats under a picture's name
    "an EPS": (lambda: saved("EPS"), Refusal.WRONG_FORMAT),
    "a PDF": (lambda: saved("PDF"), Refusal.WRONG_FORMAT),
    "a BMP": (lambda: saved("BMP"), Refusal.WRONG_FORMAT),
    "a TIFF": (lambda: saved("TIFF"), Refusal.WRONG_FORMAT),
    "an AVIF": (lambda: saved("AVIF"), Refusal.WRONG_FORMAT),
    "a HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), Refusal.WRONG_FORMAT),
    "a compressed SVG": (lambda: gzip.compress(svg(SQUARE)), Refusal.WRONG_FORMAT),
    "a program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(120), Refusal.NOT_A_PICTURE),
    "one byte": (lambda: b"\x89", Refusal.NOT_A_PICTURE),
    "nothing at all": (lambda: b"", Refusal.NOT_A_PICTURE),
    # damaged inside
    "a PNG whose checksum is wrong": (
        lambda: png(data=(chunk(b"IDAT", zlib.compress(bytes(200)), crc=1),)),
        Refusal.BROKEN,
    ),
    "a PNG in ten thousand pieces of nonsense": (lambda: png(data=[chunk(b"IDAT", b"\xff")] * 10_000), Refusal.BROKEN),
    "a PNG without pixels": (lambda: png(data=()), Refusal.BROKEN),
    "a PNG of no width": (lambda: png(0, 8), Refusal.BROKEN),
    "a JPEG in print colours with a broken table": (
        lambda: saved("JPEG", "CMYK").replace(b"\xff\xc4", b"\xff\xc4\xff\xff\x99", 1),
        Refusal.BROKEN,
    ),
    "a WebP whose length lies": (lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8 \xff\xff\xff\x7f" + bytes(80), Refusal.BROKEN),
    # drawings
    "an SVG with a script": (lambda: svg("<script>alert(1)</script>"), Refusal.DRAWING_SCRIPT),
    "an SVG that listens": (lambda: svg(f'<g onclick="alert(1)">{SQUARE}</g>'), Refusal.DRAWING_SCRIPT),
    "an SVG of a billion laughs": (laughing, Refusal.DRAWING_ENTITIES),
    "an SVG that reads a file": (
        lambda: b'<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + svg("<g>&f;</g>"),
        Refusal.DRAWING_ENTITIES,
    ),
    "an SVG that fetches its style": (
        lambda: svg('<style>@\\69mport "http://169.254.169.254/";</style>' + SQUARE),
        Refusal.DRAWING_OUTSIDE,
    ),
    "an SVG with a web page inside": (
        lambda: svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
        Refusal.DRAWING_FOREIGN,
    ),
    "an SVG that fetches a picture": (lambda: svg('<image href="http://127.0.0.1/x.png"/>'), Refusal.DRAWING_PICTURE),
    "an SVG that multiplies itself": (multiplying, Refusal.DRAWING_TOO_INVOLVED),
    "an SVG ten thousand deep": (lambda: svg("<g>" * 10_000 + "</g>" * 10_000), Refusal.DRAWING_TOO_INVOLVED),
}
