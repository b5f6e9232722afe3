"""News of refunds and disputes made elsewhere: in any order, more than once, at the same time, and by hand."""

import logging
import threading

import pytest

from storefront.orders import refund_desk
from storefront.orders.checkout import cancel_orders
from storefront.orders.orders import OrderState
from storefront.orders.refund_desk import refund_stale_reviews, send_refund, take_up_dispute, take_up_refunds
from storefront.orders.settlement import Outcome
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.inbox import ProviderEvent, store
from storefront.payments.money_moved import Dispute, Payment, Refund, RefundState

DISPUTED = "4000000000000259"


@pytest.fixture
def by_hand(till):
    """`by_hand(attempt)`: a person sends the whole payment back at the provider."""

    def refund(intent_id, **more):
        return till.gateway.create_refund({"payment_intent": intent_id, **more}, f"by hand {intent_id} {more}")

    return refund


def intent_of(shop, attempt):
    session_id = shop.session_of(attempt)
    return next(row["payment_intent"] for row in shop.sandbox.rows("checkout.session") if row["id"] == session_id)


def only_later(shop, *types):
    """Events of other types are read now; these only afterwards."""
    return [event for event in shop.all(ProviderEvent) if event.type in types]


def test_a_dispute_heard_of_before_the_payment_is_not_forgotten(shop, till):
    _order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt, DISPUTED)
    shop.round.fetch_events()
    for event in only_later(shop, "charge.dispute.created", "charge.dispute.funds_withdrawn"):
        shop.round._follow_up(event)
    assert shop.all(Dispute) == []

    shop.work(0, 3, 5)

    (dispute,) = shop.all(Dispute)
    assert (dispute.status, dispute.closed_at) == ("needs_response", None)
    assert [event.outcome for event in shop.all(ProviderEvent) if "dispute" in event.type] == ["done", "done"]


def test_a_refund_by_hand_heard_of_before_the_payment_is_not_forgotten(shop, by_hand):
    order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt)
    by_hand(intent_of(shop, attempt))
    shop.round.fetch_events()
    for event in only_later(shop, "refund.created", "charge.refunded"):
        shop.round._follow_up(event)
    assert shop.order_state(order) is OrderState.PLACED

    shop.work(0, 3, 5)

    assert shop.order_state(order) is OrderState.REFUNDED
    shop.assert_sound()


def test_a_refund_by_hand_that_is_still_on_its_way_is_the_one_the_shop_asked_for(shop, till, by_hand):
    """Asked for here and there at once: the shop's own is refused, because all has been sent back, if not arrived."""
    order, attempt, _holds = shop.sale(shop.edition(), "4000000000007726")
    refund = shop.request_refund(order)
    made = by_hand(intent_of(shop, attempt))
    assert made.status == "pending"

    send_refund(till, refund)

    assert shop.read(Refund, refund).state is RefundState.PENDING
    shop.sandbox.settle_refund(made.id, succeeded=True)
    shop.work(31)
    assert (shop.read(Refund, refund).state, shop.order_state(order)) == (RefundState.SUCCEEDED, OrderState.REFUNDED)
    shop.assert_sound()


def test_a_refund_by_hand_after_one_that_failed_unheard_of_is_taken_up(shop, till, by_hand, caplog):
    order, attempt, _holds = shop.sale(shop.edition(), "4000000000007726")
    send_refund(till, refund := shop.request_refund(order))
    shop.sandbox.settle_refund(shop.read(Refund, refund).provider_id, succeeded=False)
    made = by_hand(intent_of(shop, attempt))
    shop.sandbox.settle_refund(made.id, succeeded=True)

    take_up_refunds(till, intent_of(shop, attempt))

    assert sorted(shop.all(Refund.state)) == [RefundState.FAILED, RefundState.SUCCEEDED]
    assert shop.order_state(order) is OrderState.REFUNDED
    assert "made elsewhere" not in caplog.text
    shop.assert_sound()


def test_two_events_of_one_dispute_at_the_same_moment_are_one_dispute(shop, till, monkeypatch):
    _order, _attempt, _holds = shop.sale(shop.edition(), DISPUTED)
    (dispute,) = shop.sandbox.rows("dispute")
    together, real = threading.Barrier(2), till.gateway.retrieve_dispute

    def retrieve(dispute_id):
        facts = real(dispute_id)
        together.wait(timeout=10)
        return facts

    monkeypatch.setattr(till.gateway, "retrieve_dispute", retrieve, raising=False)
    failed = []

    def take_up():
        try:
            take_up_dispute(till, dispute["id"])
        except Exception as error:  # noqa: BLE001  whatever it is, the clock would have had it
            failed.append(error)

    threads = [threading.Thread(target=take_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert len(shop.all(Dispute)) == 1


def test_an_old_answer_about_a_dispute_does_not_open_it_again(shop, till, monkeypatch):
    shop.sale(shop.edition(), DISPUTED)
    (row,) = shop.sandbox.rows("dispute")
    old = till.gateway.retrieve_dispute(row["id"])
    till.gateway._gateway._client.v1.disputes.update(
        row["id"], {"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    take_up_dispute(till, row["id"])

    monkeypatch.setattr(till.gateway, "retrieve_dispute", lambda _id: old, raising=False)
    take_up_dispute(till, row["id"])

    (dispute,) = shop.all(Dispute)
    assert (dispute.status, dispute.closed_at is not None) == ("won", True)


def test_a_refund_by_hand_while_ours_is_on_its_way_is_taken_for_ours(shop, till, by_hand):
    edition = shop.edition(size=1)
    order, attempt, _holds = shop.sale(edition)
    refund = shop.request_refund(order)
    by_hand(intent_of(shop, attempt))

    shop.work(0, 10)

    assert shop.read(Refund, refund).state is RefundState.SUCCEEDED
    assert shop.order_state(order) is OrderState.REFUNDED
    assert len(shop.sandbox.rows("refund")) == 1
    shop.assert_sound()


def test_a_refund_by_hand_of_an_order_in_review_decides_it(shop, by_hand, till):
    order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt)
    with shop.database.transaction() as session:
        session.get_one(CheckoutAttempt, attempt).currency = "USD"
    assert till.settle(shop.session_of(attempt)) is Outcome.REVIEW
    by_hand(intent_of(shop, attempt))

    shop.work(0, 10)

    assert shop.order_state(order) is OrderState.REFUNDED
    assert shop.attempt_state(attempt) is AttemptState.FAILED


def test_a_part_sent_back_by_hand_changes_nothing_but_is_told(shop, till, by_hand, caplog):
    order, attempt, _holds = shop.sale(shop.edition())
    by_hand(intent_of(shop, attempt), amount=100)

    shop.work(0, 10)

    assert shop.order_state(order) is OrderState.PAID
    assert shop.all(Refund) == []
    assert "not of a whole paid order" in caplog.text


def test_an_order_cancelled_under_a_payment_is_refunded_by_the_backstop(shop, till):
    order, attempt, _holds = shop.checkout(shop.edition(size=1))
    shop.pay(attempt)
    with shop.database.transaction() as session:  # what should be impossible
        cancel_orders(session, [order])
    assert till.settle(shop.session_of(attempt)) is Outcome.REVIEW

    shop.work(61 * 60, 60, 60)

    (refund,) = shop.all(Refund)
    assert (refund.state, refund.amount_minor) == (RefundState.SUCCEEDED, 3250)
    assert shop.attempt_state(attempt) is AttemptState.FAILED
    shop.assert_sound()


def test_a_review_somebody_else_refunds_at_the_same_moment_does_not_stop_the_others(shop, till, monkeypatch):
    orders = []
    for _ in range(2):
        order, attempt, _holds = shop.checkout(shop.edition())
        shop.pay(attempt)
        with shop.database.transaction() as session:
            session.get_one(CheckoutAttempt, attempt).currency = "USD"
        till.settle(shop.session_of(attempt))
        orders.append(order)
    shop.tick(61 * 60)
    seen = refund_desk.list_stale_reviews

    def and_a_person_is_faster(session, **how):
        stale = seen(session, **how)
        shop.request_refund(stale[0].id)
        return stale

    monkeypatch.setattr(refund_desk, "list_stale_reviews", and_a_person_is_faster)
    refund_stale_reviews(till)

    assert len(shop.all(Refund)) == 2


def test_a_refund_that_comes_back_after_it_had_gone_is_told_to_somebody(shop, till, caplog):
    order, attempt, _holds = shop.sale(shop.edition())
    send_refund(till, shop.request_refund(order))
    (refund,) = shop.sandbox.rows("refund")
    shop.sandbox.settle_refund(refund["id"], succeeded=False)

    with caplog.at_level(logging.ERROR):
        take_up_refunds(till, intent_of(shop, attempt))

    assert "ALARM" in caplog.text
    assert shop.order_state(order) is OrderState.REFUNDED


def test_a_payment_nobody_knows_is_told_once_its_time_is_over(shop, by_hand, caplog):
    order, attempt, _holds = shop.sale(shop.edition())
    with shop.database.transaction() as session:
        payment = session.get_one(Payment, 1)
        payment.intent_id = "pi_of_another_shop"
    by_hand(intent_of(shop, attempt))

    shop.work(*[61] * 12)

    assert shop.order_state(order) is OrderState.PAID
    assert all(event.handled_at for event in shop.all(ProviderEvent) if "refund" in event.type)
    assert "does not know" in caplog.text


def test_what_happened_while_the_clock_stood_still_is_heard_of_although_newer_news_came_by_webhook(shop, by_hand, till):
    old, attempt, _holds = shop.sale(shop.edition())
    shop.work()
    by_hand(intent_of(shop, attempt))
    shop.tick(3600)
    _new, another, _more = shop.sale(shop.edition())
    newest = next(till.gateway.list_events(["checkout.session.completed"], created_since=shop.clock.now()))
    with shop.database.transaction() as session:
        store(session, newest, at=shop.clock.now())

    shop.work(1, 11)

    assert newest.object_id == shop.session_of(another)
    assert shop.order_state(old) is OrderState.REFUNDED


def test_a_clock_that_begins_late_hears_of_everything_since_the_first_attempt(shop, by_hand):
    order, attempt, _holds = shop.sale(shop.edition())
    by_hand(intent_of(shop, attempt))
    shop.tick(3600)

    shop.work()

    assert shop.order_state(order) is OrderState.REFUNDED
