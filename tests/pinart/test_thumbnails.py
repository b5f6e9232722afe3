"""Thumbnails that still read: at 120 pixels a pin's colours stand apart as they do at 360, and so do its lines of metal."""

import numpy as np
import pytest
from scipy import ndimage

from storefront.demo.motifs import MOTIFS
from storefront.demo.pictures import PRESSINGS
from storefront.pinart.artwork import AIR
from storefront.pinart.oklab import to_oklab
from storefront.pinart.picture import front
from storefront.pinart.regions import SUPERSAMPLE, cut_regions

SMALL, LARGE = 120, 360
RIM = 0.03  # of the picture: what is nearer to the edge is the rim and not a line


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)
def test_at_120_pixels_colours_and_lines_stand_apart_as_they_do_large(motif):
    art, look = motif.artwork(960), PRESSINGS[motif.key].look

    small, large = (Measured(art, look, size) for size in (SMALL, LARGE))

    assert set(small.colours) == set(large.colours) == set(art.colours)
    for one, other in np.stack(np.triu_indices(len(art.colours), 1), axis=1):
        pair = art.colours[one], art.colours[other]
        assert apart(small, pair) >= 0.6 * apart(large, pair), pair
    assert small.line_contrast >= 0.65 * large.line_contrast
    assert small.lines >= 0.8 * large.lines


class Measured:
    """The colours of a picture by region, in OKLab, and how lines of metal stand out from what they part."""

    def __init__(self, art, look, size):
        lab = to_oklab(np.asarray(front(art, look, size).convert("RGB")))
        cut = cut_regions(art, size)
        whole = np.full((size * SUPERSAMPLE,) * 2, AIR, np.uint8)
        box = cut.place.top, cut.place.left, *cut.cells.shape
        rows, columns = slice(box[0], box[0] + box[2]), slice(box[1], box[1] + box[3])
        cells, metal, inside = whole.copy(), whole.astype(bool), whole.astype(bool)
        cells[rows, columns], metal[rows, columns], inside[rows, columns] = cut.cells, cut.metal, cut.silhouette

        blocks = cells.reshape(size, SUPERSAMPLE, size, SUPERSAMPLE)
        pure = (blocks == blocks[:, :1, :, :1]).all(axis=(1, 3)) & (blocks[:, 0, :, 0] != AIR)
        colour = np.where(pure, blocks[:, 0, :, 0], AIR)
        self.colours = {region: np.median(lab[colour == region], axis=0) for region in np.unique(colour) if region}

        deep = ndimage.distance_transform_edt(inside) > RIM * size * SUPERSAMPLE
        line = (metal & deep).reshape(blocks.shape).mean(axis=(1, 3)) >= 0.5
        nearest = ndimage.distance_transform_edt(~pure, return_distances=False, return_indices=True)
        beside = lab[tuple(nearest)]
        self.line_contrast = float(np.linalg.norm(lab - beside, axis=-1)[line].mean())
        self.lines = float(line.sum() / deep.reshape(blocks.shape).any(axis=(1, 3)).sum())


def apart(picture, pair):
    return float(np.linalg.norm(picture.colours[pair[0]] - picture.colours[pair[1]]))
