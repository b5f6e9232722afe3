"""Encoding, in a child process (`python -m storefront.media.encode`): one clean picture in many sizes."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, features

from storefront.media.child import Message, answer_parent

# Any: Pillow's writers take options of every type.
AVIF: Message = {"quality": 62, "speed": 7}
WEBP: Message = {"quality": 82, "method": 4, "alpha_quality": 95}
JPEG: Message = {"quality": 84, "progressive": True, "optimize": True}
PNG: Message = {"optimize": False, "compress_level": 7}


def encode(request: Message) -> Message:
    """Write every variant into the folder and list them, widest first."""
    folder = Path(request["folder"])
    with Image.open(request["picture"], formats=("JPEG", "PNG")) as image:
        picture = image.convert("RGBA" if request["transparent"] else "RGB")
    made = []
    for width in sorted(request["widths"], reverse=True):
        picture = _fitted(picture, width)
        made += list(_saved(picture, folder, _formats(transparent=request["transparent"])))
    small = picture.copy()
    small.thumbnail((request["thumbnail"], request["thumbnail"]), Image.Resampling.LANCZOS)
    made += list(_saved(small, folder, {"webp": WEBP}))
    return {"made": made}


def _formats(*, transparent: bool) -> dict[str, Message]:
    modern = {"avif": AVIF, "webp": WEBP} if features.check("avif") else {"webp": WEBP}
    return {**modern, **({"png": PNG} if transparent else {"jpeg": JPEG})}


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _saved(picture: Image.Image, folder: Path, formats: dict[str, Message]) -> Iterator[Message]:
    for name, options in formats.items():
        file = f"{picture.width}x{picture.height}.{name}"
        picture.save(folder / file, name.upper(), **options)
        yield {"file": file, "format": name, "width": picture.width, "height": picture.height}


if __name__ == "__main__":
    answer_parent(encode)
