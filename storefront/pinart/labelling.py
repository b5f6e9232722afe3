"""Labelling: every pixel of a sheet gets the number of its colour, smooth edges going to the side they are most like."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from storefront.pinart.artwork import AIR, Field, Ids, Mask, Rgb
from storefront.pinart.mixtures import colours_around, distance_to_mixtures
from storefront.pinart.oklab import to_oklab
from storefront.pinart.sheet import Sheet

UNKNOWN = 255
NEAR_ENOUGH = 0.06
CERTAIN = 0.04
SAME_AS_GROUND = 0.02
MISTAKABLE = 24.0
REACH = 4
DOUBT = 0.15
SMALLEST_SPECK = 0.0002


def nearest_colours(lab: Field, colours: Sequence[Rgb]) -> tuple[Ids, Field]:
    """The number of the most similar colour, from 1, and how far it is."""
    nearest = np.ones(lab.shape[:2], np.uint8)
    least = np.full(lab.shape[:2], np.inf, np.float32)
    for region, colour in enumerate(to_oklab(np.array(colours, np.uint8).reshape(-1, 3)), start=1):
        off = lab - colour
        distance = np.einsum("...i,...i", off, off)
        nearer = distance < least
        nearest[nearer] = region
        np.minimum(least, distance, out=least)
    return nearest, np.sqrt(least)


def labelled(sheet: Sheet, lab: Field, flat: Mask, colours: Sequence[Rgb]) -> Ids:
    """The region map, AIR included; on an opaque ground edges may also go to the air."""
    nearest, distance = nearest_colours(lab, colours)
    own = np.array([False, *(not _is_mixture(index, sheet, colours) for index in range(len(colours)))])
    known = (flat & (distance < NEAR_ENOUGH)) | ((distance < CERTAIN) & own[nearest])
    ids = np.where(sheet.air, np.uint8(AIR), np.where(known, nearest, np.uint8(UNKNOWN)))
    unknown = ids == UNKNOWN
    ids[unknown] = _likeliest(ids, lab, unknown, own, [sheet.ground, *colours])
    left = ids == UNKNOWN
    ids[left] = nearest[left]
    if sheet.ground is not None:
        _clear_ground(ids, sheet.ground, colours)
    return without_specks(majority(ids, len(colours)))


def _is_mixture(index: int, sheet: Sheet, colours: Sequence[Rgb]) -> bool:
    """Whether smooth edges between two other colours pass through this one: then only flat pixels speak for it."""
    others = [colour for other, colour in enumerate(colours) if other != index]
    if sheet.ground is not None:
        others.append(sheet.ground)
    point = np.array(colours[index], np.float32)
    return any(distance_to_mixtures(point, one, other) < MISTAKABLE for one, other in combinations(others, 2))


def _likeliest(ids: Ids, lab: Field, unknown: Mask, own: Mask, colours: Sequence[Rgb | None]) -> Ids:
    """For the unknown pixels the most similar of the colours around; one that smooth edges pass through counts as less
    similar unless it is next to them. `colours[AIR]` is None where edges don't fade into the air.
    """
    wide = colours_around(ids, len(colours) - 1, REACH)[unknown]
    close = colours_around(ids, len(colours) - 1, 1)[unknown]
    pixels = lab[unknown]
    least = np.full(len(pixels), np.inf, np.float32)
    likeliest = np.full(len(pixels), UNKNOWN, np.uint8)
    for region, colour in enumerate(colours):
        if colour is None:
            continue
        bit = np.uint16(1 << region)
        here = np.flatnonzero(wide & bit)
        off = np.linalg.norm(pixels[here] - to_oklab(np.array(colour, np.uint8)), axis=-1)
        if not own[region]:
            off += np.where(close[here] & bit, np.float32(0), np.float32(DOUBT))
        nearer = off < least[here]
        least[here[nearer]] = off[nearer]
        likeliest[here[nearer]] = region
    return likeliest


def _clear_ground(ids: Ids, ground: Rgb, colours: Sequence[Rgb]) -> None:
    """Lossy compression leaves specks of ground beside the drawing, a shade off: what is like the ground and touches
    air is air.
    """
    off = np.linalg.norm(to_oklab(np.array(colours, np.uint8)) - to_oklab(np.array(ground, np.uint8)), axis=-1)
    alike = np.flatnonzero(off < SAME_AS_GROUND) + 1
    if len(alike):
        pieces, _ = ndimage.label((ids == AIR) | np.isin(ids, alike))
        ids[np.isin(pieces, np.unique(pieces[ids == AIR]))] = AIR


def majority(ids: Ids, colours: int) -> Ids:
    """Each pixel as most of the nine around it: single pixels join what surrounds them."""
    framed = np.pad(ids, 1, mode="edge")
    height, width = ids.shape
    around = [framed[down : down + height, across : across + width] for down in range(3) for across in range(3)]
    rows, columns = np.nonzero(np.logical_or.reduce([other != ids for other in around]))
    votes = np.zeros((colours + 1, len(rows)), np.uint8)
    voter = np.arange(len(rows))
    for other in around:
        votes[other[rows, columns], voter] += 2
    votes[ids[rows, columns], voter] += 1  # of equals, its own
    winner = ids.copy()
    winner[rows, columns] = votes.argmax(axis=0)
    return winner


def without_specks(ids: Ids) -> Ids:
    """Crumbs of art in the air are dust of the file, not parts of a pin."""
    pieces, count = ndimage.label(ids != AIR)
    if count < 2:  # noqa: PLR2004 (there is a drawing; anything more may be crumbs)
        return ids
    areas: NDArray[np.int64] = np.bincount(pieces.ravel())
    crumbs = areas < SMALLEST_SPECK * areas[1:].sum()
    crumbs[0] = False
    return np.where(crumbs[pieces], np.uint8(AIR), ids)
