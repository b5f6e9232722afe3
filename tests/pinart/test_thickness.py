from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.pinart.narrowest import Gauge
from storefront.pinart.thickness import blocks, shape
from storefront.pinart.thickness import narrow_places as find_narrow

SIDE = 160
Y, X = np.mgrid[:SIDE, :SIDE] - SIDE / 2

widths = st.floats(5, 16)
angles = st.floats(0, 90)
offsets = st.floats(-3, 3)


FINEST = 3


def narrowest(mask, widest=40):
    return Gauge(mask, widest).narrowest(FINEST)


def narrow_places(measured, limit, **kinds):
    return list(find_narrow(measured, limit, **kinds))


def a_bar(width, degrees=0.0, offset=0.0, length=400.0):
    """A bar through the middle, cut off by the picture unless it is shorter."""
    along = X * cos(radians(degrees)) + Y * sin(radians(degrees))
    aside = Y * cos(radians(degrees)) - X * sin(radians(degrees)) - offset
    return (np.abs(aside) < width / 2) & (np.abs(along) < length / 2)


def a_disc(radius, x=0.0, y=0.0):
    return np.hypot(X - x, Y - y) < radius


def a_wedge(degrees):
    """A triangle whose tip points down, as wide as the picture at its top."""
    return np.abs(X) < (SIDE / 2 - 5 - Y) * np.tan(radians(degrees / 2))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(widths, angles, offsets)
def test_a_bar_measures_its_width_whichever_way_it_lies(width, degrees, offset):
    bar = a_bar(width, degrees, offset)

    measured, _ = narrowest(bar)

    assert measured == pytest.approx(width, abs=1.2)
    assert len(Gauge(bar, 40).places(1.5 * width)) == 1


@settings(max_examples=30, deadline=None, derandomize=True)
@given(widths, st.floats(25, 60), offsets, offsets)
def test_a_ring_measures_its_width_wherever_it_lies(width, radius, x, y):
    ring = a_disc(radius + width / 2, x, y) & ~a_disc(radius - width / 2, x, y)

    measured, _ = narrowest(ring)

    assert measured == pytest.approx(width, abs=1.2)


@pytest.mark.parametrize("width", range(5, 15))
def test_a_bar_along_the_pixels_is_told_from_one_a_pixel_wider(width):
    bars = [a_bar(width + more, offset=(width + more + 1) % 2 / 2) for more in (0, 1)]

    narrow, wide = (shape(bar, 30).width.max() for bar in bars)

    assert narrow == width
    assert wide == width + 1


@pytest.mark.parametrize("width", [6, 9, 13])
def test_a_width_is_the_same_however_wide_the_widest_disc_that_matters(width):
    bar = a_bar(width, 30)

    measured = [narrowest(bar, widest).pixels for widest in (1.2 * width, 2 * width, 40)]

    assert measured[0] == measured[1] == measured[2]


def test_what_is_wider_than_what_matters_has_no_width():
    assert narrowest(a_bar(30), 12) == (None, ())


def test_what_is_too_narrow_for_the_finest_disc_is_measured_too():
    assert Gauge(a_bar(6, 20), 40).narrowest(12).pixels == pytest.approx(6, abs=1.2)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 1000), angles)
def test_frayed_edges_hardly_change_what_a_bar_measures(seed, degrees):
    bar = a_bar(12, degrees)
    edge = bar & ~a_bar(10.5, degrees)
    frayed = bar & ~(edge & (np.random.default_rng(seed).random(bar.shape) < 0.15))

    measured, _ = narrowest(frayed)

    assert measured == pytest.approx(11, abs=2)


@pytest.mark.parametrize("degrees", [8, 11, 15, 20, 30, 60, 90])
def test_a_point_is_no_narrow_place_however_sharp(degrees):
    assert narrow_places(shape(a_wedge(degrees), 20), 8) == []


def test_corners_are_no_narrow_places():
    square = (np.abs(X) + np.abs(Y)) < 60

    assert narrow_places(shape(square, 40), 30) == []


def test_a_whisker_is_narrow_and_a_stub_is_not():
    body = a_disc(30, x=-40)
    whisker, stub = (body | a_bar(6, length=length) & (X < 40) & (X > -40) for length in (80.0, 0.0))
    stub |= a_bar(6) & (X > -12) & (X < -4)

    assert len(narrow_places(shape(whisker, 20), 9)) == 1
    assert narrow_places(shape(stub, 20), 9) == []


def test_a_corner_beside_a_line_is_none_though_there_is_more_beyond_the_line():
    corner = a_wedge(8)
    beyond = (np.abs(X) < 50) & (np.abs(X) > (SIDE / 2 - 5 - Y) * np.tan(radians(4)) + 5)

    assert narrow_places(shape(corner | beyond, 30), 11) == []


def test_a_bridge_is_narrow_where_bridges_matter():
    dumbbell = a_disc(25, x=-32) | a_disc(25, x=32) | (a_bar(7) & (np.abs(X) < 30))
    measured = shape(dumbbell, 20)

    assert len(narrow_places(measured, 10)) == 1
    assert narrow_places(measured, 10, bridges=False) == []
    assert narrow_places(measured, 6) == []


def test_a_part_narrow_as_a_whole_counts_where_wholes_do():
    dots = a_disc(3, x=-30) | a_disc(20, x=30)
    measured = shape(dots, 20)

    assert len(narrow_places(measured, 9)) == 1
    assert narrow_places(measured, 9, wholes=False) == []


def test_a_place_lies_where_the_shape_is_narrow():
    necklace = a_disc(30, x=-45) | a_disc(30, x=45) | (a_bar(6) & (np.abs(X) < 45))

    (place,) = narrow_places(shape(necklace, 20), 10)

    rows, columns = np.nonzero(place.pixels)
    assert abs(columns + place.window[1].start - SIDE / 2).max() < 22
    assert abs(rows + place.window[0].start - SIDE / 2).max() <= 4


def test_blocks_keep_together_what_hangs_together():
    slanted = np.eye(9, dtype=bool)

    joined = blocks(slanted)

    assert joined.shape == (5, 5)
    assert joined.diagonal().all()
