"""What people do besides the straight way: two tabs, a second click, the back button, no mouse."""

import re

from playwright.sync_api import expect

from journeys.buying import (
    GOOD_CARD,
    HOLD_PAGE,
    ORDER_PAGE,
    PAY_PAGE,
    give_card,
    go_and_pay,
    hold_next,
    number,
    see_total,
)
from journeys.keyboard import tab_to


def test_closing_the_tab_and_coming_back_shows_the_same_hold(newcomer, shop, an_open_drop):
    drop = an_open_drop()
    page = newcomer()
    hold_next(page, drop)
    hold_url = page.url

    again = page.context.new_page()
    page.close()
    again.goto(drop)
    again.get_by_role("link", name="You hold number 1 of 3").click()

    expect(again).to_have_url(hold_url)
    expect(number(again, 1, 3)).to_be_visible()


def test_a_double_click_is_one_hold(newcomer, shop, an_open_drop):
    page = newcomer()
    page.goto(an_open_drop(per_person=2))

    page.locator("form[data-hold] button.buy").dblclick()

    expect(page).to_have_url(HOLD_PAGE)
    page.goto("/me")
    expect(page.locator("main li")).to_have_count(1)
    assert shop.contradictions() == []


def test_a_second_tab_leads_back_to_the_number_already_held(newcomer, an_open_drop, expected, picture):
    drop = an_open_drop()
    first = newcomer()
    second = first.context.new_page()
    for page in (first, second):
        page.goto(drop)
        expect(page.locator("form[data-hold] button.buy")).to_be_visible()
    expected.add(409)

    first.locator("button.buy").click()
    expect(first).to_have_url(HOLD_PAGE)
    second.locator("button.buy").click()

    expect(second.get_by_role("heading", level=1)).to_have_text("One person, so many pins")
    picture(second, "refused-limit")
    second.locator(".lines").get_by_role("link").click()
    expect(second).to_have_url(first.url)


def test_the_back_button_leads_from_the_pay_page_to_a_way_on(newcomer, shop, an_open_drop, picture):
    page = newcomer()
    hold_next(page, an_open_drop())
    see_total(page)
    go_and_pay(page)
    pay_url = page.url

    page.go_back()
    expect(page.get_by_role("heading", level=1, name="The total, and where it goes")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page).to_have_url(pay_url)
    page.get_by_role("link", name="Back to the shop").click()
    expect(page.locator(".state")).to_contain_text("Number 1 is being paid")
    picture(page, "hold-paying")
    page.get_by_role("link", name="Go on paying").click()
    expect(page).to_have_url(pay_url)
    give_card(page, GOOD_CARD)

    expect(page).to_have_url(ORDER_PAGE)
    assert shop.contradictions() == []


def test_a_keyboard_is_enough(newcomer, shop, an_open_drop):
    page = newcomer()
    page.goto(an_open_drop())
    expect(page.locator("form[data-hold] button.buy")).to_be_visible()

    tab_to(page, "button.buy")
    page.keyboard.press("Enter")
    expect(page).to_have_url(HOLD_PAGE)
    for name, words in (("email", "keys@example.org"), ("name", "A Buyer")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(words)
    tab_to(page, "[name=country]")
    page.keyboard.type("Portu")
    for name, words in (("line1", "Rua 1"), ("postcode", "1000-001"), ("city", "Lisboa")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(words)
    tab_to(page, "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="The total, and where it goes")).to_be_visible()
    tab_to(page, "form button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(PAY_PAGE)
    for name, words in (("number", GOOD_CARD), ("expiry", "1234"), ("code", "123"), ("name", "A Buyer")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(words)
    page.keyboard.press("Enter")

    expect(page).to_have_url(ORDER_PAGE)
    expect(number(page, 1, 3)).to_be_visible()
    assert shop.contradictions() == []
