"""Settlement: what the provider says about a session becomes sold pieces, an ended attempt, or an alarm.

Only facts read from the provider count; an event's body, the order of arrival and the buyer's redirect do not.
"""

import logging
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.db import inserting, move
from storefront.inventory.paying import HoldNotSellable, sell
from storefront.inventory.recording import record_pieces
from storefront.ledger.chain import EntryKind
from storefront.orders.attempting import end_attempt, lock_holds, lock_set
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.messages import post
from storefront.payments.attempts import AttemptState, CheckoutAttempt, find_by_session
from storefront.payments.gateway import SessionFacts
from storefront.payments.money_moved import Payment, Refund, RefundState

log = logging.getLogger(__name__)
_ENDED = (AttemptState.EXPIRED, AttemptState.ABANDONED, AttemptState.FAILED)


class Outcome(StrEnum):
    UNKNOWN = "unknown"
    WAITING = "waiting"
    PAID = "paid"
    ENDED = "ended"
    REVIEW = "review"
    LATE = "late"


def apply_facts(session: Session, facts: SessionFacts, *, at: datetime) -> Outcome:
    """Make the shop agree with the provider about one session. Doing it again changes nothing."""
    attempt = find_by_session(session, facts.id)
    if attempt is None:
        return Outcome.UNKNOWN
    if facts.status == "expired":
        end_attempt(session, attempt.id, AttemptState.EXPIRED, at=at)
        return Outcome.ENDED
    if facts.status != "complete":
        return Outcome.WAITING
    if facts.payment_status == "paid":
        return _paid(session, attempt.id, facts, at=at)
    return _not_yet(session, attempt.id, facts, at=at)


def _paid(session: Session, attempt_id: int, facts: SessionFacts, *, at: datetime) -> Outcome:
    hold_ids, order, attempt = lock_set(session, attempt_id)
    if attempt.state is AttemptState.PAID:
        return Outcome.PAID
    if attempt.state in _ENDED:
        return _late(session, attempt, facts, at=at)
    if attempt.state is AttemptState.REVIEW:
        return Outcome.REVIEW
    _receive(session, attempt, facts, at=at)
    try:
        _check(attempt, facts)
        with session.begin_nested():
            _sell(session, order, attempt, hold_ids, at=at)
    except HoldNotSellable as problem:
        return _to_review(session, order, attempt, str(problem), at=at)
    return Outcome.PAID


def _check(attempt: CheckoutAttempt, facts: SessionFacts) -> None:
    """What was paid is what we asked for. Raises HoldNotSellable with the first difference."""
    differences = {
        "a live payment in a test shop": facts.livemode,
        "another reference": facts.client_reference_id != attempt.reference,
        "another amount": facts.amount_total != attempt.amount_minor or facts.captured_minor != attempt.amount_minor,
        "another currency": facts.currency != attempt.currency,
        "an intent that has not succeeded": facts.intent_status != "succeeded",
    }
    for difference, found in differences.items():
        if found:
            raise HoldNotSellable(difference)


def _sell(session: Session, order: Order, attempt: CheckoutAttempt, hold_ids: list[int], *, at: datetime) -> None:
    pieces = sell(session, hold_ids)
    expected = (OrderState.PLACED, OrderState.REVIEW)
    order_moved = move(session, Order, OrderState.PAID, expect=expected, where=[Order.id == order.id], paid_at=at)
    lines = [OrderLine.order_id == order.id]
    sold = move(session, OrderLine, LineState.SOLD, expect=(LineState.RESERVED,), where=lines)
    if not order_moved or len(sold) != len(hold_ids):
        raise HoldNotSellable("the order is not waiting for this payment")
    payable = (AttemptState.OPEN, AttemptState.PROCESSING, AttemptState.REVIEW)
    move(
        session,
        CheckoutAttempt,
        AttemptState.PAID,
        expect=payable,
        where=[CheckoutAttempt.id == attempt.id],
        ended_at=at,
        url=None,
    )
    post(session, "order_paid", f"order_paid:{order.code}", {"order_id": order.id}, at=at)
    record_pieces(session, pieces, EntryKind.SOLD, at=at)


def _receive(session: Session, attempt: CheckoutAttempt, facts: SessionFacts, *, at: datetime) -> Payment:
    """The payment's row; one per attempt, whoever tells of it."""
    made = session.scalars(
        inserting(session, Payment)
        .values(
            attempt_id=attempt.id,
            intent_id=facts.intent_id or facts.id,
            charge_id=facts.charge_id,
            captured_minor=facts.captured_minor or facts.amount_total or attempt.amount_minor,
            currency=facts.currency or attempt.currency,
            card_fingerprint=facts.card_fingerprint,
            paid_at=at,
        )
        .on_conflict_do_nothing(index_elements=["attempt_id"])
        .returning(Payment)
    ).one_or_none()
    return made or session.scalars(select(Payment).where(Payment.attempt_id == attempt.id)).one()


def _late(session: Session, attempt: CheckoutAttempt, facts: SessionFacts, *, at: datetime) -> Outcome:
    """Money for an attempt that had ended: should be impossible. It goes back in full, and somebody is told."""
    payment = _receive(session, attempt, facts, at=at)
    key = f"late:{attempt.idempotency_key}"
    if session.scalars(select(Refund.id).where(Refund.idempotency_key == key)).one_or_none() is None:
        log.error("ALARM money without a piece: attempt %s had ended, refunding", attempt.id)
        session.add(
            Refund(
                payment_id=payment.id,
                idempotency_key=key,
                amount_minor=payment.captured_minor,
                number_returns=False,
                reason="late",
                state=RefundState.REQUESTED,
                requested_at=at,
                next_try_at=at,
            )
        )
        session.flush()
    return Outcome.LATE


def _to_review(session: Session, order: Order, attempt: CheckoutAttempt, problem: str, *, at: datetime) -> Outcome:
    """Paid, but it cannot be sold: everything stays locked until a person, or the hourly backstop, decides."""
    log.error("ALARM paid attempt %s needs a person: %s", attempt.id, problem)
    move(session, Order, OrderState.REVIEW, expect=(OrderState.PLACED,), where=[Order.id == order.id])
    payable = (AttemptState.OPEN, AttemptState.PROCESSING)
    where = [CheckoutAttempt.id == attempt.id]
    move(session, CheckoutAttempt, AttemptState.REVIEW, expect=payable, where=where, problem=problem, next_check_at=at)
    return Outcome.REVIEW


def _not_yet(session: Session, attempt_id: int, facts: SessionFacts, *, at: datetime) -> Outcome:
    """Complete but unpaid: a slow payment. It failed when its intent was cancelled or wants another card."""
    where = [CheckoutAttempt.id == attempt_id]
    lock_holds(session, attempt_id)
    move(session, CheckoutAttempt, AttemptState.PROCESSING, expect=(AttemptState.OPEN,), where=where, next_check_at=at)
    if facts.intent_status in ("requires_payment_method", "canceled"):
        end_attempt(session, attempt_id, AttemptState.FAILED, at=at, problem="the payment failed")
        return Outcome.ENDED
    return Outcome.WAITING
