import numpy as np
import pytest
from scipy import ndimage

from storefront.demo.motifs import MOTIFS
from storefront.pinart.artwork import AIR, METAL, Artwork, NotArtwork
from storefront.pinart.regions import HALF_LINE, RIM, cut_regions


def test_the_silhouette_is_the_art_and_a_rim_around_it():
    art = Artwork(np.full((500, 500), 1, np.uint8), {1: (9, 9, 9)})

    regions = cut_regions(art, 500)

    unit = regions.place.unit
    drawn = 0.8 * regions.place.canvas
    assert regions.silhouette.any(axis=0).sum() == pytest.approx(drawn + 2 * RIM * unit, abs=2)


def test_a_line_of_metal_parts_two_colours(roundel):
    regions = cut_regions(roundel, 500)

    middle = regions.metal[regions.metal.shape[0] // 2 + 200]
    runs = np.diff(np.flatnonzero(np.diff(middle.astype(int))))
    assert any(abs(run - 2 * HALF_LINE * regions.place.unit) <= 2 for run in runs)


def test_the_artists_own_metal_is_not_outlined_again():
    ids = np.full((400, 400), 1, np.uint8)
    ids[:, 180:220] = METAL

    regions = cut_regions(Artwork(ids, {1: (9, 9, 9)}), 400)

    bare = regions.metal[regions.metal.shape[0] // 2]
    drawn = np.diff(np.flatnonzero(np.diff(bare.astype(int))))
    assert 40 * 0.8 * 2 in drawn


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)
def test_every_colour_keeps_most_of_its_area_between_the_lines(motif):
    art = motif.artwork(800)

    regions = cut_regions(art, 400)

    before, after = (np.bincount(ids.ravel(), minlength=256) for ids in (art.ids, regions.cells))
    for colour in art.colours:
        assert after[colour] / regions.place.canvas**2 > 0.5 * before[colour] / 800**2


@pytest.mark.parametrize("size", [24, 120, 333])
def test_a_hole_stays_a_hole_at_every_size(roundel, size):
    regions = cut_regions(roundel, size)

    _, holes = ndimage.label(~regions.silhouette)
    assert holes == 2  # the ground around and the hole


def test_enlarging_brings_in_no_new_colour(roundel):
    assert set(np.unique(cut_regions(roundel, 700).cells)) == {AIR, 1, 2}


@pytest.mark.parametrize(
    ("ids", "palette", "reason"),
    [
        (np.zeros((4, 4), np.uint8), {}, "nothing is drawn"),
        (np.ones((4, 4), np.uint8), {}, "without a colour"),
        (np.ones((4, 4), np.float32), {1: (0, 0, 0)}, "uint8"),
        (np.ones((4, 4, 3), np.uint8), {1: (0, 0, 0)}, "two-dimensional"),
    ],
)
def test_what_is_no_region_map_is_no_artwork(ids, palette, reason):
    with pytest.raises(NotArtwork, match=reason):
        Artwork(ids, palette)
