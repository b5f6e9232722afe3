import numpy as np
import pytest
from scipy import ndimage

from storefront.pinart import regions
from storefront.pinart.artwork import AIR, Artwork
from storefront.pinart.distances import depth, grown
from storefront.pinart.tiles import TILE


def a_mask(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random((31, 23)) < 0.9
    mask[0, 0] = False
    return mask


def brute_depth(mask):
    outside = np.argwhere(~mask)
    rows, columns = np.indices(mask.shape)
    return np.hypot(rows[..., None] - outside[:, 0], columns[..., None] - outside[:, 1]).min(axis=-1)


@pytest.mark.parametrize("seed", range(5))
def test_depth_is_the_distance_to_the_nearest_pixel_outside(seed):
    mask = a_mask(seed)

    measured = depth(mask, 4)

    np.testing.assert_allclose(measured, np.minimum(brute_depth(mask), 4), rtol=1e-6)


@pytest.mark.parametrize("radius", [0.5, 1, 2.3, 4, 9.6, 40, 120])
def test_growing_takes_in_exactly_what_is_within_reach(radius):
    mask = ~a_mask(1)

    np.testing.assert_array_equal(grown(mask, radius), brute_depth(~mask) <= radius)


def test_tiles_leave_no_seam():
    rng = np.random.default_rng(2)
    mask = np.ones((TILE + 40, 2 * TILE + 9), bool)
    mask[rng.integers(0, len(mask), 9), rng.integers(0, mask.shape[1], 9)] = False
    mask[:5, :TILE] = False
    whole = ndimage.distance_transform_edt(mask)

    np.testing.assert_allclose(depth(mask, 30), np.minimum(whole, 30), rtol=1e-6)
    np.testing.assert_array_equal(grown(~mask, 17.4), whole <= 17.4)


def test_the_silhouette_is_every_pixel_within_the_rim_of_the_art():
    rng = np.random.default_rng(0)
    ids = np.kron(rng.integers(0, 3, (5, 6)), np.ones((9, 9))).astype(np.uint8)
    art = Artwork(ids, {1: (1, 2, 3), 2: (4, 5, 6)})

    cut = regions.cut_regions(art, 60)

    drawn = regions._scaled(regions._cropped(ids), 120)
    placed, place = regions._placed(drawn, 120, margin=int((regions.RIM + regions.MARGIN) * 0.12) + 2)
    assert place == cut.place
    np.testing.assert_array_equal(cut.silhouette, ndimage.distance_transform_edt(placed == AIR) <= regions.RIM * 0.12)
