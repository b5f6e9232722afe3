"""A full set: every picture of one pin and a report of what it is, made in memory and then written together."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from storefront.pinart.artwork import Artwork, Rgb
from storefront.pinart.back import back
from storefront.pinart.checking import press_check
from storefront.pinart.choices import Step
from storefront.pinart.ingest import Drawing
from storefront.pinart.limits import Limits
from storefront.pinart.picture import Look, front
from storefront.pinart.stages import stage
from storefront.web.press_sources import source

THUMBNAIL = 120


@dataclass(frozen=True)
class Piece:
    """How large the pin is, and what its back says."""

    millimetres: float
    number: str
    title: str
    maker: str


def full_set(drawing: Drawing, look: Look, piece: Piece, size: int, limits: Limits) -> dict[str, bytes]:
    """File names and what is in the files."""
    artwork = drawing.artwork()
    face = front(artwork, look, size)
    reverse = back(artwork, look, size, piece.number, piece.title, piece.maker)
    files = {"front.png": _png(face), "back.png": _png(reverse)}
    for place, step in enumerate(Step, start=1):
        files[f"step-{place}-{step}.png"] = _png(face if step is Step.BAKE else stage(artwork, look, step, size))
    files["thumb.png"] = _png(front(artwork, look, THUMBNAIL))
    files["report.json"] = json.dumps(_report(drawing, artwork, look, piece, limits), indent=2).encode() + b"\n"
    return files


def write_all(files: Mapping[str, bytes], folder: Path) -> None:
    """All of them or none: they are moved into place when the last is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".unfinished-") as aside:
        for name, content in files.items():
            Path(aside, name).write_bytes(content)
        for name in files:
            Path(aside, name).replace(folder / name)


def hex_of(colour: Rgb) -> str:
    return "#" + bytes(colour).hex()


def _png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", compress_level=4)
    return file.getvalue()


def _report(drawing: Drawing, artwork: Artwork, look: Look, piece: Piece, limits: Limits) -> dict[str, object]:
    found = press_check(artwork, piece.millimetres, limits)
    told = found.as_json()
    for check, line in zip(found.checks, told["checks"], strict=True):
        line["source"] = source(check)
    drawn = sum(drawing.areas.values())
    shares = {region: round(area / drawn, 4) for region, area in drawing.areas.items()}
    return {
        "palette": [hex_of(artwork.palette[region]) for region in artwork.colours],
        "regions": [
            {
                "region": region,
                "colour": hex_of(artwork.palette[region]),
                "area": shares[region],
                "effect": look.effects.get(region, "plain"),
            }
            for region in artwork.colours
        ],
        "metal": look.metal,
        "metal_colour": hex_of(drawing.colours[drawing.metal - 1]) if drawing.metal else None,
        "metal_area": shares.get(drawing.metal or 0, 0.0),
        "enamel": look.enamel,
        "texture": look.texture,
        "number": piece.number,
        **told,
    }
