"""Pictures as a page shows them: the smallest address for everybody, better formats and sizes for who can use them."""

from dataclasses import dataclass
from itertools import groupby

from storefront.media.pictures import Picture
from storefront.media.variants import THUMBNAIL
from storefront.web.picture_addresses import picture_address

_MIDDLE = 640
_BEST_FIRST = ("avif", "webp", "png", "jpeg")


@dataclass(frozen=True)
class Source:
    type: str
    srcset: str


@dataclass(frozen=True)
class Shown:
    """What components/pictures.html draws. `thumb` is the smallest variant; `drawn` is true of our own renderings; `key`
    is where storage has what `src` is the address of.
    """

    src: str
    thumb: str
    width: int
    height: int
    alt: str
    sources: tuple[Source, ...]
    drawn: bool
    key: str


def shown(picture: Picture, alt: str) -> Shown:
    """A picture with its words."""
    variants = sorted(picture.variants, key=lambda v: (_BEST_FIRST.index(v["format"]), v["width"]))
    whole = [v for v in variants if max(v["width"], v["height"]) > THUMBNAIL] or variants
    sources = tuple(
        Source(f"image/{name}", ", ".join(f"{picture_address(v['key'])} {v['width']}w" for v in group))
        for name, group in groupby(whole, key=lambda v: v["format"])
    )
    middle = min((v for v in whole if v["format"] == whole[-1]["format"]), key=lambda v: abs(v["width"] - _MIDDLE))
    return Shown(
        src=picture_address(middle["key"]),
        thumb=picture_address(min(variants, key=lambda v: v["width"])["key"]),
        width=middle["width"],
        height=middle["height"],
        alt=alt,
        sources=sources,
        drawn=picture.transparent,
        key=middle["key"],
    )
