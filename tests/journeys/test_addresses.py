"""The address form in a browser: it follows the country by itself, and Enter sends it where it can't."""

import pytest
from playwright.sync_api import expect

from journeys.buying import hold_next


@pytest.fixture
def engine_name():
    return "sqlite"  # a form's own behaviour


def test_the_form_follows_the_country_and_keeps_what_is_typed_meanwhile(newcomer, an_open_drop):
    page = newcomer()
    hold_next(page, an_open_drop())
    expect(page.get_by_role("button", name="Use this country")).to_be_hidden()

    page.get_by_label("Country").select_option("US")
    page.get_by_label("Town").fill("Berkeley")
    expect(page.get_by_label("ZIP code")).to_be_visible()
    expect(page.get_by_label("Town")).to_have_value("Berkeley")
    page.get_by_label("Country").select_option("AE")
    expect(page.get_by_label("Emirate")).to_be_visible()
    expect(page.get_by_label("Town", exact=True)).to_be_hidden()
    page.get_by_label("Country").select_option("US")

    expect(page.get_by_label("Town")).to_have_value("Berkeley")


def test_without_script_enter_sends_the_form_and_does_not_only_choose_the_country(newcomer, an_open_drop, expected):
    expected.add(422)
    page = newcomer(java_script_enabled=False)
    page.goto(an_open_drop())
    page.locator("main").get_by_role("link", name="Hold").first.click()
    page.locator("main form button").first.click()
    page.get_by_label("Country").select_option("US")
    page.get_by_role("button", name="Use this country").click()
    expect(page.locator(".error")).to_have_count(0)

    page.get_by_label("ZIP code").fill("123")
    page.get_by_label("ZIP code").press("Enter")

    expect(page.locator("#errors")).to_contain_text("Check the ZIP code")
    expect(page.get_by_label("ZIP code")).to_have_value("123")
