import numpy as np
import pytest

from storefront.pinart import editing
from storefront.pinart.artwork import METAL
from storefront.pinart.ingest import Drawing

RED, BLUE, DARK = (200, 40, 50), (30, 60, 170), (40, 30, 20)


@pytest.fixture
def drawing():
    ids = np.zeros((6, 9), np.uint8)
    ids[1:5, 1:5], ids[1:5, 5:7], ids[1:5, 7] = 1, 2, 3
    return Drawing(ids, (RED, BLUE, DARK), metal=3)


def test_merging_gives_one_region_to_another_and_keeps_all_numbers(drawing):
    merged = editing.merged(drawing, kept=1, gone=2)

    assert merged.areas == {1: 24, 3: 4}
    assert merged.colours == drawing.colours
    assert merged.metal == 3
    assert drawing.areas == {1: 16, 2: 8, 3: 4}


def test_what_is_merged_into_metal_is_metal_and_merged_metal_is_enamel(drawing):
    into_metal, from_metal = editing.merged(drawing, kept=3, gone=2), editing.merged(drawing, kept=2, gone=3)

    assert (into_metal.artwork().ids == METAL).sum() == 12
    assert from_metal.metal is None
    assert METAL not in from_metal.artwork().ids


def test_a_recoloured_region_stays_the_same_region(drawing):
    recoloured = editing.recoloured(drawing, 2, RED)

    assert recoloured.colours == (RED, RED, DARK)
    assert (recoloured.ids == drawing.ids).all()
    assert drawing.colours == (RED, BLUE, DARK)


def test_a_colour_can_be_made_metal_or_none(drawing):
    assert set(editing.with_metal(drawing, 1).artwork().palette) == {2, 3}
    assert set(editing.with_metal(drawing, None).artwork().palette) == {1, 2, 3}


def test_a_region_can_be_air(drawing):
    cut = editing.cut_out(drawing, 3)

    assert cut.areas == {1: 16, 2: 8}
    assert cut.metal is None


def test_something_must_be_left(drawing):
    last = editing.merged(editing.merged(drawing, kept=1, gone=2), kept=1, gone=3)

    with pytest.raises(editing.NothingLeft):
        editing.cut_out(last, 1)


@pytest.mark.parametrize("region", [0, 4, -1])
def test_only_regions_there_are_can_be_changed(drawing, region):
    for change in (
        lambda: editing.merged(drawing, 1, region),
        lambda: editing.merged(drawing, region, 1),
        lambda: editing.recoloured(drawing, region, RED),
        lambda: editing.with_metal(drawing, region),
        lambda: editing.cut_out(drawing, region),
    ):
        with pytest.raises(editing.NoSuchRegion):
            change()


def test_a_merged_region_is_gone(drawing):
    with pytest.raises(editing.NoSuchRegion):
        editing.recoloured(editing.merged(drawing, 1, 2), 2, RED)


def test_a_region_cannot_be_merged_with_itself(drawing):
    with pytest.raises(editing.MergedWithItself):
        editing.merged(drawing, 2, 2)


@pytest.mark.parametrize("colour", [(0, 0), (0, 0, 256), (-1, 0, 0)])
def test_a_colour_has_three_levels_of_eight_bits(drawing, colour):
    with pytest.raises(editing.NotAColour):
        editing.recoloured(drawing, 1, colour)


def test_a_region_is_found_by_its_colour_or_one_a_shade_off(drawing):
    assert editing.find_region(drawing, (202, 41, 49)) == 1
    assert editing.find_region(drawing, (0, 255, 0)) is None
