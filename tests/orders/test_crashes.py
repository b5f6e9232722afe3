"""A process may die before any commit, after any commit, and before it reads any answer. Another one finishes the work."""

from contextlib import contextmanager, suppress
from itertools import count

import pytest

from storefront.inventory.holds import HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.ledger.chain import EntryKind, LedgerEntry
from storefront.orders.orders import OrderState
from storefront.orders.refunding import NotRefundable
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import AttemptState, CheckoutAttempt


class Died(BaseException):
    """The end of a process: no handler sees it."""


@contextmanager
def dying(shop, at_point):
    """Inside, the process dies at its n-th point, and nothing of it does anything more. Yields what it did."""
    passed = []
    real = shop.database.transaction

    def point():
        passed.append(at_point)
        if len(passed) >= at_point:
            raise Died

    @contextmanager
    def transaction(**how):
        with real(**how) as session:
            yield session
            point()
        point()

    shop.database.transaction, shop.till.gateway.before_answer = transaction, point
    try:
        with suppress(Died):
            yield passed
    finally:
        shop.database.transaction, shop.till.gateway.before_answer = real, lambda: None


def at_every_point(shop, prepare, live, finish):
    """Do it again and again, dying one point later each time, until it is done without dying; how often it died."""
    for point in count(1):
        sale = prepare()
        with dying(shop, point) as passed:
            live(*sale)
        shop.assert_safe()
        finish(*sale)
        shop.assert_sound()
        assert shop.unfinished() == []
        if len(passed) < point:
            return point - 1
    return 0


def sessions_of(shop, attempt):
    key = shop.read(CheckoutAttempt, attempt).idempotency_key
    return [row for row in shop.sandbox.rows("checkout.session") if row["metadata"]["attempt"] == key]


def pay_if_shown(shop, attempt):
    """A buyer can only pay on a page whose address the shop has told."""
    row = shop.read(CheckoutAttempt, attempt)
    if row.url:
        shop.sandbox.pay(row.session_id, hold=False)


def test_a_payment_survives_a_death_at_every_point_between_the_button_and_the_sale(shop):
    def live(_order, attempt, _holds):
        shop.till.open_attempt(attempt)
        pay_if_shown(shop, attempt)
        shop.till.settle(shop.session_of(attempt))

    def finish(order, attempt, holds):
        shop.work(21)
        assert shop.attempt_state(attempt) in (AttemptState.OPEN, AttemptState.PAID)
        pay_if_shown(shop, attempt)
        shop.work(11)
        assert shop.order_state(order) is OrderState.PAID
        assert len(sessions_of(shop, attempt)) == 1

    died = at_every_point(shop, lambda: shop.queue(shop.edition(size=1)), live, finish)

    assert died >= 10
    sold = len(shop.all(CheckoutAttempt))
    assert shop.all(OutboxMessage.kind) == ["order_paid"] * sold
    assert shop.all(LedgerEntry.kind).count(EntryKind.SOLD) == sold


def test_a_number_given_back_survives_a_death_at_every_point(shop):
    def live(_order, _attempt, holds):
        shop.give_back(holds[0])
        shop.round.expire()

    def finish(order, attempt, holds):
        shop.give_back(holds[0])
        shop.work(3)
        assert [row["status"] for row in sessions_of(shop, attempt)] == ["expired"]
        assert shop.hold_state(holds[0]) is HoldState.RELEASED
        assert shop.order_state(order) is OrderState.CANCELLED

    assert at_every_point(shop, lambda: shop.checkout(shop.edition(size=1)), live, finish) >= 7


@pytest.mark.parametrize("pays", [False, True])
def test_a_lapsed_number_survives_a_death_at_every_point_paid_in_the_last_second_or_not(shop, pays):
    def prepare():
        sale = shop.checkout(shop.edition(size=1))
        shop.tick(10 * 60 + 46)
        if pays:
            shop.pay(sale[1])
        return sale

    def live(*_sale):
        shop.round.let_go()
        shop.round.expire()

    def finish(order, attempt, holds):
        shop.work(3, 61)
        assert [row["status"] for row in sessions_of(shop, attempt)] == ["complete" if pays else "expired"]
        assert shop.hold_state(holds[0]) is (HoldState.SOLD if pays else HoldState.RELEASED)
        assert shop.order_state(order) is (OrderState.PAID if pays else OrderState.CANCELLED)

    assert at_every_point(shop, prepare, live, finish) >= 7


def test_news_of_a_payment_survives_a_death_at_every_point_between_hearing_and_handling_it(shop):
    def prepare():
        sale = shop.checkout(shop.edition(size=1))
        shop.pay(sale[1])
        return sale

    def live(*_sale):
        shop.round.fetch_events()
        shop.round.read_inbox()

    def finish(order, _attempt, _holds):
        shop.work(11)
        assert shop.order_state(order) is OrderState.PAID

    assert at_every_point(shop, prepare, live, finish) >= 10
    assert shop.all(OutboxMessage.kind) == ["order_paid"] * len(shop.all(CheckoutAttempt))


def test_a_refund_survives_a_death_at_every_point(shop):
    def live(order, _attempt, _holds):
        shop.request_refund(order)
        shop.round.send_refunds()

    def finish(order, _attempt, _holds):
        with suppress(NotRefundable):
            shop.request_refund(order)
        shop.work(31)
        assert shop.order_state(order) is OrderState.REFUNDED

    died = at_every_point(shop, lambda: shop.sale(shop.edition(size=1)), live, finish)

    assert died >= 7
    sold = len(shop.all(CheckoutAttempt))
    assert len(shop.sandbox.rows("refund")) == sold
    assert shop.all(OutboxMessage.kind).count("order_refunded") == sold
    assert shop.all(LedgerEntry.kind).count(EntryKind.REFUNDED) == sold


def test_an_answer_that_comes_after_the_number_was_given_back_is_never_shown_and_its_session_ends(shop, till):
    edition = shop.edition(size=1)
    _order, attempt, (hold,) = shop.queue(edition)
    till.gateway.before_answer = lambda: [setattr(till.gateway, "before_answer", lambda: None), shop.give_back(hold)]

    assert till.open_attempt(attempt) is AttemptState.ABANDONED

    assert shop.free(edition) == [1]
    assert [row["status"] for row in sessions_of(shop, attempt)] == ["expired"]
    assert (shop.read(CheckoutAttempt, attempt).url, shop.session_of(attempt)) == (None, None)
    shop.assert_sound()


def test_when_even_the_end_of_such_a_session_is_lost_the_sweep_ends_it_and_nobody_ever_saw_it(shop, till, sandbox):
    edition = shop.edition(size=1)
    _order, attempt, (hold,) = shop.queue(edition)
    till.gateway.before_answer = lambda: [setattr(till.gateway, "before_answer", lambda: None), shop.give_back(hold)]
    sandbox.fault("error_before", method="POST", path="*/expire")
    till.open_attempt(attempt)
    another = shop.checkout(edition)[1]
    assert [row["status"] for row in sessions_of(shop, attempt)] == ["open"]

    shop.work(6 * 60)

    assert [row["status"] for row in sessions_of(shop, attempt)] == ["expired"]
    assert [row["status"] for row in sessions_of(shop, another)] == ["open"]
    assert shop.session_of(attempt) is None
    shop.assert_sound()


def test_a_session_whose_id_was_never_stored_is_taken_up_by_its_attempt(shop, sandbox):
    order, attempt, _holds = shop.queue(shop.edition())
    sandbox.fault("lost", method="POST", path="/v1/checkout/sessions")
    shop.till.open_attempt(attempt)
    assert shop.session_of(attempt) is None

    shop.work(6 * 60)

    (row,) = sessions_of(shop, attempt)
    assert shop.session_of(attempt) == row["id"]
    assert shop.order_state(order) is OrderState.PLACED


@pytest.mark.parametrize("paid", [False, True])
def test_a_key_older_than_a_day_is_not_used_again(shop, till, sandbox, paid):
    """Its session is taken up when it still counts; else the attempt has failed. There is never a second one."""
    edition = shop.edition(size=1)
    order, attempt, (hold,) = shop.queue(edition)
    sandbox.fault("lost", method="POST", path="/v1/checkout/sessions")
    till.open_attempt(attempt)
    if paid:  # what should be impossible: nobody was shown the page
        sandbox.pay(sessions_of(shop, attempt)[0]["id"], hold=False)
    shop.tick(25 * 3600)

    state = till.open_attempt(attempt)

    assert state is (AttemptState.PAID if paid else AttemptState.FAILED)
    assert len(sandbox.rows("checkout.session")) == 1
    assert shop.order_state(order) is (OrderState.PAID if paid else OrderState.PLACED)
    assert shop.hold_state(hold) is (HoldState.SOLD if paid else HoldState.ACTIVE)
    shop.assert_sound()


def test_a_refund_whose_key_is_older_than_a_day_is_found_and_not_made_twice(shop, sandbox):
    edition = shop.edition(size=1)
    order, _attempt, _holds = shop.sale(edition)
    shop.request_refund(order)
    sandbox.fault("lost", method="POST", path="/v1/refunds")
    shop.round.send_refunds()
    shop.round.fetch_events = lambda: None

    shop.work(25 * 3600)

    assert shop.order_state(order) is OrderState.REFUNDED
    assert len(sandbox.rows("refund")) == 1
    assert shop.all(Piece.state).count(PieceState.WITHHELD) == 1
