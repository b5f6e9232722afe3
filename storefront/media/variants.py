"""Variants: a checked picture in the widths and formats pages are served with, never larger than it came."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from storefront.media.child import run_child
from storefront.media.limits import ENCODING, Limits
from storefront.media.uploads import CheckedPicture

WIDTHS = (360, 640, 1000, 1600)
THUMBNAIL = 120


@dataclass(frozen=True)
class Variant:
    """One encoded size; `format` is what its MIME type says after "image/"."""

    format: str
    width: int
    height: int
    content: bytes

    @property
    def is_thumbnail(self) -> bool:
        return max(self.width, self.height) <= THUMBNAIL


def make_variants(
    picture: CheckedPicture, *, widths: Iterable[int] = WIDTHS, limits: Limits = ENCODING
) -> list[Variant]:
    """AVIF, WebP and JPEG (PNG when transparent) in each width, and a thumbnail; encoded in a child process."""
    with TemporaryDirectory(prefix="variants-") as folder:
        source = Path(folder, "picture")
        source.write_bytes(picture.content)
        request = {
            "picture": str(source),
            "folder": folder,
            "widths": served_widths(picture.width, widths),
            "thumbnail": THUMBNAIL,
            "transparent": picture.transparent,
        }
        answer = run_child("storefront.media.encode", request, limits)
        return [
            Variant(made["format"], made["width"], made["height"], Path(folder, made["file"]).read_bytes())
            for made in answer["made"]
        ]


def served_widths(width: int, widths: Iterable[int] = WIDTHS) -> list[int]:
    """Those below the picture's own width, and its own where that is not too wide to serve."""
    steps = sorted(widths)
    return sorted({step for step in steps if step < width} | {min(width, steps[-1])})


def srcset(variants: Iterable[Variant], image_format: str, url: Callable[[Variant], str]) -> str:
    """The `srcset` of one format, narrowest first."""
    fitting = sorted((v for v in variants if v.format == image_format and not v.is_thumbnail), key=lambda v: v.width)
    return ", ".join(f"{url(variant)} {variant.width}w" for variant in fitting)
