"""Races for a payment: everything that can happen to one set of holds, at once; afterwards the shop adds up."""

import threading
from collections import Counter
from contextlib import suppress

import pytest
from sqlalchemy import select

from factories import a_drop, an_edition
from storefront.inventory import rekeying, releasing
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import HoldNotPayable
from storefront.inventory.placing import LimitReached
from storefront.inventory.releasing import NoMoreTime
from storefront.ledger.chain import EntryKind, LedgerEntry
from storefront.orders.attempting import start_attempt
from storefront.orders.checkout import PaymentUnderWay
from storefront.orders.giving_back import BeingPaid, more_time
from storefront.orders.orders import OrderState
from storefront.orders.refund_desk import take_up_refunds
from storefront.orders.refunding import NotRefundable
from storefront.orders.till import NoCallNow
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import AttemptHold, AttemptState, CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund

REFUSALS = (BeingPaid, NoMoreTime, HoldNotPayable, PaymentUnderWay, LimitReached, NoCallNow, NotRefundable)
SETTLED = (OrderState.PAID, OrderState.CANCELLED)


def finish(shop):
    """The clock until nothing is left to do: webhooks do not exist here."""
    shop.work(11, 60, 10 * 60, 46, 5, 10 * 60, 60)


@pytest.fixture
def act(shop):
    """What may happen to a set at any moment, by name."""

    def longer(_order, _attempt, holds):
        with shop.database.transaction() as session:
            more_time(session, holds[1], at=shop.clock.now())

    def again(order, _attempt, _holds):
        shop.till.open_attempt(shop.start(order))

    def anew(_order, _attempt, holds):
        buyer = shop.read(Hold, holds[0]).placed_by
        shop.till.open_attempt(shop.start(shop.order(holds, buyer)))

    return {
        "settle": lambda _order, attempt, _holds: shop.till.settle(shop.session_of(attempt)),
        "expire": lambda _order, attempt, _holds: shop.till.expire_attempt(attempt),
        "release": lambda _order, _attempt, holds: shop.give_back(holds[0]),
        "release both": lambda _order, _attempt, holds: [shop.give_back(hold) for hold in reversed(holds)],
        "more time": longer,
        "start": again,
        "order": anew,
        "pay": lambda _order, attempt, _holds: shop.pay(attempt),
        "let go": lambda *_: shop.round.let_go(),
        "check": lambda _order, attempt, _holds: shop.till.check_attempt(attempt),
    }


@pytest.mark.parametrize(
    "names",
    [
        ("settle", "expire", "release", "more time", "start"),
        ("pay", "settle", "expire", "release", "order", "check"),
        ("release", "release both", "start", "more time", "expire", "settle"),
        ("pay", "let go", "expire", "settle", "start", "more time"),
    ],
)
@pytest.mark.parametrize("when", ["in time", "too late"])
def test_whatever_happens_to_a_set_at_once_it_is_sold_or_free_and_never_both(shop, crowd, act, names, when):
    edition = shop.edition(size=12, per_person=2)
    orders = []
    for turn in range(3):
        order, attempt, holds = shop.checkout(edition, count=2)
        if when == "too late":
            shop.tick(10 * 60 + 46)
            shop.round.let_go()
        if turn == 2 and "pay" not in names:
            shop.pay(attempt)

        crowd(len(names), lambda i, s=(order, attempt, holds): act[names[i]](*s), REFUSALS)

        shop.assert_safe()
        shop.tick(2)
        orders.append(order)

    finish(shop)

    shop.assert_sound()
    assert shop.unfinished() == []
    assert {shop.order_state(order) for order in orders} <= set(SETTLED)
    paid = [order for order in orders if shop.order_state(order) is OrderState.PAID]
    charges = [row for row in shop.sandbox.rows("charge") if row["paid"]]
    assert len(paid) == len(charges) == len(shop.all(Payment))
    assert shop.all(Hold.state).count(HoldState.SOLD) == 2 * len(paid)
    assert shop.all(LedgerEntry.kind).count(EntryKind.SOLD) == 2 * len(paid)


def test_a_return_page_and_many_events_at_once_are_one_sale(shop, crowd):
    edition = shop.edition()
    order, attempt, _holds = shop.checkout(edition)
    shop.pay(attempt)
    session_id = shop.session_of(attempt)

    outcomes = crowd(12, lambda _i: shop.till.settle(session_id), REFUSALS)

    assert {str(outcome) for outcome in outcomes} <= {"paid"}
    assert shop.order_state(order) is OrderState.PAID
    assert Counter(shop.all(LedgerEntry.kind)) == {EntryKind.DECLARED: 1, EntryKind.SOLD: 1}
    assert shop.all(OutboxMessage.kind) == ["order_paid"]
    assert len(shop.all(Payment)) == 1


def test_a_refund_asked_for_and_made_by_hand_at_once_is_one_refund(shop, crowd, till):
    edition = shop.edition(size=1)
    order, _attempt, _holds = shop.sale(edition)
    (payment,) = shop.all(Payment)
    till.gateway.create_refund({"payment_intent": payment.intent_id}, "by hand")

    def one(i):
        if i % 3 == 0:
            return shop.request_refund(order)
        return take_up_refunds(till, payment.intent_id)

    crowd(6, one, REFUSALS)
    finish(shop)

    assert len(shop.all(Refund)) == 1
    assert shop.order_state(order) is OrderState.REFUNDED
    shop.assert_sound()


def test_pressing_pay_in_many_tabs_is_one_attempt_and_one_session(shop, crowd, sandbox):
    edition, buyer = shop.edition(per_person=2), shop.buyer()
    holds = [shop.hold(edition, buyer) for _ in range(2)]

    attempts = crowd(8, lambda _i: shop.start(shop.order(holds, buyer)), REFUSALS)
    live = {found for found in attempts if isinstance(found, int)}
    crowd(4, lambda _i: shop.till.open_attempt(max(live)), REFUSALS)
    shop.work(1, 21)

    states = Counter(shop.all(CheckoutAttempt.state))
    assert states[AttemptState.OPEN] == 1
    assert len([row for row in sandbox.rows("checkout.session") if row["status"] == "open"]) == 1
    assert len(sandbox.rows("checkout.session")) == len(shop.all(CheckoutAttempt))
    shop.assert_sound()


def test_two_rounds_at_once_do_everything_once(shop, crowd, sandbox):
    """The lease of a slow leader may run out: then two processes do the clock's work."""
    edition = shop.edition(size=6)
    queued = [shop.queue(edition) for _ in range(3)]
    crowd(3, lambda _i: shop.round.create(), REFUSALS)
    shop.work(21)
    for _order, attempt, _holds in queued[:2]:
        shop.pay(attempt)
    shop.round.fetch_events()
    crowd(3, lambda _i: shop.round.read_inbox(), REFUSALS)
    refund = shop.request_refund(queued[0][0])
    crowd(3, lambda _i: shop.round.send_refunds(), REFUSALS)
    finish(shop)

    assert [shop.order_state(order) for order, *_ in queued] == [
        OrderState.REFUNDED,
        OrderState.PAID,
        OrderState.CANCELLED,
    ]
    assert len(sandbox.rows("checkout.session")) == 3
    assert len(sandbox.rows("refund")) == 1
    assert shop.read(Refund, refund).settled_at
    shop.assert_sound()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_guests_of_one_address_do_not_wait_for_each_other_in_a_circle(shop, crowd, monkeypatch):
    with shop.database.transaction() as session:
        drop = a_drop(session)
        one, two = (an_edition(session, drop, per_person=2) for _ in range(2))
    first, second, address = shop.buyer(), shop.buyer(), shop.buyer()
    sets = [
        (first, [shop.hold(one, first), shop.hold(two, first)]),
        (second, [shop.hold(two, second), shop.hold(one, second)]),
    ]
    together, real = threading.Barrier(2), rekeying._into_free_slot

    def meet(session, hold, to_buyer_id):
        real(session, hold, to_buyer_id)
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.5)

    monkeypatch.setattr(rekeying, "_into_free_slot", meet)

    crowd(2, lambda i: shop.order(sets[i][1], sets[i][0], to_buyer=address))

    assert set(shop.all(Hold.buyer_id)) == {address}
    shop.assert_sound()


def release_waiting_for_a_start(shop):
    """A release waits for the row of a hold whose attempt is just being written; what it gave back."""
    edition, buyer = shop.edition(size=1), shop.buyer()
    hold = shop.hold(edition, buyer)
    order = shop.order([hold], buyer)
    given_back = []

    def give_back():
        with shop.database.transaction() as session:
            given_back.extend(releasing.release(session, [hold], expect=(HoldState.ACTIVE,)))

    waiting = threading.Thread(target=give_back)
    with shop.database.transaction() as session:
        start_attempt(session, order, at=shop.clock.now())
        waiting.start()
        waiting.join(timeout=0.5)
    waiting.join()
    return given_back


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_release_that_waited_for_a_payment_to_start_gives_nothing_back(shop):
    assert release_waiting_for_a_start(shop) == []
    shop.assert_sound()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_without_the_mark_on_the_hold_that_release_would_free_a_number_being_paid(shop, monkeypatch):
    """The mistake: to ask another table whether an attempt runs. A waiting UPDATE reads its own row anew, not that one."""
    real = releasing.move

    def by_another_table(session, model, to, *, expect, where, **values):
        if model is Hold:
            running = select(AttemptHold.hold_id).where(AttemptHold.hold_id == Hold.id, AttemptHold.live).exists()
            where = [where[0], ~running]
        return real(session, model, to, expect=expect, where=where, **values)

    monkeypatch.setattr(releasing, "move", by_another_table)
    with shop.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hold DROP CONSTRAINT ck_hold_in_attempt")
    try:
        assert release_waiting_for_a_start(shop) != []
        with pytest.raises(AssertionError):
            shop.assert_sound()
    finally:
        with shop.database.engine.begin() as connection:
            connection.exec_driver_sql("TRUNCATE hold CASCADE")
            connection.exec_driver_sql(
                "ALTER TABLE hold ADD CONSTRAINT ck_hold_in_attempt CHECK (NOT in_attempt OR state <> 'released')"
            )
