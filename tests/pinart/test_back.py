import numpy as np
import pytest

from storefront.pinart.artwork import Artwork
from storefront.pinart.back import back, blank_back, engrave
from storefront.pinart.lettering import plaque_lettering
from storefront.pinart.picture import Look, front

GOLD = Look("gold", "soft")


@pytest.fixture
def lopsided():
    ids = np.ones((300, 300), np.uint8)
    ids[:120, :150] = 0
    return Artwork(ids, {1: (20, 120, 90)})


def alpha(image):
    return np.asarray(image.getchannel("A")).astype(int)


def test_the_back_has_the_fronts_outline_mirrored(lopsided):
    shown = alpha(back(lopsided, GOLD, 200, "17/100", "Luna", "Vitrine"))

    assert np.abs(shown - alpha(front(lopsided, GOLD, 200))[:, ::-1]).max() <= 1


def test_another_number_changes_the_plaque_and_nothing_else(roundel):
    blank = blank_back(roundel, GOLD, 400)

    first, second = (np.asarray(engrave(blank, label, "Luna", "Vitrine")) for label in ("17/100", "18/100"))

    changed = np.argwhere((first != second).any(axis=-1))
    plaque = blank.plaque
    assert len(changed)
    assert (np.ptp(changed, axis=0) <= [plaque.height / 2, plaque.width / 2]).all()
    assert (first == np.asarray(back(roundel, GOLD, 400, "17/100", "Luna", "Vitrine"))).all()


def test_the_plaque_stays_clear_of_edge_hole_and_posts(roundel):
    blank = blank_back(roundel, GOLD, 400)

    rows, columns = blank.plaque.slices()
    assert blank.relief.silhouette[rows, columns].all()
    assert 2.0 < blank.plaque.width / blank.plaque.height < 2.2


@pytest.mark.parametrize("shape", [(12, 400), (400, 12), (1, 1)])
def test_a_piece_too_thin_for_a_plaque_still_has_a_back(shape):
    sliver = Artwork(np.ones(shape, np.uint8), {1: (10, 90, 60)})

    assert back(sliver, GOLD, 120, "1/2", "Thin", "Vitrine").size == (120, 120)


@pytest.mark.parametrize("size", [16, 60, 241])
def test_a_back_can_be_small_or_odd(roundel, size):
    assert back(roundel, GOLD, size, "1/2", "Small", "Vitrine").size == (size, size)


@pytest.mark.parametrize("title", ["", "Luna", "W" * 300, "The Great Comet of 1811 over the Harbour", "月夜", "a\nb"])
def test_words_never_leave_the_plaque(title):
    cut = plaque_lettering(400, 190, "100000/100000", title, title)

    assert cut[:, :20].max() == cut[:, -20:].max() == 0
    assert cut.max() == 1


def test_a_number_is_engraved_larger_than_the_size_of_its_edition():
    alone = plaque_lettering(400, 190, "17", "", "")
    with_size = plaque_lettering(400, 190, "17/100", "", "")

    heights = [np.flatnonzero(cut.max(axis=1) > 0.5) for cut in (alone, with_size[:, 230:])]
    assert len(heights[0]) > 1.3 * len(heights[1])
