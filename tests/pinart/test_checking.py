import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import ndimage

from pinart.failing_motifs import FAILING, drawn, plain
from storefront.demo.motifs import MOTIFS
from storefront.demo.shapes import oval
from storefront.pinart.artwork import AIR, METAL, Artwork
from storefront.pinart.checking import Limits, Rule, press_check, read_findings
from storefront.pinart.picture import Look, front
from storefront.pinart.piece import lay_out
from storefront.pinart.regions import SUPERSAMPLE, cut_regions
from storefront.pinart.widths import cell_check, gap_check, line_check

SIZE = 600  # of the sheets drawn on: every millimetre is measured on ten pixels and more

each_failing = pytest.mark.parametrize("motif", FAILING, ids=lambda motif: motif.rule.value)


@pytest.fixture(scope="module")
def laid_out():
    """A demo motif, laid out once."""
    return cache(lambda motif: lay_out(motif.artwork(SIZE), 40))


@pytest.fixture(scope="module")
def checked():
    """Every failing motif's report, checked once."""
    return {motif.rule: press_check(motif.artwork(SIZE), motif.millimetres) for motif in FAILING}


def a_plate_with_a_stroke(width):
    """A pixel of it is 0.02 mm in a piece of 40 mm."""
    ids = np.ones((320, 1952), np.uint8)
    ids[60:-60, 976 : 976 + width] = METAL
    return Artwork(ids, {1: (200, 40, 50)})


def a_mosaic(seed, colours=4, side=400):
    """Cells of all sizes and no lines of their own."""
    rng = np.random.default_rng(seed)
    seeds = np.full((side, side), 0, np.uint8)
    count = int(rng.integers(8, 90))
    seeds[tuple(rng.integers(0, side, (2, count)))] = rng.integers(1, colours + 1, count)
    nearest = ndimage.distance_transform_edt(seeds == 0, return_distances=False, return_indices=True)
    ids = seeds[tuple(nearest)]
    return Artwork(ids, {int(region): (40 * int(region), 90, 120) for region in np.unique(ids)})


def where(mark_or_picture):
    return np.asarray(mark_or_picture)[..., 3] > 0


def test_every_rule_has_a_drawing_that_fails_it():
    assert {motif.rule for motif in FAILING} == set(Rule)


@each_failing
def test_a_drawing_fails_its_rule_and_no_other(motif, checked):
    assert [check.name for check in checked[motif.rule].warnings] == [motif.rule]


@pytest.mark.parametrize("motif", [motif for motif in FAILING if motif.mends], ids=lambda motif: motif.rule.value)
def test_at_the_size_that_mends_it_a_drawing_passes(motif, checked):
    mending = checked[motif.rule].check(motif.rule).mend_millimetres

    assert mending == int(mending) != motif.millimetres
    assert press_check(motif.artwork(SIZE), mending).warnings == ()


@pytest.mark.parametrize("rule", [Rule.LINE, Rule.CELL, Rule.GAP, Rule.HOLE, Rule.CROWDING, Rule.SHORTEST])
def test_a_millimetre_below_the_size_that_mends_it_a_drawing_fails_still(rule, checked):
    motif = next(motif for motif in FAILING if motif.rule is rule)
    mending = checked[rule].check(rule).mend_millimetres

    assert [check.name for check in press_check(motif.artwork(SIZE), mending - 1).warnings] == [rule]


@pytest.mark.parametrize("motif", [motif for motif in FAILING if not motif.mends], ids=lambda motif: motif.rule.value)
def test_what_no_size_mends_names_none(motif, checked):
    assert checked[motif.rule].check(motif.rule).mend_millimetres is None


def test_a_plain_drawing_fails_nothing():
    report = press_check(drawn(plain, SIZE), 40)

    assert report.warnings == ()
    assert report.check(Rule.CELLS).value == 2
    assert report.check(Rule.COLOURS).value == 2
    assert max(report.sides) == pytest.approx(40)


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)
@pytest.mark.parametrize("check", [line_check, cell_check, gap_check])
def test_what_passes_at_one_size_passes_at_every_larger_one(motif, check, laid_out):
    checks = [check(replace(laid_out(motif), millimetres=size), Limits()) for size in range(20, 51, 10)]

    verdicts, values = [found.verdict for found in checks], [found.value for found in checks]
    assert verdicts == sorted(verdicts, reverse=True)  # "warn" first
    assert values == sorted(values)
    assert [bool(found.marks) for found in checks] == [verdict == "warn" for verdict in verdicts]
    assert len({found.mend_millimetres for found in checks} - {None}) <= 1


def test_a_corner_that_lines_cut_off_is_struck_as_metal_and_a_dot_as_small_is_a_cell():
    def with_triangle(sheet):
        plain(sheet)
        sheet.cell([(250, 480), (276, 480), (250, 506)], 3)

    def with_dot(sheet):
        plain(sheet)
        sheet.cell(oval((250, 500), 8, 8), 3)

    triangle, dot = (press_check(drawn(sheet, 1200), 20) for sheet in (with_triangle, with_dot))

    assert triangle.warnings == ()
    assert [check.name for check in dot.warnings] == [Rule.CELL]


def test_a_promised_size_holds_where_much_is_too_narrow():
    art = next(motif for motif in MOTIFS if motif.key == "cactus").artwork(500)
    promised = [check for check in press_check(art, 16).warnings if check.mend_millimetres]

    assert promised
    for check in promised:
        assert press_check(art, check.mend_millimetres).check(check.name).verdict == "pass"


@pytest.mark.parametrize("width", [7, 8])
def test_two_hundredths_of_a_millimetre_are_told_apart_at_forty(width):
    line = press_check(a_plate_with_a_stroke(width), 40).check(Rule.LINE)

    assert line.verdict == ("warn" if width == 7 else "pass")
    assert line.value == pytest.approx(width * 0.02, abs=0.011)


def test_a_piece_of_twice_the_size_has_lines_of_twice_the_width(checked):
    art = next(motif for motif in FAILING if motif.rule is Rule.LINE).artwork(SIZE)
    finer = Limits(line=0.075)

    small, large = press_check(art, 10, finer), press_check(art, 20)

    assert large.check(Rule.LINE).value == pytest.approx(2 * small.check(Rule.LINE).value, abs=0.02)


def test_the_limits_are_the_makers():
    cells = next(motif for motif in FAILING if motif.rule is Rule.CELL)

    report = press_check(cells.artwork(SIZE), cells.millimetres, replace(Limits(), cell=0.15))

    assert report.warnings == ()


def test_a_cell_is_named_by_its_colour_and_counted_once(checked):
    cells = checked[Rule.CELL].check(Rule.CELL)

    assert cells.regions == (3,)
    assert cells.count == 2
    assert cells.value == pytest.approx(0.2, abs=0.04)


def test_lines_gaps_parts_and_holes_are_counted(checked):
    counts = {
        rule: checked[rule].check(rule).count for rule in (Rule.LINE, Rule.GAP, Rule.PARTS, Rule.HOLE, Rule.HOLES)
    }

    assert counts == {Rule.LINE: 2, Rule.GAP: 1, Rule.PARTS: 1, Rule.HOLE: 2, Rule.HOLES: 14}


@pytest.mark.parametrize("rule", [Rule.LINE, Rule.CELL, Rule.GAP, Rule.PARTS, Rule.HOLE, Rule.KEPT])
def test_a_ring_around_what_is_found_leaves_it_to_be_seen(rule, checked):
    motif = next(motif for motif in FAILING if motif.rule is rule)
    art, size = motif.artwork(SIZE), 300
    marks = where(checked[rule].marks(size))

    regions = cut_regions(art, size)
    expected = {
        Rule.LINE: lambda: _strokes(size, (250, 332, 668), (750, 332, 668)),
        Rule.CELL: lambda: _on_canvas(regions.cells == 3, regions.place, size),
        Rule.GAP: lambda: _strokes(size, (500, 88, 312)),
        Rule.PARTS: lambda: _on_canvas(_smallest_part(regions.silhouette), regions.place, size),
        Rule.HOLE: lambda: _on_canvas(_holes(regions.silhouette), regions.place, size),
        Rule.KEPT: lambda: _on_canvas(regions.cells == 2, regions.place, size),
    }[rule]()

    assert expected.any()
    ringed = ndimage.binary_fill_holes(marks)
    assert (ringed & expected).sum() > 0.9 * expected.sum()
    assert (marks & expected).sum() < 0.1 * expected.sum()
    assert ndimage.distance_transform_edt(~expected)[marks].max() < 9


def test_marks_show_on_any_metal_and_without_seeing_colour(checked):
    marks = checked[Rule.CELL].marks(300)

    colours = {tuple(rgb) for rgb in np.asarray(marks)[where(marks)][:, :3].tolist()}
    assert {(196, 22, 28), (255, 255, 255), (22, 22, 21)} <= colours


def test_marks_stay_on_the_piece_they_are_laid_over(checked):
    art = next(motif for motif in FAILING if motif.rule is Rule.CELL).artwork(SIZE)
    picture = front(art, Look("gold", "soft"), 120)
    marks = checked[Rule.CELL].marks(120)

    assert marks.size == picture.size
    assert marks.mode == "RGBA"
    assert not (where(marks) & ~where(picture)).any()


def test_only_some_findings_can_be_marked(checked):
    report = checked[Rule.CELL]

    assert not where(report.marks(200, Rule.GAP)).any()
    assert (where(report.marks(200, Rule.CELL)) == where(report.marks(200))).all()


def test_nothing_is_marked_where_nothing_is_wrong():
    assert not where(press_check(drawn(plain, SIZE), 40).marks(200)).any()


def test_a_report_is_read_back_from_json(checked):
    report = checked[Rule.CELL]

    told = read_findings(json.loads(json.dumps(report.as_json())))

    assert told.checks == report.checks
    assert told.alike == report.alike
    assert told.millimetres == report.millimetres
    assert told.warnings == report.warnings


def test_colours_that_only_the_line_parts_are_found():
    ids = np.repeat(np.array([1, 2, 3], np.uint8), 100)[None].repeat(300, axis=0)
    art = Artwork(ids, {1: (40, 90, 60), 2: (48, 100, 70), 3: (250, 240, 220)})

    (pair,) = press_check(art, 30).alike

    assert (pair.one, pair.other) == (1, 2)


@pytest.mark.parametrize("seed", range(4))
def test_every_colour_keeps_four_fifths_of_its_area_or_the_check_says_so(seed):
    art = a_mosaic(seed)

    kept = press_check(art, 40).check(Rule.KEPT)

    regions = cut_regions(art, 500)
    before = np.bincount(art.ids.ravel(), minlength=256) * (0.8 * regions.place.canvas / max(art.ids.shape)) ** 2
    after = np.bincount(regions.cells.ravel(), minlength=256)
    shares = {region: 100 * after[region] / before[region] for region in art.colours}
    for region, share in shares.items():
        assert (region in kept.regions) == (share < 80) or abs(share - 80) < 1.5
    assert (kept.verdict == "warn") == bool(kept.regions)


def test_metal_without_enamel_is_checked_too():
    y, x = np.mgrid[:300, :300] - 150
    art = Artwork(np.where(np.hypot(x, y) < 140, METAL, AIR).astype(np.uint8), {})

    report = press_check(art, 30)

    assert [check.name for check in report.warnings] == [Rule.COVERAGE]


@pytest.mark.parametrize("millimetres", [5, 150])
def test_the_smallest_and_the_largest_size_are_checked(millimetres):
    report = press_check(drawn(plain, 300), millimetres)

    assert report.check(Rule.LONGEST).value == millimetres


def _strokes(size, *strokes):
    """Where strokes from top to bottom of the sheet's disc, 810 of its units wide, come to lie on a picture."""
    picture = np.zeros((size, size), bool)
    scale = 0.8 * size / 810
    for x, top, bottom in strokes:
        rows = slice(round((0.485 * size) + (top - 500) * scale), round((0.485 * size) + (bottom - 500) * scale))
        picture[rows, round(0.5 * size + (x - 500) * scale)] = True
    return picture


def _holes(silhouette):
    return ndimage.binary_fill_holes(silhouette) & ~silhouette


def _smallest_part(silhouette):
    parts, _ = ndimage.label(silhouette)
    return parts == np.argmin(np.bincount(parts.ravel())[1:]) + 1


def _on_canvas(mask, place, size):
    canvas = np.zeros((size, size), bool)
    rows, columns = np.nonzero(mask)
    canvas[(rows + place.top) // SUPERSAMPLE, (columns + place.left) // SUPERSAMPLE] = True
    return canvas
