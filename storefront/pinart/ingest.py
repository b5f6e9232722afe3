"""Ingest: an artist's flat picture becomes a region map, with the colours the artist meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PIL import Image

from storefront.pinart.artwork import METAL, Artwork, Ids, Rgb
from storefront.pinart.distances import depth
from storefront.pinart.flatness import Flatness, colours_of_thin_lines, flatness
from storefront.pinart.labelling import labelled
from storefront.pinart.oklab import to_oklab
from storefront.pinart.posterise import posterised_ids
from storefront.pinart.sheet import lay_out
from storefront.pinart.votes import VOTING, palette, steepness

FLAT_ENOUGH = 0.89
DARK = 0.35
THIN = 0.012
MOSTLY = 0.8  # in the demo's octopus, whose arms nearly touch, a ninth of the metal lies in such patches


class Reason(StrEnum):
    """What a picture that is not flat looks like."""

    EMPTY = "empty"
    GRADIENT = "gradient"
    PHOTOGRAPH = "photograph"


class NotFlat(Exception):
    """Too little of what is drawn is flat colour. All shares are of the drawn area, 0…1: `share` is flat and should have
    been `limit`, `fading` runs softly from colour to colour, `textured` changes from pixel to pixel.
    """

    def __init__(self, reason: Reason, share: float, *, fading: float = 0.0, textured: float = 0.0) -> None:
        super().__init__(f"{reason}: {share:.0%} of the picture is flat colour")
        self.reason = reason
        self.share = share
        self.limit = FLAT_ENOUGH
        self.fading = fading
        self.textured = textured


@dataclass(frozen=True, eq=False)
class Drawing:
    """What was recognised: regions by colour, largest first, and which of the colours draws the lines, if any."""

    ids: Ids
    colours: tuple[Rgb, ...]
    metal: int | None

    @property
    def areas(self) -> dict[int, int]:
        """Every region still in use and how many pixels it has; the largest first."""
        counts = np.bincount(self.ids.ravel(), minlength=len(self.colours) + 1)
        used = [int(region) for region in np.argsort(-counts[1:], kind="stable") + 1 if counts[region]]
        return {region: int(counts[region]) for region in used}

    def artwork(self, metal: int | None = None) -> Artwork:
        """Ready for the press; `metal` overrules the colour taken for the artist's lines."""
        metal = self.metal if metal is None else metal
        ids = self.ids if metal is None else np.where(self.ids == metal, np.uint8(METAL), self.ids)
        enamels = {region: rgb for region, rgb in enumerate(self.colours, start=1) if region != metal}
        return Artwork(ids, enamels)


def ingest(picture: Image.Image) -> Drawing:
    """Colours are voted for by flat pixels only, so the fringes between them never become colours. Raises NotFlat."""
    sheet = lay_out(picture)
    area = int(sheet.art.sum())
    if not area:
        raise NotFlat(Reason.EMPTY, 0.0)
    lab = to_oklab(sheet.rgb)
    steep = steepness(lab)
    flat = sheet.art & (steep < VOTING)
    colours = palette(sheet.rgb, flat, area)
    colours += colours_of_thin_lines(sheet, lab, colours)
    _check_flat(flatness(sheet, lab, steep, colours))
    return _drawing(labelled(sheet, lab, flat, colours), colours)


def posterised(picture: Image.Image, colours: int = 8) -> Drawing:
    """The picture in so many flat colours, for whoever accepts that in place of one that is not flat. Raises NotFlat only
    when nothing is drawn.
    """
    sheet = lay_out(picture)
    if not sheet.art.any():
        raise NotFlat(Reason.EMPTY, 0.0)
    return _drawing(*posterised_ids(sheet, colours))


def _check_flat(found: Flatness) -> None:
    if found.flat < FLAT_ENOUGH:
        reason = Reason.GRADIENT if found.fading >= found.textured else Reason.PHOTOGRAPH
        raise NotFlat(reason, found.flat, fading=found.fading, textured=found.textured)


def _drawing(ids: Ids, colours: Sequence[Rgb]) -> Drawing:
    """Regions numbered by their size, without those of which nothing was left."""
    counts = np.bincount(ids.ravel(), minlength=len(colours) + 1)[1:]
    order = [int(index) for index in np.argsort(-counts, kind="stable") if counts[index]]
    renumbered = np.zeros(256, np.uint8)
    for region, index in enumerate(order, start=1):
        renumbered[index + 1] = region
    ids = renumbered[ids]
    kept = tuple(colours[index] for index in order)
    return Drawing(ids, kept, _line_colour(ids, kept))


def _line_colour(ids: Ids, colours: Sequence[Rgb]) -> int | None:
    """The darkest colour that is thin in nearly all of its area: where lines run together they leave patches."""
    lightness = to_oklab(np.array(colours, np.uint8).reshape(-1, 3))[:, 0]
    for index in np.argsort(lightness):
        if lightness[index] >= DARK:
            return None
        drawn = ids == int(index) + 1
        inner = depth(np.pad(drawn, 1), max(ids.shape))[1:-1, 1:-1][drawn]
        if np.percentile(inner, 100 * MOSTLY) < THIN * max(ids.shape):
            return int(index) + 1
    return None
