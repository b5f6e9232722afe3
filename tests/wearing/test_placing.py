import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.wearing.placing import (
    MOST_PINS,
    NoSuchPin,
    NotAPlace,
    TooManyPins,
    area_at,
    place_all,
    read_placed,
    settle,
    write_placed,
)
from storefront.wearing.wardrobe import GARMENTS

JACKET, LANYARD = GARMENTS["jacket"], GARMENTS["lanyard"]
garments = pytest.mark.parametrize("garment", GARMENTS.values(), ids=GARMENTS)


@garments
def test_every_spot_lies_in_the_area_it_belongs_to_and_in_the_picture(garment):
    for area in garment.areas:
        assert area_at(garment, *area.spot) is area
        assert settle(garment, *map(round, area.spot)) == tuple(map(round, area.spot))
        assert all(0 < x < garment.width and 0 < y < garment.height for x, y in area.corners)


@settings(max_examples=50)
@given(st.sampled_from(list(GARMENTS.values())), st.integers(0, 999), st.integers(0, 999))
def test_wherever_a_pin_is_put_it_settles_once_and_stays(garment, x, y):
    place = settle(garment, x, y)

    assert settle(garment, *place) == place
    assert 0 <= place[0] <= garment.width
    assert 0 <= place[1] <= garment.height


def test_a_pin_beside_the_strap_moves_to_its_nearest_edge():
    assert settle(LANYARD, 50, 30) == (50, 30)
    assert settle(LANYARD, 110, 30) == (65, 42)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 360), st.integers(0, 450)), max_size=MOST_PINS))
def test_what_was_read_reads_the_same_when_written(pins):
    mine = [pin for pin, _x, _y in pins]

    placed = read_placed(";".join(f"{pin}:{x},{y}" for pin, x, y in pins), JACKET, mine)

    assert [one.pin for one in placed] == mine
    assert read_placed(write_placed(placed), JACKET, mine) == placed


def test_a_pin_without_a_place_takes_a_spot_nobody_has():
    first, second, third = read_placed("7;8:247,112;9", JACKET, [7, 8, 9])

    areas = [area_at(JACKET, one.x, one.y).name for one in (first, second, third)]
    assert areas[1] == "left-collar"
    assert len(set(areas)) == 3


def test_more_pins_than_spots_still_all_find_a_place():
    placed = read_placed(";".join(["7"] * MOST_PINS), LANYARD, [7] * MOST_PINS)

    assert len({(one.x, one.y) for one in placed}) == MOST_PINS
    assert len(place_all([7] * 50, LANYARD)) == len(LANYARD.areas)


@pytest.mark.parametrize(
    "text", ["7:1", "7:1,2,3", "luna", "7:-1,2", "7:1.5,2", ":1,2", "7:1000,2", "7:١,٢", "1e3", "7: 1,2"]
)
def test_what_is_no_place_is_refused(text):
    with pytest.raises(NotAPlace):
        read_placed(text, JACKET, [7])


def test_a_pin_that_is_not_there_is_refused_and_a_second_copy_of_one_left_out():
    with pytest.raises(NoSuchPin):
        read_placed("8", JACKET, [7])

    assert [one.pin for one in read_placed("7;7;7", JACKET, [7, 7])] == [7, 7]


def test_more_than_the_most_are_refused():
    with pytest.raises(TooManyPins):
        read_placed(";".join(["7"] * (MOST_PINS + 1)), JACKET, [7] * 20)
