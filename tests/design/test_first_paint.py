"""What a page's first picture waits for, as a phone on a thin line meets it."""

import re

import pytest
from bs4 import BeautifulSoup

from storefront import paths

PAGES = ["drop-scheduled", "drop-open", "drop-sold_out"]


@pytest.fixture(params=PAGES)
def shown(client, request):
    answer = client.get(f"/preview/{request.param}")

    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def test_one_picture_comes_first_and_is_painted_with_the_words(shown):
    (first,) = shown.select("main img[fetchpriority=high]")

    assert first["decoding"] == "sync"
    assert "loading" not in first.attrs
    assert first is shown.select_one("main .plinth img")


def test_every_other_picture_waits_until_it_is_near_and_keeps_its_place(shown):
    others = shown.select("main img:not([fetchpriority=high], .views img)")

    assert others
    assert [img for img in others if img.get("loading") != "lazy"] == []
    assert [img for img in shown.select("main img") if not (img.get("width") and img.get("height"))] == []


def test_one_style_sheet_and_no_script_stand_before_the_first_paint(shown):
    assert len(shown.select("head link[rel=stylesheet]")) == 1
    assert [script for script in shown.select("script[src]") if script.get("type") != "module"] == []


def test_the_back_is_not_fetched_while_the_front_is_shown():
    sheet = (paths.STATIC / "css" / "pages.css").read_text()
    rule = re.search(r'\.plinth:not\(:has\(\[value="back"\]:checked\)\) \.back \{([^}]*)\}', sheet)

    assert "display: none" in rule[1]  # a lazy picture that is only invisible is fetched all the same
