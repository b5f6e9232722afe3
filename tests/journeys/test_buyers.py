"""Buyers of several kinds, from the drop's page to the order."""

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
from people import PASSWORD, a_person


def test_a_signed_in_buyer_pays_two_pieces_in_one_order(newcomer, shop, an_open_drop, picture):
    drop = an_open_drop(per_person=2)
    with shop.database.transaction() as session:
        a_person(session, confirmed_at=shop.clock.now())
    page = newcomer()

    page.goto("/sign-in")
    picture(page, "sign-in")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/me$"))
    hold_next(page, drop)
    hold_next(page, drop)
    expect(page.get_by_label("E-mail")).to_have_value("ada@example.org")
    page.get_by_label("number 1").check()
    picture(page, "hold-two")
    see_total(page, **{"E-mail": "ada@example.org"})
    expect(page.locator("main")).to_contain_text("€61.50")  # twice €28.00, posted for €4.50 and €1.00 more
    picture(page, "review-two")
    go_and_pay(page)
    give_card(page, GOOD_CARD)

    expect(page).to_have_url(ORDER_PAGE)
    for n in (1, 2):
        expect(page.locator("ul.lines").get_by_role("img", name=f"number {n} of 3")).to_be_visible()
    picture(page, "order-two")
    assert [row["amount_total"] for row in shop.sandbox.rows("checkout.session")] == [6150]
    assert shop.contradictions() == []


def test_a_buyer_waits_for_the_payment_page_and_is_led_on(newcomer, shop, an_open_drop, expected, picture):
    expected.add(503)  # what the page that waits is, once Stripe has been away for some seconds
    page = newcomer()
    hold_next(page, an_open_drop())
    see_total(page)
    shop.sandbox.fault("error_before", method="POST", path="*/sessions", times=6)

    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", level=1, name="Your payment page is coming")).to_be_visible()
    picture(page, "wait")

    expect(page).to_have_url(PAY_PAGE, timeout=30_000)
    assert [row["status"] for row in shop.sandbox.rows("checkout.session")] == ["open"]
    assert shop.contradictions() == []


def test_a_buyer_without_script_does_everything(newcomer, shop, an_open_drop):
    page = newcomer(java_script_enabled=False)

    page.goto(an_open_drop())
    page.get_by_role("link", name="Hold number 1").click()
    page.get_by_role("button", name="Hold it").click()
    expect(page).to_have_url(HOLD_PAGE)
    see_total(page)
    go_and_pay(page)
    give_card(page, GOOD_CARD)

    expect(page).to_have_url(ORDER_PAGE)
    expect(number(page, 1, 3)).to_be_visible()
    assert "Rua 1" in shop.mail_to("buyer@example.org", "Your order")
    assert shop.contradictions() == []
