"""The wall as the chooser: two people press the same number; and a number that goes while somebody looks at it."""

import re

from playwright.sync_api import expect

from journeys.buying import HOLD_PAGE, number
from storefront.catalog.editions import NumberPolicy


def pick(page, n):
    page.locator("ol[data-wall=numbered] li").nth(n - 1).locator("a").click()


def ready(page, drop):
    """The page, with what its script needs to press."""
    page.goto(drop)
    expect(page.locator("form[data-hold] button.buy")).to_be_visible()
    return page


def still(page):
    """From now on this page hears no news: what it shows grows old."""
    page.route("**/live.json", lambda route: route.abort("aborted"))


def test_two_who_press_the_same_number_one_gets_it_and_the_other_stays_at_the_wall(
    newcomer, shop, an_open_drop, expected, picture
):
    drop = an_open_drop(size=20, policy=NumberPolicy.PICK)
    expected.add(409)
    one, other = (ready(newcomer(), drop) for _ in range(2))
    still(other)

    pick(one, 17)
    expect(one).to_have_url(HOLD_PAGE)
    expect(number(one, 17, 20)).to_be_visible()
    pick(other, 17)

    expect(other.locator("[data-gone]")).to_have_text(
        "Someone was faster: number 17 is gone. Pick another one; nothing was charged."
    )
    assert other.url.endswith(drop)
    picture(other, "picked-too-late")
    pick(other, 18)
    expect(other).to_have_url(HOLD_PAGE)
    expect(number(other, 18, 20)).to_be_visible()
    assert shop.contradictions() == []


def test_the_button_asks_for_the_number_it_shows_and_no_other_is_given(newcomer, shop, an_open_drop, expected):
    drop = an_open_drop(size=20, policy=NumberPolicy.PICK)
    expected.add(409)
    one, other = (ready(newcomer(), drop) for _ in range(2))
    still(other)
    one.locator("button.buy").click()
    expect(number(one, 1, 20)).to_be_visible()

    other.locator("button.buy").click()

    expect(other.locator("[data-gone]")).to_contain_text("number 1 is gone")
    expect(other.locator("button.buy")).to_contain_text(re.compile("Hold number"))
    assert other.url.endswith(drop)
    assert shop.contradictions() == []


def test_without_script_the_press_says_so_and_leads_back_to_the_wall(newcomer, shop, an_open_drop, expected):
    drop = an_open_drop(size=20, policy=NumberPolicy.PICK)
    expected.add(409)
    one, other = (newcomer(java_script_enabled=False) for _ in range(2))
    for page in (one, other):
        page.goto(drop)
        pick(page, 17)
        expect(number_of_choice(page)).to_contain_text("17")
    one.get_by_role("button", name="Hold number 17").click()
    expect(number(one, 17, 20)).to_be_visible()

    other.get_by_role("button", name="Hold number 17").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Someone was faster")
    other.get_by_role("link", name="Pick another number").click()
    assert re.search(r"#numbers-\d+$", other.url)
    pick(other, 18)
    other.get_by_role("button", name="Hold number 18").click()

    expect(number(other, 18, 20)).to_be_visible()
    assert shop.contradictions() == []


def test_the_next_number_went_while_somebody_looked_and_they_are_told(newcomer, shop, an_open_drop, picture):
    drop = an_open_drop(size=20)
    one, other = (ready(newcomer(), drop) for _ in range(2))
    still(other)
    one.locator("button.buy").click()
    expect(number(one, 1, 20)).to_be_visible()

    other.locator("button.buy").click()

    expect(number(other, 2, 20)).to_be_visible()
    expect(other.locator("main")).to_contain_text("You hold 2; 1 went a moment ago.")
    expect(other).to_have_url(HOLD_PAGE)
    picture(other, "hold-another")
    assert shop.contradictions() == []


def number_of_choice(page):
    return page.locator("main form button")
