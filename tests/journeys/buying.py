"""A buyer's steps, each from the page where it can be done to the page it leads to."""

import re

from playwright.sync_api import expect

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
CARD_WITH_3D_SECURE = "4000 0027 6000 3184"
ADDRESS = {
    "E-mail": "buyer@example.org",
    "Full name": "A Buyer",
    "Street and number": "Rua 1",
    "Postcode": "1000-001",
    "Town": "Lisboa",
}
HOLD_PAGE = re.compile(r"/holds/\d+$")
PAY_PAGE = re.compile(r"/c/pay/cs_test_\w+$")
ORDER_PAGE = re.compile(r"/orders/[^/?]+$")


def fill(page, values):
    """Type into fields by their labels, whether they must be filled or not."""
    for label, value in values.items():
        page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).fill(value)


def number(page, n, of):
    """The page's own number, read as a screen reader would."""
    return page.locator("h1").get_by_role("img", name=f"number {n} of {of}", exact=True)


def hold_next(page, drop):
    """Press the drop page's button; the page of the hold."""
    page.goto(drop)
    page.locator("form[data-hold] button.buy").click()
    expect(page).to_have_url(HOLD_PAGE)


def see_total(page, **changes):
    fill(page, {**ADDRESS, **changes})
    page.get_by_label("Country").select_option("Portugal")
    page.get_by_role("button", name="See the total").click()
    expect(page.get_by_role("heading", level=1, name="The total, and where it goes")).to_be_visible()


def go_and_pay(page):
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page).to_have_url(PAY_PAGE)


def give_card(page, card):
    """On the pay page: type a card and press pay."""
    fill(page, {"Card number": card, "Expiry (MM / YY)": "12 / 34", "Security code": "123", "Name on card": "A Buyer"})
    page.get_by_role("button", name=re.compile("^Pay ")).click()
