"""The queue for payment pages: in order, whoever serves it; a number coming back goes before it; nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import LONGEST, PAYING_TIME
from storefront.jobs import Round
from storefront.orders import till as tills_of_the_shop
from storefront.orders.orders import Order, OrderState
from storefront.orders.till import NoCallNow
from storefront.payments import pacing
from storefront.payments.attempts import AttemptState, CheckoutAttempt, place_in_queue
from storefront.payments.pacing import take_call
from tills import NoMail


def queue_of(shop, count):
    edition = shop.edition(size=count)
    return [shop.queue(edition)[1] for _ in range(count)]


def places(shop, attempts):
    with shop.database.reading() as session:
        return [place_in_queue(session, attempt) for attempt in attempts]


def in_turn(shop):
    """The attempts that have had their turn, in the order of their calls."""
    query = select(CheckoutAttempt.id).where(CheckoutAttempt.created_at.is_not(None))
    with shop.database.reading() as session:
        return list(session.scalars(query.order_by(CheckoutAttempt.created_at, CheckoutAttempt.id)))


def use_up_the_calls(shop):
    """Somebody has just made every call that may be made at once."""
    with shop.database.transaction() as session:
        while not take_call(session, at=shop.clock.now(), first=True):
            pass


def test_everybody_is_told_how_many_are_before_them(shop):
    attempts = queue_of(shop, 5)

    assert places(shop, attempts) == [0, 1, 2, 3, 4]
    shop.till.open_attempt(attempts[0])
    shop.give_back(sorted(shop.all(Hold.id))[2])

    assert places(shop, [attempts[1], attempts[3], attempts[4]]) == [0, 1, 2]


def test_nobody_is_served_before_those_ahead(shop, sandbox):
    first, second = queue_of(shop, 2)

    with pytest.raises(NoCallNow):
        shop.till.open_attempt(second)
    assert sandbox.requests("checkout.sessions.create") == 0
    shop.till.open_attempt(first)

    assert shop.till.open_attempt(second) is AttemptState.OPEN


def test_pages_are_made_at_the_pace_of_the_calls_and_in_order(shop):
    attempts = queue_of(shop, 40)

    served = []
    for _ in range(4):
        shop.work(0.5)
        served.append(len(in_turn(shop)))

    assert served == [15, 25, 35, 40]
    assert in_turn(shop) == attempts
    assert places(shop, attempts[-1:]) == [0]


def test_a_process_that_begins_anew_finds_the_queue_as_it_was(shop):
    attempts = queue_of(shop, 30)
    shop.work()
    waiting = [attempt for attempt in attempts if shop.attempt_state(attempt) is AttemptState.QUEUED]
    assert places(shop, waiting) == list(range(15))

    shop.round = Round(shop.till, NoMail())
    shop.work(1)

    assert in_turn(shop) == attempts
    assert shop.all(CheckoutAttempt.state) == [AttemptState.OPEN] * 30


def test_a_number_coming_back_needs_not_stand_in_line(shop):
    edition = shop.edition(size=1)
    _order, _attempt, (hold,) = shop.checkout(edition)
    shop.tick(5)
    queue_of(shop, 40)
    shop.work()  # everything that may be called at once has gone to the queue
    shop.give_back(hold)

    shop.round.expire()

    assert shop.hold_state(hold) is HoldState.RELEASED
    with pytest.raises(NoCallNow):
        shop.till.pace()


def test_without_the_calls_kept_back_it_would(shop, monkeypatch):
    monkeypatch.setattr(pacing, "_KEPT_BACK", 0)

    with pytest.raises(AssertionError):
        test_a_number_coming_back_needs_not_stand_in_line(shop)


def test_while_numbers_come_back_the_queue_waits_and_then_goes_on(shop):
    edition = shop.edition(size=30)
    holds = []
    for _ in range(30):
        shop.tick(1)
        holds += shop.checkout(edition)[2]
    attempts = queue_of(shop, 3)
    use_up_the_calls(shop)
    for hold in holds:
        shop.give_back(hold)

    shop.work(0.5, 0.5)
    assert [shop.hold_state(hold) for hold in holds].count(HoldState.RELEASED) == 20
    assert in_turn(shop)[30:] == []
    shop.work(0.5, 0.5, 0.5)

    assert {shop.hold_state(hold) for hold in holds} == {HoldState.RELEASED}
    assert in_turn(shop)[30:] == attempts


def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_the_time_it_showed(shop):
    use_up_the_calls(shop)
    (attempt,) = queue_of(shop, 1)
    shop.tick(-20 * 60)

    shop.work(1)

    assert shop.attempt_state(attempt) is AttemptState.OPEN


def test_a_duty_waits_for_its_pause_and_not_for_a_time_the_clock_no_longer_shows(shop, sandbox):
    shop.work()
    asked = sandbox.requests("events.list")
    shop.work(5)
    assert sandbox.requests("events.list") == asked

    shop.clock.tick(minutes=-20)
    shop.work(1)

    assert sandbox.requests("events.list") == asked + 1


def test_one_that_cannot_have_its_turn_keeps_nobody_behind_it(shop, monkeypatch, caplog):
    first, *others = queue_of(shop, 3)
    right = tills_of_the_shop.give_turn

    def stumble(session, attempt_id, **how):
        if attempt_id == first:
            raise KeyError(attempt_id)
        return right(session, attempt_id, **how)

    monkeypatch.setattr(tills_of_the_shop, "give_turn", stumble)
    shop.work()

    assert [shop.attempt_state(attempt) for attempt in others] == [AttemptState.OPEN] * 2
    assert "cannot have its turn" in caplog.text
    monkeypatch.undo()
    shop.work(2)
    assert shop.attempt_state(first) is AttemptState.OPEN


def test_waiting_in_line_costs_the_buyer_no_time(shop):
    (attempt,) = queue_of(shop, 1)
    (hold,) = shop.all(Hold)
    shop.tick(20 * 60)
    shop.round.let_go()
    assert shop.hold_state(hold.id) is HoldState.ACTIVE

    shop.till.open_attempt(attempt)

    assert shop.read(Hold, hold.id).held_until == shop.clock.now() + PAYING_TIME


def test_after_three_quarters_of_an_hour_nobody_is_sent_to_a_page_that_closes_at_once(shop, sandbox):
    (attempt,) = queue_of(shop, 1)
    (hold,) = shop.all(Hold)
    shop.tick((LONGEST + timedelta(minutes=1)).total_seconds())

    shop.work(0, 1)

    assert sandbox.requests("checkout.sessions.create") == 0
    assert shop.attempt_state(attempt) is AttemptState.ABANDONED
    assert shop.all(Order.state) == [OrderState.CANCELLED]
    assert not shop.read(Hold, hold.id).in_attempt
    shop.assert_sound()
