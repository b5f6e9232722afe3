"""Alike: neighbouring colours so near to each other that only the metal line between them tells them apart."""

import numpy as np
from scipy import ndimage

from storefront.pinart.artwork import AIR, Ids
from storefront.pinart.findings import Alike
from storefront.pinart.oklab import to_oklab
from storefront.pinart.piece import Piece

NEAR = 0.12
"""In OKLab. Our choice: two tones of one green are 0.1 apart, mid grey and white 0.4."""
COARSE = 250
LINE_BETWEEN = 24.0
"""Thousandths of the picture: cells further apart than this are no neighbours."""
SHORTEST_BORDER = 0.02
"""Of the piece's longest side: a shorter border is hardly seen."""


def alike_neighbours(piece: Piece) -> tuple[Alike, ...]:
    lab = {colour: to_oklab(np.array(piece.artwork.palette[colour], np.uint8)) for colour in piece.artwork.colours}
    pairs = [(one, other, float(np.linalg.norm(lab[one] - lab[other]))) for one, other in _neighbours(piece)]
    near = [Alike(one, other, round(apart, 3)) for one, other, apart in pairs if apart < NEAR]
    return tuple(sorted(near, key=lambda pair: pair.difference))


def _neighbours(piece: Piece) -> list[tuple[int, int]]:
    """Colours that meet across a line, found by letting each grow over the metal until they touch."""
    step = max(1, max(piece.regions.cells.shape) // COARSE)
    cells = piece.regions.cells[::step, ::step]
    away, nearest = ndimage.distance_transform_edt(cells == AIR, return_indices=True)
    grown = np.where(away * step < LINE_BETWEEN / 2 * piece.regions.place.unit, cells[tuple(nearest)], np.uint8(AIR))
    meetings = np.concatenate([_meetings(grown[1:], grown[:-1]), _meetings(grown[:, 1:], grown[:, :-1])])
    pairs, lengths = np.unique(meetings, axis=0, return_counts=True)
    longest = max(grown.shape)
    return [
        (int(a), int(b)) for (a, b), length in zip(pairs, lengths, strict=True) if length > SHORTEST_BORDER * longest
    ]


def _meetings(one: Ids, other: Ids) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    meet = (one != other) & (one != AIR) & (other != AIR)
    return np.stack([np.minimum(one[meet], other[meet]), np.maximum(one[meet], other[meet])], axis=1)
