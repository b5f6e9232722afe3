"""Time against the buyer: a hold that lapses on the payment page, and a payment in the last second."""

from playwright.sync_api import expect
from sqlalchemy import select

from journeys.buying import (
    GOOD_CARD,
    HOLD_PAGE,
    ORDER_PAGE,
    give_card,
    go_and_pay,
    hold_next,
    number,
    see_total,
)
from journeys.live_shop import eventually
from storefront.inventory.holds import Hold, HoldState

LAPSE = {"minutes": 10, "seconds": 46}  # the hold's time, and the grace after it


def refuse_to_expire(shop):
    """Stripe answers nothing about ending a payment page, however often it is asked."""
    shop.sandbox.fault("error_before", method="POST", path="*/expire", times=1000)


def is_on_its_way_back(shop):
    with shop.database.reading() as session:
        state = session.scalars(select(Hold.state).order_by(Hold.id)).first()
    return state is HoldState.RELEASING and shop.sandbox.requests("checkout.sessions.expire") > 1


def test_a_number_returns_only_when_stripe_says_the_payment_page_is_closed(newcomer, shop, an_open_drop, picture):
    drop = an_open_drop()
    slow, other = newcomer(), newcomer()
    hold_next(slow, drop)
    hold_url = slow.url
    see_total(slow)
    go_and_pay(slow)
    refuse_to_expire(shop)

    shop.skip(**LAPSE)
    eventually(lambda: is_on_its_way_back(shop))
    other.goto(drop)
    expect(other.locator(".offer")).to_contain_text("2 of 3 left.")
    watching = slow.context.new_page()
    watching.goto(hold_url)
    expect(watching.locator(".state")).to_contain_text("Number 1 is on its way back")
    picture(watching, "hold-giving-back")

    shop.sandbox.world.faults.clear()
    shop.skip(minutes=1)
    expect(other.locator(".offer")).to_contain_text("3 of 3 left.")
    hold_next(other, drop)
    expect(number(other, 1, 3)).to_be_visible()

    give_card(slow, GOOD_CARD)
    expect(slow.get_by_role("heading", name="This payment page has ended")).to_be_visible()
    slow.get_by_role("link", name="Back to the shop").click()
    expect(slow.locator(".state")).to_contain_text("Number 1 is gone")
    picture(slow, "hold-lost")
    slow.get_by_role("button", name="Number 2 is free: hold it").click()
    expect(slow).to_have_url(HOLD_PAGE)
    expect(number(slow, 2, 3)).to_be_visible()
    expect(slow.get_by_label("Street and number")).to_have_value("Rua 1")
    assert [row["status"] for row in shop.sandbox.rows("checkout.session")] == ["expired"]
    assert shop.sandbox.rows("charge") == []
    assert shop.contradictions() == []


def test_time_that_ends_while_looking_at_the_total_can_be_given_once_more(newcomer, shop, an_open_drop, picture):
    page = newcomer()
    hold_next(page, an_open_drop())
    shop.skip(minutes=9, seconds=52)
    see_total(page)

    expect(page).to_have_url(HOLD_PAGE, timeout=20_000)
    expect(page.locator(".state")).to_contain_text("The time for number 1 is up")
    picture(page, "hold-time-up")
    page.get_by_role("button", name="I need more time").click()

    expect(page.locator(".state")).to_contain_text("Number 1 is held for you")
    see_total(page)
    page.get_by_role("button", name="I need more time").click()
    expect(page.get_by_role("status").first).to_contain_text("Ten more minutes")
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_label("Street and number")).to_have_value("Rua 1")
    picture(page, "hold-changing")
    assert shop.contradictions() == []


def test_who_pays_in_the_last_second_owns_the_number(newcomer, shop, an_open_drop):
    drop = an_open_drop()
    page = newcomer()
    hold_next(page, drop)
    see_total(page)
    go_and_pay(page)
    refuse_to_expire(shop)
    shop.skip(**LAPSE)
    eventually(lambda: is_on_its_way_back(shop))

    give_card(page, GOOD_CARD)
    expect(page).to_have_url(ORDER_PAGE)
    expect(number(page, 1, 3)).to_be_visible()
    shop.sandbox.world.faults.clear()
    shop.skip(minutes=1)

    page.reload()
    expect(page.locator("main")).to_contain_text("Paid. It is yours.")
    assert "Rua 1" in shop.mail_to("buyer@example.org", "Your order")
    assert shop.sandbox.rows("refund") == []
    assert shop.contradictions() == []
