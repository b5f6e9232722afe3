"""Actual size: the comparison in words and drawn, without script and without a picture."""

import pytest

from shopfront import hang
from storefront.web.actual_size import actual_size


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (10, "an eighth of a bank card wide"),
        (22, "a quarter of a bank card wide"),
        (30, "a third of a bank card wide"),
        (38, "half a bank card wide"),
        (57, "two thirds of a bank card wide"),
        (65, "three quarters of a bank card wide"),
        (86, "as wide as a bank card"),
        (110, "wider than a bank card"),
    ],
)
def test_a_width_is_compared_with_a_bank_card(app, width, words):
    with app.test_request_context("/"):
        assert words in actual_size("w × h mm", (width, 20), None).words


def test_the_drawing_holds_card_and_pin_at_one_scale(app):
    with app.test_request_context("/"):
        small, large = (actual_size("", size, None) for size in ((38, 36), (90, 70)))

    assert (small.across, small.down) == (85.6, 53.98)
    assert (large.across, large.down) == (104, 70)
    assert (large.x, large.y) == (52, 35)


def test_a_drops_page_compares_each_pin_and_has_one_slider(client, database):
    with database.transaction() as session:
        luna = hang(session, {}, {})

    client.get(luna.url)

    page = client.page
    assert len(page.select("svg[data-mm]")) == 2
    assert len(page.select("input[data-card]")) == 1
    assert "38 × 36 mm, about half a bank card wide." in page.get_text(" ", strip=True)
    assert [a["href"] for a in page.select("a[href^='#size-']")] == [f"#size-{e.id}" for e in luna.editions]
    assert page.select_one(f"a[href='{luna.url}/wear']").get_text(strip=True) == "Wear it"


def test_a_pin_without_a_picture_is_drawn_as_its_outline(client, database):
    with database.transaction() as session:
        luna = hang(session, pictured=False)

    client.get(luna.url)

    edge = client.page.select_one("svg[data-mm] .pin-edge")
    assert (edge["width"], edge["height"]) == ("38.0", "36.0")
    assert client.page.select(f"a[href='{luna.url}/wear']") == []


def test_the_drawing_asks_for_no_picture_of_its_own_before_the_page_is_painted(client, database):
    with database.transaction() as session:
        luna = hang(session)

    client.get(luna.url)

    page = client.page
    first, plain = page.select_one("svg[data-mm] image")["href"], page.select_one("noscript svg image")["href"]
    assert first == page.select_one(".wall img")["src"]  # which the page has anyway
    assert plain != first
