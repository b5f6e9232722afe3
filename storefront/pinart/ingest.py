"""Ingest: an artist's flat picture becomes a region map, with the colours the artist meant."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps
from scipy import ndimage

from storefront.pinart.artwork import AIR, METAL, Artwork, Field, Ids, Mask, Rgb
from storefront.pinart.fields import depth
from storefront.pinart.oklab import to_oklab

LONGEST_SIDE = 1600
MOST_COLOURS = 12
GROUND_TOLERANCE = 28
FLAT = 0.012
FLAT_ENOUGH = 0.5
SAME_COLOUR = 0.035
SMALLEST_SHARE = 0.0008
NEAR_ENOUGH = 0.0036
ROUNDS = 12
CANDIDATES = 32
DARK = 0.35
THIN = 0.012
OPAQUE = 128


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
        return {
            int(region): int(counts[region]) for region in np.argsort(-counts[1:], kind="stable") + 1 if counts[region]
        }

    def artwork(self, metal: int | None = None) -> Artwork:
        """Ready for the press; `metal` overrules the colour taken for the artist's lines."""
        metal = self.metal if metal is None else metal
        ids = self.ids if metal is None else np.where(self.ids == metal, np.uint8(METAL), self.ids)
        enamels = {region: rgb for region, rgb in enumerate(self.colours, start=1) if region != metal}
        return Artwork(ids, enamels)


def ingest(picture: Image.Image) -> Drawing:
    """Colours are voted for by flat pixels only, so the fringes between them never become colours. Raises NotFlat."""
    picture = ImageOps.exif_transpose(picture).convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    art = ~_air(picture)
    rgb = np.asarray(picture)[..., :3]
    lab = to_oklab(rgb)
    flat = (_gradient(lab) < FLAT) & art
    share = float(flat.sum() / max(1, art.sum()))
    if not art.any():
        raise NotFlat(Reason.EMPTY, 0.0)
    if share < FLAT_ENOUGH:
        raise NotFlat(Reason.PHOTOGRAPH, share)
    colours = _palette(rgb[flat], int(art.sum()))
    ids = _labelled(lab, flat, art, colours)
    return Drawing(ids, tuple((int(r), int(g), int(b)) for r, g, b in colours), _line_colour(ids, colours))


def posterised(picture: Image.Image, colours: int = 8) -> Drawing:
    """The picture in so many flat colours, for whoever accepts that in place of a picture that is not flat."""
    picture = ImageOps.exif_transpose(picture).convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    art = ~_air(picture)
    if not art.any():
        raise NotFlat(Reason.EMPTY, 0.0)
    rgb = np.asarray(picture.convert("RGB"))
    cut = Image.fromarray(rgb[art][None]).quantize(
        colours, Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE
    )
    ids = np.zeros(art.shape, np.uint8)
    ids[art] = np.asarray(cut)[0] + 1
    found = np.array(cut.getpalette() or [], np.uint8).reshape(-1, 3)[: int(ids.max())]
    ids = _majority(ids, len(found))
    return Drawing(ids, tuple((int(r), int(g), int(b)) for r, g, b in found), _line_colour(ids, found))


def _air(picture: Image.Image) -> Mask:
    """What is transparent; in an opaque picture, the ground that reaches in from its corners."""
    alpha = np.asarray(picture.getchannel("A"))
    if (alpha < OPAQUE).any():
        return alpha < OPAQUE
    ground = picture.convert("RGB")
    right, bottom = picture.width - 1, picture.height - 1
    key = (255, 0, 254) if ground.getpixel((0, 0)) != (255, 0, 254) else (0, 255, 1)
    for corner in ((0, 0), (right, 0), (0, bottom), (right, bottom)):
        ImageDraw.floodfill(ground, corner, key, thresh=GROUND_TOLERANCE)
    air: Mask = (np.asarray(ground) == key).all(axis=-1)
    return air


def _gradient(lab: Field) -> Field:
    """The largest step to any of the four neighbours."""
    steepest = np.zeros(lab.shape[:2], np.float32)
    down = np.abs(np.diff(lab, axis=0)).sum(axis=-1)
    across = np.abs(np.diff(lab, axis=1)).sum(axis=-1)
    for side, step in ((np.s_[1:], down), (np.s_[:-1], down), (np.s_[:, 1:], across), (np.s_[:, :-1], across)):
        np.maximum(steepest[side], step, out=steepest[side])
    return steepest


def _palette(flat: NDArray[np.uint8], area: int) -> NDArray[np.uint8]:
    """The exact colours, most used first: candidates by median cut, near ones merged, each named by its commonest pixel."""
    cut = Image.fromarray(flat[None]).quantize(CANDIDATES, Image.Quantize.MEDIANCUT, kmeans=3, dither=Image.Dither.NONE)
    votes = np.asarray(cut)[0]
    counts = np.bincount(votes, minlength=CANDIDATES)
    kept: list[NDArray[np.uint8]] = []
    for candidate in np.argsort(-counts, kind="stable"):
        if counts[candidate] < max(1, SMALLEST_SHARE * area) or len(kept) == MOST_COLOURS:
            break
        colour = _commonest(flat[votes == candidate])
        apart = [np.linalg.norm(to_oklab(colour) - to_oklab(other)) for other in kept]
        if min(apart, default=1.0) >= SAME_COLOUR:
            kept.append(colour)
    return np.array(kept, np.uint8)


def _commonest(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    commonest: NDArray[np.uint8] = colours[int(np.argmax(counts))]
    return commonest


def _labelled(lab: Field, flat: Mask, art: Mask, colours: NDArray[np.uint8]) -> Ids:
    """Flat pixels take the nearest colour; the rest grow from their neighbours, each to the one most like itself."""
    distances = np.stack([np.square(lab - to_oklab(colour)).sum(axis=-1) for colour in colours])
    ids = (distances.argmin(axis=0) + 1).astype(np.uint8)
    ids[~flat | (distances.min(axis=0) > NEAR_ENOUGH)] = AIR
    for _ in range(ROUNDS):
        unknown = art & (ids == AIR)
        if not unknown.any():
            break
        _grow(ids, unknown, distances)
    left = art & (ids == AIR)
    ids[left] = distances.argmin(axis=0)[left] + 1
    ids[~art] = AIR
    return _majority(ids, len(colours))


def _grow(ids: Ids, unknown: Mask, distances: Field) -> None:
    rows, columns = np.nonzero(unknown)
    best = np.full(len(rows), np.inf, np.float32)
    chosen = np.zeros(len(rows), np.uint8)
    framed = np.pad(ids, 1)
    for down in (0, 1, 2):
        for across in (0, 1, 2):
            neighbour = framed[rows + down, columns + across]
            like = distances[np.maximum(neighbour, 1) - 1, rows, columns]
            nearer = (neighbour != AIR) & (like < best)
            best[nearer] = like[nearer]
            chosen[nearer] = neighbour[nearer]
    ids[rows, columns] = chosen


def _majority(ids: Ids, colours: int) -> Ids:
    """A 3 × 3 mode filter: single pixels join what surrounds them."""
    most = np.zeros(ids.shape, np.uint8)
    winner = ids.copy()
    for region in range(colours + 1):
        votes = ndimage.uniform_filter((ids == region).astype(np.float32), 3, mode="nearest")
        count = np.rint(votes * 9).astype(np.uint8)
        ahead = (count > most) | ((count == most) & (ids == region))
        winner[ahead] = region
        most = np.maximum(most, count)
    return winner


def _line_colour(ids: Ids, colours: NDArray[np.uint8]) -> int | None:
    """The darkest colour that is thin wherever it appears."""
    lightness = [float(to_oklab(colour)[0]) for colour in colours]
    for index in np.argsort(lightness):
        region = int(index) + 1
        if lightness[index] >= DARK:
            return None
        drawn = ids == region
        if not drawn.any():
            continue
        inner = depth(np.pad(drawn, 1), max(ids.shape))[1:-1, 1:-1][drawn]
        if np.percentile(inner, 97) < THIN * max(ids.shape):
            return region
    return None
