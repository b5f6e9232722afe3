"""Flatness: how much of a drawing is flat colour, how much fades softly and how much is texture."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from storefront.pinart.artwork import AIR, Field, Mask, Rgb
from storefront.pinart.labelling import REACH, UNKNOWN, nearest_colours
from storefront.pinart.mixtures import colours_around, distance_to_mixtures, off_every_mixture
from storefront.pinart.sheet import Sheet
from storefront.pinart.votes import MOST_COLOURS, Votes

CALM = 0.012
SHARP_CORE, SHARP_FOOT = 0.007, 0.03
SHARP = 0.6
RAMP = 4
BAND = 128
CLIMB = 0.06
STEADY = 0.15
CLOSE = 0.04
GROUNDED = 0.06
ODD = 40.0
A_MIXTURE = 24.0
OVERSHOOT = 0.15
SMALLEST_LINE = 0.003


@dataclass(frozen=True)
class Flatness:
    """Shares of the drawn area; what neither fades nor is textured is flat, with the smooth edges between flats."""

    fading: float
    textured: float

    @property
    def flat(self) -> float:
        return max(0.0, 1 - self.fading - self.textured)


def flatness(sheet: Sheet, lab: Field, steepness: Field, colours: Sequence[Rgb]) -> Flatness:
    area = int(sheet.art.sum())
    calm = sheet.art & (steepness < CALM)
    grounded = int((calm | _exactly(sheet, colours)).sum()) / area
    if grounded < GROUNDED:
        return Flatness(0.0, 1 - grounded)
    steep = int((_ramps(lab) & sheet.art & ~calm).sum())
    fading = _fading(Votes(sheet.rgb[calm])) + steep
    return Flatness(fading / area, len(_odd_pixels(sheet, lab, colours)) / area)


def _exactly(sheet: Sheet, colours: Sequence[Rgb]) -> Mask:
    """Fine flat art may have no calm pixel; but then its colours recur to the bit, as no photograph's do."""
    packed = _packed(sheet.rgb)
    return sheet.art & np.isin(packed, _packed(np.array(colours, np.uint8).reshape(-1, 3)))


def _packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    wide = rgb.astype(np.uint32)
    packed: NDArray[np.uint32] = wide @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    return packed


def colours_of_thin_lines(sheet: Sheet, lab: Field, colours: Sequence[Rgb]) -> list[Rgb]:
    """Lines too thin to have a flat pixel have none that votes: their colour is the commonest among those pixels that no
    mixture of the others explains.
    """
    odd = _odd_pixels(sheet, lab, colours)
    area = int(sheet.art.sum())
    if len(odd) < SMALLEST_LINE * area:
        return []
    votes = Votes(odd)
    every = [*colours, *([sheet.ground] if sheet.ground else [])]
    candidates = votes.elected(area, most=MOST_COLOURS - len(colours))
    found: list[Rgb] = []
    for candidate in candidates:
        if _stands_out(candidate, [*every, *found]):
            found.append(candidate)
    return found


def _fading(votes: Votes) -> int:
    """How many calm pixels are of colours without a peak: flat colour is exactly itself or, after lossy compression,
    nearly so, while a gradient passes evenly through all shades.
    """
    free = np.ones(len(votes.counts), bool)
    fading = 0
    for _ in range(2 * MOST_COLOURS):
        if not free.any():
            break
        commonest = int(np.argmax(free))
        apart = votes.apart(commonest)
        foot = free & (apart < SHARP_FOOT)
        core = free & (apart < SHARP_CORE)
        if votes.counts[core].sum() < SHARP * votes.counts[foot].sum():
            fading += int(votes.counts[foot].sum())
        free &= ~foot
    return fading + int(votes.counts[free].sum())


def _ramps(lab: Field) -> Mask:
    """Where colour climbs steadily, row- or columnwise, further than any smooth edge is wide: steep gradients, which have
    no calm pixels.
    """
    found = np.zeros(lab.shape[:2], bool)
    for axis in (0, 1):
        if lab.shape[axis] <= 2 * RAMP:
            continue
        along, marks = np.moveaxis(lab, axis, 0), np.moveaxis(found, axis, 0)
        for start in range(0, lab.shape[1 - axis], BAND):  # the differences of a whole picture are large
            marks[RAMP:-RAMP, start : start + BAND] |= _climbs(along[:, start : start + BAND])
    return found


def _climbs(along: Field) -> Mask:
    far = along[2 * RAMP :] - along[: -2 * RAMP]
    near = along[RAMP + RAMP // 2 : -RAMP // 2] - along[RAMP // 2 : -RAMP - RAMP // 2]
    climb = np.linalg.norm(far, axis=-1)
    uneven = np.linalg.norm(near - far / 2, axis=-1)
    bend = np.linalg.norm(along[2 * RAMP :] + along[: -2 * RAMP] - 2 * along[RAMP:-RAMP], axis=-1)
    steady: Mask = (climb > CLIMB) & (uneven < STEADY * climb) & (bend < STEADY * climb)
    return steady


def _odd_pixels(sheet: Sheet, lab: Field, colours: Sequence[Rgb]) -> NDArray[np.uint8]:
    """Drawn pixels that are neither one of the colours nor a mixture of two that are near."""
    if not colours:
        return sheet.rgb[sheet.art]
    nearest, distance = nearest_colours(lab, colours)
    ids = np.where(sheet.air, np.uint8(AIR), np.where(distance < CLOSE, nearest, np.uint8(UNKNOWN)))
    unsure: Mask = ids == UNKNOWN
    around = colours_around(ids, len(colours), REACH)[unsure]
    pixels = sheet.rgb[unsure]
    return pixels[off_every_mixture(pixels, around, [sheet.ground, *colours]) > ODD]


def _stands_out(candidate: Rgb, others: Sequence[Rgb]) -> bool:
    point = np.array(candidate, np.float32)
    pairs = combinations_with_replacement(others, 2)
    return all(distance_to_mixtures(point, one, other, OVERSHOOT) > A_MIXTURE for one, other in pairs)
