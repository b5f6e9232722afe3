"""Blanks kept: a back waiting for its number, as bytes, with no more of its relief than engraving touches."""

import json
from dataclasses import asdict, fields, replace
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
from PIL import Image

from storefront.pinart.back import HALO, Blank
from storefront.pinart.metals import Metal
from storefront.pinart.plaques import Box
from storefront.pinart.regions import Place
from storefront.pinart.relief import Relief


class NoPlaque(Exception):
    """The piece is too slender for a plaque, so there is nothing to engrave."""


class NotABlank(Exception):
    """These bytes are no blank that was packed here."""


def packed(blank: Blank) -> bytes:
    """The blank as an .npz of two or three megabytes, good for any number of engravings. Raises NoPlaque."""
    if blank.plaque is None:
        raise NoPlaque
    relief = _around(blank.relief, blank.plaque.grown(HALO))
    told = {
        "metal": asdict(blank.metal),
        "seed": blank.seed,
        "place": asdict(relief.place),
        "dome": relief.dome,
    }
    content = BytesIO()
    np.savez_compressed(
        content,
        told=np.frombuffer(json.dumps(told).encode(), np.uint8),
        picture=np.asarray(blank.picture),
        **_arrays(relief),
    )
    return content.getvalue()


def unpacked(content: bytes) -> Blank:
    """A blank that engraves to the same pixels as the one that was packed. Raises NotABlank."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        told = json.loads(bytes(arrays.pop("told")))
        picture = Image.fromarray(arrays.pop("picture"))
        metal = Metal(**{**told["metal"], "reflectance": tuple(told["metal"]["reflectance"])})
        relief = Relief(place=Place(**told["place"]), dome=tuple(told["dome"]), **arrays)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as broken:
        raise NotABlank from broken
    plaque = Box(0, 0, *relief.height.shape).grown(-HALO)
    return Blank(picture, relief, metal, plaque, told["seed"])


def _around(relief: Relief, box: Box) -> Relief:
    """The part of a relief that lies in the box, knowing where on the canvas it is."""
    place = Place(relief.place.canvas, relief.place.top + box.top, relief.place.left + box.left)
    return replace(relief, place=place, **{name: part[box.slices()] for name, part in _arrays(relief).items()})


def _arrays(relief: Relief) -> dict[str, Any]:  # arrays by name, as keywords
    parts = {part.name: getattr(relief, part.name) for part in fields(relief)}
    return {name: part for name, part in parts.items() if isinstance(part, np.ndarray)}
