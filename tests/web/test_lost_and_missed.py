"""A hold that is gone says why and offers another in one press; whoever got another number than they saw hears of it."""

import re

import pytest
from sqlalchemy import select

from factories import a_drop, an_edition
from sales import a_refund
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import Hold
from storefront.orders.orders import Order
from web.test_checkout import drop, edition, hold, press_pay, session_in, take, tick  # noqa: F401  fixtures and one buyer's steps

LAPSE = 10 * 60 + 46


def words(client):
    return re.sub(r"\s+", " ", client.page.select_one("main").get_text(" ", strip=True))


def press_offer(client, drop):  # noqa: F811
    """Press the one button of a page of a lost hold; the answer."""
    form = client.page.select_one(f"main form[action='/d/{drop.slug}/holds']")
    return client.submit(form["action"], {field["name"]: field["value"] for field in form.select("input")})


def of_policy(database, policy, **values):
    with database.transaction() as session:
        found = a_drop(session)
        return found, an_edition(session, found, size=5, policy=policy, **values)


def test_a_lapsed_hold_says_when_its_time_ended_and_gives_it_again_for_one_press(client, drop, edition, tick):  # noqa: F811
    url = hold(client, drop, edition)
    tick(LAPSE)
    client.get(url)

    assert "Number 1 is gone" in words(client)
    assert "Your time for it ended on" in words(client)
    assert "Nothing was charged" in words(client)
    assert "Number 1 is free again: hold it" in words(client)
    new = press_offer(client, drop)

    assert (new.status_code, new.location == url) == (303, False)
    client.get(new.location)
    assert "Number 1 is held for you" in words(client)


def test_when_somebody_else_has_it_by_now_the_next_one_is_offered(client, app, drop, edition, tick):  # noqa: F811
    url = hold(client, drop, edition)
    client.submit(f"{url}/releases")
    hold(app.test_client(), drop, edition)
    client.get(url)

    assert "Number 2 is free: hold it" in words(client)
    client.get(press_offer(client, drop).location)

    assert "Number 2 is held for you" in words(client)


def test_a_number_given_back_is_said_to_be_given_back(client, drop, edition):  # noqa: F811
    url = hold(client, drop, edition)
    client.submit(f"{url}/releases")
    client.get(url)

    assert "You gave it back" in words(client)
    assert "Your time" not in words(client)


def test_a_refunded_number_is_said_to_be_refunded(client, drop, edition, sandbox, database, clock):  # noqa: F811
    url = hold(client, drop, edition)
    session_id = session_in(press_pay(client, url).location)
    sandbox.pay(session_id)
    client.get(f"/pay/return?session={session_id}")
    with database.transaction() as session:
        a_refund(session, session.scalars(select(Order)).one(), at=clock.now())

    client.get(url)

    assert "The order was refunded" in words(client)


def test_where_buyers_pick_the_offer_is_for_that_number_and_no_other(client, app, database, tick):  # noqa: F811
    found, its = of_policy(database, NumberPolicy.PICK)
    url = take(client, found, its, number="3").location
    tick(LAPSE)
    client.get(url)
    assert "Number 1 is free: hold it" in words(client)
    hold_of_other = take(app.test_client(), found, its, number="1")

    refused = press_offer(client, found)

    assert (hold_of_other.status_code, refused.status_code) == (303, 409)
    assert "Someone was faster" in words(client)
    with database.reading() as session:
        assert sorted(h.piece.number for h in session.scalars(select(Hold))) == [1, 3]


def test_where_numbers_are_sealed_the_offer_names_none(client, database, tick):  # noqa: F811
    found, its = of_policy(database, NumberPolicy.SEALED)
    url = hold(client, found, its)
    tick(LAPSE)
    client.get(url)

    assert "Hold another sealed number" in words(client)
    assert press_offer(client, found).status_code == 303


@pytest.mark.parametrize("state", [DropState.PAUSED, DropState.CLOSED])
def test_nothing_is_offered_where_nothing_is_sold(client, drop, edition, tick, database, state):  # noqa: F811
    url = hold(client, drop, edition)
    with database.transaction() as session:
        session.get_one(Drop, drop.id).state = state
    tick(LAPSE)
    client.get(url)

    assert "is gone" in words(client)
    assert not client.page.select("main form[action$='/holds']")


def test_whoever_saw_another_number_hears_that_it_went_a_moment_ago(client, app, drop, edition):  # noqa: F811
    client.get(f"/d/{drop.slug}/take?edition={edition.id}")
    form = client.page.select_one("main form")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    assert fields["shown"] == "1"
    hold(app.test_client(), drop, edition)

    placed = client.submit(form["action"], fields)
    client.get(placed.location)

    assert placed.location.endswith("?shown=1")
    assert "You hold 2; 1 went a moment ago." in words(client)


def test_whoever_got_what_they_saw_hears_nothing(client, drop, edition):  # noqa: F811
    url = hold(client, drop, edition)
    client.get(url)

    assert "?" not in url
    assert "went a moment ago" not in words(client)


@pytest.mark.parametrize("shown", ["2", "3", "0", "99", "no", "1"])
def test_nobody_is_told_that_a_number_went_that_did_not(client, database, drop, edition, shown):  # noqa: F811
    """1 is not there to go: the artist kept it."""
    found, its = of_policy(database, NumberPolicy.ASCENDING, reserved=[1])
    url = take(client, found, its).location
    client.get(f"{url.split('?')[0]}?shown={shown}")

    assert "went a moment ago" not in words(client)


def test_a_sealed_number_is_not_told_by_what_went(client, app, database):
    found, its = of_policy(database, NumberPolicy.SEALED)
    hold(app.test_client(), found, its)
    url = hold(client, found, its)
    for shown in range(1, 6):
        client.get(f"{url}?shown={shown}")

        assert "went a moment ago" not in words(client)
