"""Decoding, in a child process (`python -m storefront.media.decode`): any accepted file to plain sRGB pixels."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from storefront.media.child import Message, answer_parent
from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.signatures import DRAWING, FORMATS

OPAQUE = 255
_LARGEST_ARTWORK = 3_200
# What Pillow's three readers raise on broken input.
UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, struct.error, zlib.error)


def decode(request: Message) -> Message:
    """Write the clean picture and describe it, or say why not."""
    try:
        return _clean(request)
    except PictureRefused as refused:
        return {"refused": refused.refusal, "details": refused.details}
    except UNREADABLE:
        return {"refused": Refusal.BROKEN, "details": {}}


def _clean(request: Message) -> Message:
    Image.MAX_IMAGE_PIXELS = None  # ours is stricter, and knows the numbers
    pixels = _drawn(request) if request["format"] == DRAWING else _developed(request)
    transparent = pixels.mode == "RGBA" and any(pixels.getchannel("A").histogram()[:OPAQUE])
    plain = _artwork(pixels) if request["keep_alpha"] else _photograph(pixels)
    name = "PNG" if plain.mode == "RGBA" else "JPEG"
    if name == "PNG":
        plain.save(request["clean"], "PNG", compress_level=1)  # a full-size noisy sheet must stay within the time limit
    else:
        plain.save(request["clean"], "JPEG", quality=93, subsampling=0)
    return {
        "format": name.lower(),
        "width": plain.width,
        "height": plain.height,
        "transparent": transparent and plain.mode == "RGBA",
    }


def _drawn(request: Message) -> Image.Image:
    from storefront.media.svg import rasterised  # noqa: PLC0415  only a drawing's child reads XML

    return rasterised(Path(request["upload"]).read_bytes(), request["drawing_side"])


def _developed(request: Message) -> Image.Image:
    with Image.open(request["upload"], formats=FORMATS) as image:
        _check_size(image, pixels=request["pixels"], side=request["side"])
        if image.format == "PNG":
            _check_sums(request["upload"])
        image.load()
        upright = ImageOps.exif_transpose(image)
    return _to_srgb(upright)


def _check_size(image: Image.Image, *, pixels: int, side: int) -> None:
    if image.width * image.height > pixels or max(image.size) > side:
        raise PictureRefused(
            Refusal.TOO_MANY_PIXELS, width=image.width, height=image.height, limit_pixels=pixels, limit_side=side
        )
    # A phone's JPEG may carry a second view or a preview of itself (MPO); the first is the photograph.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise PictureRefused(Refusal.ANIMATED)


def _check_sums(upload: str) -> None:
    """Raises what UNREADABLE holds. Pillow reads pixels without looking at their checksums; browsers do look."""
    with Image.open(upload, formats=("PNG",)) as image:
        image.verify()


def _to_srgb(image: Image.Image) -> Image.Image:
    """RGB, or RGBA when anything may show through, in sRGB whatever the file's profile was."""
    profile = image.info.get("icc_profile")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode.startswith("I"):
        # 16 bits of grey: convert() would clip them instead of scaling.
        image = image.convert("I").point(lambda level: level * (1 / 257)).convert("L")
    colours = _managed(image, profile) if profile else None
    colours = colours or image.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _managed(image: Image.Image, profile: bytes) -> Image.Image | None:
    if image.mode not in {"RGB", "CMYK", "L"}:
        image = image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *UNREADABLE):
        return None  # a broken or unfitting profile says nothing; sRGB is what the file would be shown as


def _artwork(pixels: Image.Image) -> Image.Image:
    """No larger than anybody looks at: a drawing is read at half of this, a picture served at half of this."""
    pixels.thumbnail((_LARGEST_ARTWORK, _LARGEST_ARTWORK), Image.Resampling.LANCZOS)
    return _bare(pixels.convert("RGBA"))


def _photograph(pixels: Image.Image) -> Image.Image:
    if pixels.mode == "RGBA":
        paper = Image.new("RGBA", pixels.size, "white")
        pixels = Image.alpha_composite(paper, pixels)
    return _bare(pixels.convert("RGB"))


def _bare(pixels: Image.Image) -> Image.Image:
    """The same pixels knowing nothing of where they came from: comments survive an ordinary save."""
    pixels.info.clear()
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


if __name__ == "__main__":
    answer_parent(decode)
