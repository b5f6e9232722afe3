"""What an artist reads about their drawing: why it is not flat, and what becomes of its colours."""

from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import Babel

from storefront.catalog.press_plans import BARE_METAL, ColourPlan
from storefront.web.studio.artwork_words import counted, not_flat
from studio import a_plan


@pytest.fixture(autouse=True)
def in_a_language():
    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("reason", "fading", "textured", "said"),
    [
        ("gradient", 0.998, 0.0, "Almost all of it runs softly from one colour to another (99%)."),
        ("gradient", 0.6, 0.1, "Most of it runs softly"),
        ("photograph", 0.1, 0.304, "Much of it changes from spot to spot, as a photograph does (30%)."),
        ("empty", 0.0, 0.0, "Nothing is drawn on it"),
    ],
)
def test_what_is_not_flat_is_said_as_a_person_would(reason, fading, textured, said):
    words = not_flat(reason, {"share": 0.1, "limit": 0.89, "fading": fading, "textured": textured})

    assert words.startswith(said)
    assert reason == "empty" or words.endswith(
        "A pin is made of areas of one colour each: at least 89% of its drawing."
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [((), "2 colours in the drawing"), ((BARE_METAL,), "3 colours in the drawing, 2 of them enamel")],
)
def test_drawn_colours_and_enamels_are_told_apart(lines, said):
    plan = a_plan()
    more = tuple(ColourPlan("#161615", joins=joins) for joins in lines)

    assert counted(replace(plan, colours=plan.colours + more)) == said
