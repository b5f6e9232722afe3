"""The clock's duties stand alone, and what the provider refuses to say is asked again, ever more slowly."""

from dataclasses import fields
from datetime import timedelta

from storefront import jobs
from storefront.inventory.holds import HoldState
from storefront.orders.orders import OrderState
from storefront.orders.till import NoCallNow, Till
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.inbox import ProviderEvent
from storefront.payments.money_moved import Dispute, Refund, RefundState


def test_an_event_nobody_can_read_does_not_keep_the_rest_waiting(shop, monkeypatch):
    first, _attempt, _holds = shop.sale(shop.edition())
    _second, other, _more = shop.checkout(shop.edition())
    shop.pay(other)
    refund = shop.request_refund(first)
    read = jobs.handle

    def stumble(till, event):
        if event.object_id == shop.session_of(other):
            raise KeyError(event.object_id)
        return read(till, event)

    monkeypatch.setattr(jobs, "handle", stumble)
    shop.work()

    waiting = [event for event in shop.all(ProviderEvent) if event.handled_at is None]
    assert [event.object_id for event in waiting if event.next_try_at > shop.clock.now()] == [shop.session_of(other)]
    assert shop.read(Refund, refund).state is RefundState.SUCCEEDED


def test_a_duty_that_fails_leaves_the_others_their_turn(shop, monkeypatch):
    order, _attempt, _holds = shop.sale(shop.edition())
    refund = shop.request_refund(order)

    def stumble():
        raise RuntimeError("out of order")

    monkeypatch.setattr(shop.round, "let_go", stumble)
    stumble.__name__ = "let_go"
    shop.work()

    assert shop.read(Refund, refund).state is RefundState.SUCCEEDED


def test_an_event_the_provider_will_not_explain_now_waits_for_its_next_try(shop, sandbox):
    _order, _attempt, _holds = shop.sale(shop.edition(), "4000000000000259")
    sandbox.fault("error_before", method="GET", path="/v1/disputes/*", times=2)

    shop.work()
    assert all(e.next_try_at > shop.clock.now() for e in shop.all(ProviderEvent) if e.handled_at is None)
    assert shop.all(Dispute) == []
    shop.work(2)

    assert len(shop.all(Dispute)) == 1


def test_a_refund_the_provider_cannot_answer_for_does_not_keep_the_next(shop, sandbox):
    first, second = (shop.sale(shop.edition())[0] for _ in range(2))
    shop.request_refund(first)
    sandbox.fault("saved_error", method="POST", path="/v1/refunds")
    shop.work()
    sandbox.fault("error_before", method="GET", path="/v1/refunds", times=9)
    shop.tick(31)
    refund = shop.request_refund(second)

    shop.work()

    assert shop.read(Refund, refund).state is RefundState.SUCCEEDED


def test_a_number_on_its_way_back_is_not_put_off_by_a_look_at_its_payment(shop):
    """When the provider's limit stops an expiry, the rounds after it must not take the attempt for one that can wait."""
    edition = shop.edition(size=1)
    _order, attempt, (hold,) = shop.checkout(edition)
    shop.give_back(hold)

    class Hurried(Till):
        def expire_attempt(self, attempt_id):
            raise NoCallNow(timedelta(seconds=1))

    till, shop.round.till = shop.round.till, Hurried(*(getattr(shop.till, field.name) for field in fields(Till)))
    shop.work(1)
    shop.round.till = till
    shop.work(1)

    assert shop.free(edition) == [1]
    assert shop.attempt_state(attempt) is AttemptState.EXPIRED


def test_a_session_the_provider_does_not_know_is_not_asked_about_in_every_round(shop, sandbox):
    _order, attempt, _holds = shop.checkout(shop.edition())
    with shop.database.transaction() as session:
        session.get_one(CheckoutAttempt, attempt).session_id = "cs_test_of_nobody"
    shop.tick(3 * 60)

    for _ in range(3):
        shop.round.check_open()

    assert sandbox.requests("checkout.sessions.retrieve") == 1


def test_an_expiry_that_is_refused_while_nothing_can_be_read_is_not_tried_in_every_round(shop, sandbox):
    _order, attempt, (hold,) = shop.checkout(shop.edition())
    shop.give_back(hold)
    shop.pay(attempt)
    sandbox.fault("error_before", method="GET", path="/v1/checkout/sessions/*", times=9)

    for _ in range(3):
        shop.round.expire()

    assert sandbox.requests("checkout.sessions.expire") == 1
    assert shop.hold_state(hold) is HoldState.RELEASING


def test_a_wrong_key_leaves_the_attempt_for_later_and_stops_nobody(shop, till, sandbox):
    order, attempt, _holds = shop.queue(shop.edition())
    for method in ("POST", "GET"):
        sandbox.fault("error_before", method=method, path="/v1/checkout/sessions", status=401)

    assert till.open_attempt(attempt) is AttemptState.CREATING
    shop.work(21)

    assert shop.attempt_state(attempt) is AttemptState.OPEN
    assert shop.order_state(order) is OrderState.PLACED


def test_a_wrong_key_does_not_end_a_refund(shop, sandbox):
    order, _attempt, _holds = shop.sale(shop.edition())
    refund = shop.request_refund(order)
    sandbox.fault("error_before", method="POST", path="/v1/refunds", status=401)

    shop.work(0)
    assert shop.read(Refund, refund).state is RefundState.REQUESTED
    shop.work(31)

    assert shop.read(Refund, refund).state is RefundState.SUCCEEDED


def test_what_happened_while_the_clock_stood_still_is_read_afterwards(shop, till):
    order, _attempt, _holds = shop.sale(shop.edition())
    shop.work()
    (charge,) = shop.sandbox.rows("charge")
    till.gateway.create_refund({"charge": charge["id"]}, "by hand")

    shop.work(5 * 3600)

    assert shop.order_state(order) is OrderState.REFUNDED


def test_the_sweep_ends_a_session_nobody_was_shown_and_leaves_the_others(shop, till, sandbox):
    _order, attempt, _holds = shop.checkout(shop.edition())
    marked = {"metadata": {"shop": "test-shop", "attempt": "of nobody"}}
    another = {"metadata": {"shop": "another-shop", "attempt": "of nobody"}}
    line = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": "A pin"}}}
    params = {"mode": "payment", "line_items": [line], "success_url": "http://127.0.0.1/"}
    stranger, foreign = (till.gateway.create_session({**params, **mark}, str(mark)).id for mark in (marked, another))

    shop.work(6 * 60)

    status = {row["id"]: row["status"] for row in sandbox.rows("checkout.session")}
    assert status == {stranger: "expired", foreign: "open", shop.session_of(attempt): "open"}


def test_the_sweep_finds_money_for_an_attempt_that_had_ended(shop, sandbox):
    _order, attempt, (hold,) = shop.checkout(shop.edition(size=1))
    session_id = shop.session_of(attempt)
    shop.give_back(hold)
    shop.round.expire()
    row = sandbox.world.state.find("checkout.session", session_id)
    sandbox.world.state.put("checkout.session", {**row, "status": "open"})  # what should be impossible
    sandbox.pay(session_id, hold=False)
    shop.round.fetch_events = lambda: None  # and nobody told us

    shop.work(6 * 60, 60)

    (refund,) = shop.all(Refund)
    assert (refund.number_returns, refund.state) == (False, RefundState.SUCCEEDED)
    shop.assert_sound()


def test_many_strangers_are_met_although_the_limit_stops_the_sweep(shop, till, sandbox):
    line = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 100, "product_data": {"name": "A pin"}}}
    mark = {"shop": "test-shop", "attempt": "of nobody"}
    params = {"mode": "payment", "line_items": [line], "success_url": "http://127.0.0.1/", "metadata": mark}
    for n in range(25):
        till.gateway.create_session(params, str(n))

    shop.work(6 * 60, 1, 1)

    assert {row["status"] for row in sandbox.rows("checkout.session")} == {"expired"}
