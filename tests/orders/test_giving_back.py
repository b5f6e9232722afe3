from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import HoldNotPayable
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import AllHeld, LimitReached
from storefront.inventory.releasing import NoMoreTime
from storefront.orders.checkout import PaymentUnderWay, PriceChanged
from storefront.orders.giving_back import (
    BeingPaid,
    cancel_unpayable,
    let_lapsed_go,
    list_lapsed,
    list_to_expire,
    list_unpayable,
    more_time,
    release_hold,
)
from storefront.orders.orders import OrderState
from storefront.orders.pricing import NotShippedThere
from storefront.orders.settlement import Outcome
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import AttemptState, CheckoutAttempt


def release(shop, hold_id):
    with shop.database.transaction() as session:
        return release_hold(session, hold_id, at=shop.clock.now())


def lapse(shop):
    at = shop.clock.now()
    with shop.database.reading() as session:
        lapsed = list_lapsed(session, at=at)
    for attempt_id in lapsed:
        with shop.database.transaction() as session:
            let_lapsed_go(session, attempt_id, at=at)
    with shop.database.reading() as session:
        unpayable = list_unpayable(session, at=at)
    for order_id in unpayable:
        with shop.database.transaction() as session:
            cancel_unpayable(session, order_id, at=at)


def expire_due(shop):
    with shop.database.reading() as session:
        due = list_to_expire(session, at=shop.clock.now())
    return [shop.till.expire_attempt(attempt_id) for attempt_id in due]


def free_numbers(shop):
    with shop.database.reading() as session:
        return sorted(session.scalars(select(Piece.number).where(Piece.state == PieceState.AVAILABLE)))


def attempt_state(shop, attempt_id):
    return shop.read(CheckoutAttempt, attempt_id).state


def hold_state(shop, hold_id):
    return shop.read(Hold, hold_id).state


def test_a_hold_without_a_payment_is_free_the_moment_its_buyer_gives_it_back(shop):
    edition = shop.edition(size=1)
    hold = shop.hold(edition, shop.buyer())

    assert release(shop, hold)

    assert free_numbers(shop) == [1]


def test_giving_back_while_queued_abandons_the_attempt_and_the_order(shop):
    edition, buyer = shop.edition(size=1), shop.buyer()
    hold = shop.hold(edition, buyer)
    order = shop.order([hold], buyer)
    attempt = shop.start(order)

    assert release(shop, hold)

    assert attempt_state(shop, attempt) is AttemptState.ABANDONED
    assert shop.order_state(order) is OrderState.CANCELLED
    assert free_numbers(shop) == [1]


def test_giving_back_while_the_payment_page_is_open_waits_for_the_provider(shop):
    order, attempt, (hold,) = shop.checkout(shop.edition(size=1))

    assert not release(shop, hold)
    assert free_numbers(shop) == []
    assert expire_due(shop) == [Outcome.ENDED]

    assert free_numbers(shop) == [1]
    assert attempt_state(shop, attempt) is AttemptState.EXPIRED
    assert shop.order_state(order) is OrderState.CANCELLED


def test_a_lapsed_hold_returns_only_after_the_provider_said_expired(shop, sandbox):
    _order, attempt, (hold,) = shop.checkout(shop.edition(size=1))
    shop.tick(10 * 60 + 46)
    lapse(shop)
    assert hold_state(shop, hold) is HoldState.RELEASING

    sandbox.fault("error_before", method="POST", path="*/expire", times=1)
    assert expire_due(shop) == [Outcome.WAITING]
    assert free_numbers(shop) == []
    shop.tick(2)
    assert expire_due(shop) == [Outcome.ENDED]

    assert free_numbers(shop) == [1]
    assert attempt_state(shop, attempt) is AttemptState.EXPIRED


def test_a_buyer_who_pays_in_the_last_second_keeps_the_number(shop, sandbox):
    order, attempt, (hold,) = shop.checkout(shop.edition(size=1))
    shop.tick(10 * 60 + 46)
    lapse(shop)
    sandbox.pay(shop.read(CheckoutAttempt, attempt).session_id)

    assert expire_due(shop) == [Outcome.PAID]

    assert shop.order_state(order) is OrderState.PAID
    assert hold_state(shop, hold) is HoldState.SOLD


def test_in_a_set_only_the_hold_asked_back_goes_and_the_others_stay(shop):
    edition = shop.edition(size=2, per_person=2)
    order, _attempt, (first, second) = shop.checkout(edition, count=2)

    release(shop, first)
    expire_due(shop)

    assert hold_state(shop, first) is HoldState.RELEASED
    assert hold_state(shop, second) is HoldState.ACTIVE
    assert shop.order_state(order) is OrderState.CANCELLED
    with pytest.raises(HoldNotPayable):
        shop.start(order)


def test_a_session_that_ends_by_itself_closes_only_the_attempt(shop):
    edition, buyer = shop.edition(size=1), shop.buyer()
    order, attempt, (hold,) = shop.checkout(edition, buyer)
    for _ in range(2):
        shop.tick(9 * 60)
        with shop.database.transaction() as session:
            more_time(session, hold, at=shop.clock.now())
    with shop.database.transaction() as session:  # a hold with time left although its session has run its 35 minutes
        session.get_one(Hold, hold).held_until = shop.clock.now().replace(year=2100)
    shop.tick(18 * 60)

    assert shop.till.settle(shop.read(CheckoutAttempt, attempt).session_id) is Outcome.ENDED

    assert shop.order_state(order) is OrderState.PLACED
    again = shop.start(order)
    assert again != attempt
    assert shop.till.open_attempt(again) is AttemptState.OPEN


def test_a_paid_number_cannot_be_given_back_by_its_buyer(shop, sandbox):
    _order, attempt, (hold,) = shop.checkout(shop.edition())
    sandbox.pay(shop.read(CheckoutAttempt, attempt).session_id)
    shop.till.settle(shop.read(CheckoutAttempt, attempt).session_id)

    with pytest.raises(BeingPaid):
        release(shop, hold)


def test_more_time_is_given_twice_and_no_more(shop):
    hold = shop.hold(shop.edition(), shop.buyer())

    for _ in range(2):
        with shop.database.transaction() as session:
            more_time(session, hold, at=shop.clock.now())

    with pytest.raises(NoMoreTime), shop.database.transaction() as session:
        more_time(session, hold, at=shop.clock.now())


def test_no_checkout_starts_after_the_holds_time(shop):
    edition, buyer = shop.edition(), shop.buyer()
    hold = shop.hold(edition, buyer)
    order = shop.order([hold], buyer)
    shop.tick(10 * 60 + 1)

    with pytest.raises(HoldNotPayable):
        shop.start(order)


def test_an_order_that_lost_its_hold_is_cancelled_by_the_clock(shop):
    edition, buyer = shop.edition(size=1), shop.buyer()
    order = shop.order([shop.hold(edition, buyer)], buyer)
    shop.tick(11 * 60)

    lapse(shop)

    assert shop.order_state(order) is OrderState.CANCELLED


def test_a_second_payment_of_a_part_of_the_set_is_refused_and_the_same_set_is_the_same_order(shop):
    edition, buyer = shop.edition(per_person=2), shop.buyer()
    order, _attempt, holds = shop.checkout(edition, buyer, count=2)

    with pytest.raises(PaymentUnderWay):
        shop.order(holds[:1], buyer)
    assert shop.order(holds, buyer) == order


def test_the_total_is_the_one_the_buyer_saw(shop):
    edition, buyer = shop.edition(), shop.buyer()
    hold = shop.hold(edition, buyer)

    with pytest.raises(PriceChanged):
        shop.order([hold], buyer, total=1)


def test_excluded_countries_are_refused(shop):
    edition, buyer = shop.edition(), shop.buyer()
    hold = shop.hold(edition, buyer)

    with pytest.raises(NotShippedThere):
        shop.order([hold], buyer, country="AQ")


def test_two_guests_of_one_address_share_its_limit(shop):
    edition, one, two, address = shop.edition(), shop.buyer(), shop.buyer(), shop.buyer()
    shop.order([shop.hold(edition, one)], one, to_buyer=address)
    second = shop.hold(edition, two)

    with pytest.raises(LimitReached):
        shop.order([second], two, to_buyer=address)

    kept = shop.read(Hold, second)
    assert (kept.buyer_id, kept.state) == (two, HoldState.ACTIVE)


def test_a_queued_attempt_stops_the_holds_clock(shop):
    edition, buyer = shop.edition(size=1), shop.buyer()
    hold = shop.hold(edition, buyer)
    attempt = shop.start(shop.order([hold], buyer))
    shop.tick(20 * 60)
    lapse(shop)
    with pytest.raises(AllHeld):
        shop.hold(edition, shop.buyer())

    shop.till.open_attempt(attempt)

    held = shop.read(Hold, hold)
    assert held.state is HoldState.ACTIVE
    assert (held.held_until - shop.clock.now()).total_seconds() == 300


def test_an_order_that_got_more_time_since_it_was_listed_is_not_cancelled(shop):
    edition, buyer = shop.edition(), shop.buyer()
    hold = shop.hold(edition, buyer)
    order = shop.order([hold], buyer)
    shop.tick(10 * 60 + 44)
    a_moment_later = shop.clock.now() + timedelta(seconds=2)
    with shop.database.reading() as session:
        assert list_unpayable(session, at=a_moment_later) == [order]
    with shop.database.transaction() as session:
        more_time(session, hold, at=shop.clock.now())
    shop.start(order)

    with shop.database.transaction() as session:
        assert not cancel_unpayable(session, order, at=a_moment_later)

    assert shop.order_state(order) is OrderState.PLACED


def lost_mails(shop):
    with shop.database.reading() as session:
        return len(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "hold_lost")).all())


def test_who_left_an_address_hears_once_that_the_time_ran_out(shop):
    edition, buyer = shop.edition(size=2), shop.buyer()
    shop.order([shop.hold(edition, buyer)], buyer)
    shop.checkout(edition)
    shop.tick(10 * 60 + 46)

    for _ in range(2):
        lapse(shop)
        expire_due(shop)

    assert lost_mails(shop) == 2


def test_who_gave_a_number_back_gets_no_mail_about_it(shop):
    edition, buyer = shop.edition(size=2), shop.buyer()
    hold = shop.hold(edition, buyer)
    shop.order([hold], buyer)
    _order, _attempt, (paying,) = shop.checkout(edition)

    release(shop, hold)
    release(shop, paying)
    lapse(shop)
    expire_due(shop)

    assert lost_mails(shop) == 0
