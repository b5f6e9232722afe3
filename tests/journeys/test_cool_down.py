"""Holding and giving back, again and again, seen by the one who does it."""

import re

from playwright.sync_api import expect

from journeys.buying import HOLD_PAGE


def press(page, drop):
    page.goto(drop)
    page.locator("form[data-hold] button.buy").click()


def test_who_lets_two_numbers_go_is_asked_to_wait_and_told_how_long(newcomer, an_open_drop, expected, picture):
    page, drop = newcomer(), an_open_drop()
    for _ in range(2):
        press(page, drop)
        page.get_by_role("button", name=re.compile("back", re.IGNORECASE)).click()
        expect(page.get_by_text("The number is free again")).to_be_visible()
    expected.add(429)

    press(page, drop)

    expect(page.get_by_role("heading", level=1)).to_have_text("Others get a chance first")
    expect(page.locator("main")).to_contain_text("again in 20 minutes")
    picture(page, "refused-pause")
    assert HOLD_PAGE.search(page.url) is None
