"""The sheet: an artist's picture upright, in plain RGB at the working size, and what of it is air."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from scipy import ndimage

from storefront.pinart.artwork import Mask, Rgb

LONGEST_SIDE = 1600
STRIP = 200
GROUND_TOLERANCE = 28
CORNERS_ALIKE = 3
OPAQUE = 128
SIXTEEN_BITS = 257  # of their steps make one of eight bits


@dataclass(frozen=True, eq=False)
class Sheet:
    rgb: NDArray[np.uint8]
    air: Mask
    ground: Rgb | None
    """The colour of an opaque picture's background; None where the air is transparent, or there is none."""

    @property
    def art(self) -> Mask:
        return ~self.air


def lay_out(picture: Image.Image) -> Sheet:
    """Any mode of picture; a plain copy larger than the working size is never made, so a huge one costs little memory."""
    upright = ImageOps.exif_transpose(at_working_size(picture))
    alpha = np.asarray(upright.getchannel("A")) if upright.mode == "RGBA" else None
    rgb = np.asarray(upright.convert("RGB"))
    if alpha is not None and (alpha < OPAQUE).any():
        return Sheet(rgb, alpha < OPAQUE, None)
    return _on_ground(rgb)


def at_working_size(picture: Image.Image) -> Image.Image:
    """Plain and no larger than the working size, strip by strip. Averaged over boxes: unlike sharper filters that adds no
    rings of new colours along the edges.
    """
    scale = max(picture.size) / LONGEST_SIDE
    if scale <= 1:
        return _plain(picture)
    width, height = (max(1, round(side / scale)) for side in picture.size)
    down = picture.height / height
    strips = []
    for row in range(0, height, STRIP):
        rows = min(STRIP, height - row)
        top, bottom = int(row * down), ceil((row + rows) * down)
        strip = _plain(picture.crop((0, top, picture.width, min(bottom, picture.height))))
        box = (0, row * down - top, picture.width, min((row + rows) * down - top, strip.height))
        strips.append(strip.resize((width, rows), Image.Resampling.BOX, box=box))
    shrunk = Image.new(strips[0].mode, (width, height))
    for place, strip in enumerate(strips):
        shrunk.paste(strip, (0, place * STRIP))
    shrunk.info = dict(picture.info)  # which way is up
    return shrunk


def _plain(picture: Image.Image) -> Image.Image:
    """RGB, CMYK or grey, with alpha where anything shows through."""
    if picture.mode.startswith("I"):
        levels = picture.convert("I")  # convert() to eight bits would clip sixteen instead of scaling them
        return levels.point(lambda level: level * (1 / SIXTEEN_BITS) + 0.5).convert("L")
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    return picture if picture.mode in {"RGB", "CMYK", "L"} else picture.convert("RGB")


def _on_ground(rgb: NDArray[np.uint8]) -> Sheet:
    """An opaque picture's ground reaches in from its corners; a picture whose corners differ has none."""
    bottom, right = rgb.shape[0] - 1, rgb.shape[1] - 1
    corners = [(y, x) for y in (0, bottom) for x in (0, right)]
    seen = rgb[tuple(np.array(corners).T)].astype(np.int16)
    alike = np.abs(seen[:, None] - seen[None]).sum(axis=-1) <= GROUND_TOLERANCE
    agreeing = int(np.argmax(alike.sum(axis=0)))
    if alike[agreeing].sum() < CORNERS_ALIKE:
        return Sheet(rgb, np.zeros(rgb.shape[:2], bool), None)
    off = np.zeros(rgb.shape[:2], np.int16)
    for plane in range(3):
        off += np.abs(rgb[..., plane].astype(np.int16) - seen[agreeing, plane])
    pieces, _ = ndimage.label(off <= GROUND_TOLERANCE)
    reached = {int(pieces[corner]) for corner, same in zip(corners, alike[agreeing], strict=True) if same} - {0}
    red, green, blue = (int(level) for level in seen[agreeing])
    return Sheet(rgb, np.isin(pieces, list(reached)), (red, green, blue))
