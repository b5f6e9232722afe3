from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from storefront.pinart.alike import Alike
from storefront.pinart.checking import Check, Findings, Rule
from storefront.web.press_words import answers, lines, listed, sentence

NAMES = ("Jade", "Fern", "Clay")


@pytest.fixture(autouse=True)
def in_a_language():
    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        yield


def a_check(rule, verdict="pass", **other):
    return Check(rule, other.pop("value", 0.2), other.pop("limit", 0.3), other.pop("unit", "mm"), verdict, **other)


def findings(*warned, alike=()):
    """Everything passes but what is warned of."""
    told = {check.name: check for check in warned}
    good = {rule: a_check(rule, value=1, limit=5, count=6) for rule in Rule}
    return Findings(38, (38, 36), tuple({**good, **told}.values()), tuple(alike))


def a_narrow_cell(count=1, size=47.0):
    return a_check(Rule.CELL, "warn", value=0.24, regions=(1, 3), count=count, mend_millimetres=size)


@pytest.mark.parametrize("verdict", ["pass", "warn"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("rule", Rule)
def test_every_finding_is_a_sentence(rule, count, verdict):
    size = 55.0 if rule is Rule.LONGEST else None
    said = sentence(a_check(rule, verdict, count=count, regions=(1,), mend_millimetres=size), NAMES)

    assert said[0].isupper() or said[0].isdigit()
    assert said.endswith(".")
    assert "%(" not in said
    assert "%%" not in said


def test_a_warning_says_what_was_measured_where_and_what_mends_it():
    assert sentence(a_narrow_cell(), NAMES) == (
        "1 cell (Jade and Clay) is only 0.24 mm wide. It will close up. "
        "Make the pin 47 mm, or widen this cell, or join it with another."
    )
    assert sentence(a_narrow_cell(count=2), NAMES) == (
        "2 cells (Jade and Clay) are too narrow, down to 0.24 mm. They will close up. "
        "Make the pin 47 mm, or widen these 2 cells, or join them with others."
    )


def test_where_no_size_helps_none_is_named():
    said = sentence(a_narrow_cell(size=None), NAMES)

    assert said.endswith("Widen this cell, or join it with another.")
    assert "47" not in said


def test_a_line_thick_enough_says_how_thick_as_far_as_is_known():
    line = a_check(Rule.LINE, value=0.31, limit=0.15)

    assert sentence(line, NAMES) == "Thinnest metal line 0.31 mm. The limit is 0.15."
    assert sentence(replace(line, at_least=True), NAMES) == "No metal line is thinner than 0.31 mm. The limit is 0.15."


def test_colours_and_cells_share_a_line_while_both_are_well():
    said = [line.words for line in lines(findings(), NAMES)]

    assert "6 colours, 6 separate cells" in said


def test_what_warns_is_told_first():
    said = lines(findings(a_narrow_cell()), NAMES)

    assert [line.passes for line in said] == sorted(line.passes for line in said)
    assert said[0].rules == (Rule.CELL,)


def test_no_hole_is_told_of_once():
    holes = a_check(Rule.HOLES, value=0, limit=12, count=0)

    told = [rule for line in lines(findings(holes), NAMES) for rule in line.rules]

    assert Rule.HOLES in told
    assert Rule.HOLE not in told


def test_the_three_questions_have_good_answers_for_a_good_drawing():
    simple, crowded, helpful = answers(findings(), NAMES)

    assert (simple.short, simple.words) == ("Yes.", "At 38 mm every line, gap and hole can be struck and cut.")
    assert crowded.short == "No."
    assert crowded.words.startswith("Its 6 cells")
    assert helpful.words.startswith("Every colour stands out")


def test_the_three_questions_name_what_is_wrong():
    thin = a_check(Rule.LINE, "warn", value=0.1, limit=0.15, count=2, mend_millimetres=57.0)

    simple, crowded, helpful = answers(findings(thin, a_narrow_cell(), alike=[Alike(1, 2, 0.05)]), NAMES)

    assert simple.short == "Not yet."
    assert simple.words.startswith("2 metal lines")
    assert crowded.short == "Yes, in places."
    assert crowded.words.startswith("1 cell")
    assert helpful.short == "Between Jade and Fern."
    assert "around 1 narrow cell:" in helpful.words


@pytest.mark.parametrize(
    ("names", "said"), [((), ""), (("Jade",), "Jade"), (NAMES[:2], "Jade and Fern"), (NAMES, "Jade, Fern and Clay")]
)
def test_names_are_listed_as_one_says_them(names, said):
    assert listed(names) == said


def test_measures_are_written_as_the_language_writes_them():
    narrow = a_check(Rule.CELL, "warn", value=0.24, limit=0.3, regions=(1,), mend_millimetres=47.5)

    with force_locale("de"):
        told = sentence(narrow, NAMES)

    assert "0,24" in told
    assert "0.24" not in told
    assert "0.24" in sentence(narrow, NAMES), "and in English, the command line's language, with a point"
