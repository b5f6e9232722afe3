"""The page that waits for the payment page: the place in line, the hold's clock, and what it says when Stripe is away."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront.inventory.holds import Hold
from storefront.orders.orders import Order
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.pacing import CallBucket
from web.test_checkout import drop, edition, hold, press_pay, tick  # noqa: F401  fixtures and one buyer's steps


@pytest.fixture
def no_call_free(database, clock):
    """Everybody who comes from now on has to queue."""
    with database.transaction() as session:
        session.add(CallBucket(name="stripe", full_at=clock.now() + timedelta(seconds=1)))


@pytest.fixture
def in_line(app, drop, edition, no_call_free):  # noqa: F811
    """Three browsers that pressed Pay, in this order, and the pages they were led to."""
    browsers = [app.test_client() for _ in range(3)]
    return [
        (browser, press_pay(browser, hold(browser, drop, edition), email=f"buyer{n}@example.org").location)
        for n, browser in enumerate(browsers)
    ]


def words(browser):
    return re.sub(r"\s+", " ", browser.page.select_one("main").get_text(" ", strip=True))


def queued(key, order):
    return CheckoutAttempt(
        idempotency_key=key,
        reference=order.code,
        amount_minor=order.total_minor,
        currency=order.currency,
        state=AttemptState.QUEUED,
        queued_at=order.placed_at,
        next_check_at=order.placed_at,
    )


def test_each_is_told_their_place_and_that_the_clock_stands_still(in_line):
    for ahead, (browser, url) in enumerate(in_line):
        assert browser.get(url).status_code == 200
        said = words(browser)

        assert ("You are next.", "1 buyer is before you.", "2 buyers are before you.")[ahead] in said
        assert "its clock stands still meanwhile" in said
        told = browser.get(f"{url}.json").json
        assert (told["state"], told["ahead"]) == ("preparing", ahead)


def test_the_page_moves_without_script_and_with_it(in_line):
    browser, url = in_line[0]
    page = browser.get(url).get_data(as_text=True)

    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="3">\s*</noscript>', page)
    assert browser.page.select_one("[data-wait-url]")["data-wait-url"] == f"{url}.json"
    assert browser.page.select_one("script[src*=wait]")


def test_a_long_line_asks_less_often(in_line, database):
    browser, url = in_line[0]
    with database.transaction() as session:
        (order,) = session.scalars(select(Order).order_by(Order.id).limit(1))
        session.add_all(queued(f"ahead {n}", order) for n in range(200))
        session.flush()
        last = queued("the last", order)
        session.add(last)
        session.flush()
        order.attempt_id = last.id

    told = browser.get(f"{url}.json").json

    assert told["ahead"] == 203
    assert told["poll_ms"] > 4000
    assert 'content="13"' in browser.get(url).get_data(as_text=True)


def test_the_holds_own_page_says_that_its_clock_stands_still_and_shows_none(in_line, drop, edition, clock, sandbox):  # noqa: F811
    browser, _url = in_line[2]
    clock.tick(minutes=20)
    sandbox.advance(20 * 60)
    browser.get("/me")
    (link,) = {a["href"] for a in browser.page.select("a[href^='/holds/']")}

    browser.get(link)

    assert "stands still" in words(browser)
    assert not browser.page.select_one("[data-until]")
    assert browser.page.select_one("a[href^='/pay/wait/']")


def test_whoever_waited_is_led_on_when_their_turn_comes(in_line, tick, sandbox):  # noqa: F811
    tick(2)

    assert all(browser.get(url).location.startswith(sandbox.url) for browser, url in in_line)


def test_when_stripe_is_away_only_the_way_to_the_payment_says_so(client, drop, edition, tick, sandbox, database):  # noqa: F811
    sandbox.fault("error_before", times=1000)
    pressed = press_pay(client, hold(client, drop, edition))
    for _ in range(8):
        tick(2)

    waiting = client.get(pressed.location)
    assert (pressed.status_code, waiting.status_code) == (303, 503)
    assert int(waiting.headers["Retry-After"]) <= 15
    assert "is not answering us" in words(client)
    assert "Your number is safe" in words(client)
    assert client.get(f"{pressed.location}.json").json["state"] == "away"
    with database.reading() as session:
        (held,) = session.scalars(select(Hold.id))
    open_still = ["/", "/drops", f"/d/{drop.slug}", f"/d/{drop.slug}/live.json", f"/d/{drop.slug}/me", f"/holds/{held}"]
    assert [client.get(url).status_code for url in open_still] == [200] * len(open_still)
    other = client.application.test_client()
    assert hold(other, drop, edition)

    sandbox.world.faults.clear()
    tick(16)
    tick(16)
    assert client.get(pressed.location).location.startswith(sandbox.url)
