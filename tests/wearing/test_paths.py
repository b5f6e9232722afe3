from itertools import pairwise
from math import hypot

import pytest

from storefront.wearing.paths import dashed, flatten, mirrored


def _length(line):
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line))


def test_a_path_becomes_points_and_a_closed_one_ends_where_it_began():
    (outline, stroke) = flatten("M0,0 L10,0 10,10 Z M2,2 L4,2")

    assert outline == [(0, 0), (10, 0), (10, 10), (0, 0)]
    assert stroke == [(2, 2), (4, 2)]


@pytest.mark.parametrize("path", ["M0,0 Q5,10 10,0", "M0,0 C0,10 10,10 10,0"])
def test_a_curve_begins_and_ends_at_its_points_and_reaches_its_middle(path):
    (line,) = flatten(path)

    assert (line[0], line[-1]) == ((0, 0), (10, 0))
    assert line[len(line) // 2][0] == pytest.approx(5)
    assert max(y for _x, y in line) == pytest.approx(5 if "Q" in path else 7.5)


def test_a_path_mirrored_twice_is_itself():
    path = "M10,5 C20,6 30,7 40.5,8 L1,2 Q3,4 5,6 Z"

    assert flatten(mirrored(mirrored(path, 360), 360)) == flatten(path)
    assert flatten(mirrored("M10,5 L12,5", 360)) == [[(350, 5), (348, 5)]]


def test_a_dashed_line_draws_its_share_around_corners():
    line = [(0, 0), (10, 0), (10, 10)]

    pieces = list(dashed(line, 3, 2))

    assert [round(_length(piece), 6) for piece in pieces] == [3, 3, 3, 3]
    assert pieces[0] == [(0, 0), (3, 0)]
    assert pieces[2] == [(10, 0), (10, 3)]
