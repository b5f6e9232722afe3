"""Refunds: money that goes back, and the pieces that come back with it."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.db import locked, move
from storefront.inventory.holds import Hold
from storefront.inventory.paying import give_up, take_back
from storefront.inventory.recording import record_pieces
from storefront.ledger.chain import EntryKind
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.messages import post
from storefront.payments.attempts import AttemptHold, AttemptState, CheckoutAttempt, list_hold_ids
from storefront.payments.gateway import RefundFacts
from storefront.payments.money_moved import Payment, Refund, RefundState

log = logging.getLogger(__name__)
REVIEW_PATIENCE = timedelta(hours=1)
_TRY_AGAIN = timedelta(seconds=30)


class NotRefundable(Exception):
    """Only a paid order, or one a person is looking at, can be refunded, and only once."""


def request_refund(
    session: Session, order: Order, *, reason: str, at: datetime, provider_id: str | None = None
) -> Refund:
    """Send an order's money back in full: written down now, asked of the provider by the clock. Raises NotRefundable."""
    hold_ids = sorted(line.hold_id for line in order.lines)
    locked(session, Hold, hold_ids)
    (order,) = locked(session, Order, [order.id])
    payment = session.scalars(
        select(Payment).where(Payment.attempt_id == order.attempt_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if payment is None or not _has_money_to_return(session, order, payment):
        raise NotRefundable(order.code)
    if find_running_refund(session, payment.id) is not None:
        raise NotRefundable(order.code)
    count = len(list(session.scalars(select(Refund.id).where(Refund.payment_id == payment.id))))
    refund = Refund(
        payment_id=payment.id,
        idempotency_key=f"refund:{order.code}:{count + 1}",
        provider_id=provider_id,
        amount_minor=payment.captured_minor - payment.refunded_minor,
        number_returns=True,
        reason=reason,
        state=RefundState.REQUESTED,
        requested_at=at,
        next_try_at=at,
    )
    move(session, OrderLine, LineState.REFUNDING, expect=(LineState.SOLD,), where=[OrderLine.order_id == order.id])
    session.add(refund)
    session.flush()
    return refund


def _has_money_to_return(session: Session, order: Order, payment: Payment) -> bool:
    """An order may even have been cancelled under a payment: then its attempt alone is in review."""
    attempt = session.get_one(CheckoutAttempt, payment.attempt_id, populate_existing=True)
    return order.state in (OrderState.PAID, OrderState.REVIEW) or attempt.state is AttemptState.REVIEW


def find_running_refund(session: Session, payment_id: int) -> Refund | None:
    states = (RefundState.REQUESTED, RefundState.PENDING, RefundState.SUCCEEDED)
    return session.scalars(select(Refund).where(Refund.payment_id == payment_id, Refund.state.in_(states))).first()


def list_due_refunds(session: Session, *, at: datetime, most: int = 20) -> list[Refund]:
    query = select(Refund).where(
        Refund.state.in_((RefundState.REQUESTED, RefundState.PENDING)), Refund.next_try_at <= at
    )
    return list(session.scalars(query.order_by(Refund.next_try_at).limit(most)))


def refund_answered(session: Session, refund_id: int, facts: RefundFacts, *, at: datetime) -> None:
    """What the provider says of a refund. Doing it again changes nothing."""
    order, payment, refund = _locked_refund(session, refund_id)
    if refund.settled_at is None:
        refund.provider_id, refund.next_try_at = facts.id, at + _TRY_AGAIN
        session.flush()
    where = [Refund.id == refund_id]
    if facts.status == "succeeded":
        expect = (RefundState.REQUESTED, RefundState.PENDING)
        if move(session, Refund, RefundState.SUCCEEDED, expect=expect, where=where, settled_at=at):
            payment.refunded_minor += refund.amount_minor
            session.flush()
            _money_is_back(session, order, refund, at=at)
    elif facts.status in ("failed", "canceled"):
        if refund.state is RefundState.SUCCEEDED:
            log.error(
                "ALARM refund %s had gone back and has returned: the buyer has to be paid in another way", refund_id
            )
        refund_failed(session, refund_id, facts.status, at=at)
    else:
        move(session, Refund, RefundState.PENDING, expect=(RefundState.REQUESTED,), where=where)


def refund_failed(session: Session, refund_id: int, problem: str, *, at: datetime) -> None:
    """The provider will not send it back: the order stands as before, and somebody is told."""
    order, _payment, _refund = _locked_refund(session, refund_id)
    where = [Refund.id == refund_id]
    expect = (RefundState.REQUESTED, RefundState.PENDING)
    if move(session, Refund, RefundState.FAILED, expect=expect, where=where, settled_at=at):
        log.error("ALARM refund %s failed: %s", refund_id, problem)
        move(session, OrderLine, LineState.SOLD, expect=(LineState.REFUNDING,), where=[OrderLine.order_id == order.id])


def list_stale_reviews(session: Session, *, at: datetime) -> list[Order]:
    """Orders nobody has decided about for an hour: the backstop refunds them."""
    query = (
        select(Order)
        .join(CheckoutAttempt, CheckoutAttempt.id == Order.attempt_id)
        .join(Payment, Payment.attempt_id == CheckoutAttempt.id)
        .where(CheckoutAttempt.state == AttemptState.REVIEW, Payment.paid_at <= at - REVIEW_PATIENCE)
    )
    return [
        order for order in session.scalars(query) if order.attempt_id and not _has_refund(session, order.attempt_id)
    ]


def _has_refund(session: Session, attempt_id: int) -> bool:
    query = select(Refund.id).join(Payment, Payment.id == Refund.payment_id).where(Payment.attempt_id == attempt_id)
    return session.scalars(query).first() is not None


def _locked_refund(session: Session, refund_id: int) -> tuple[Order, Payment, Refund]:
    refund = session.get_one(Refund, refund_id)
    attempt_id = session.scalars(select(Payment.attempt_id).where(Payment.id == refund.payment_id)).one()
    locked(session, Hold, list_hold_ids(session, attempt_id))
    reference = select(CheckoutAttempt.reference).where(CheckoutAttempt.id == attempt_id).scalar_subquery()
    order = session.scalars(
        select(Order).where(Order.code == reference).with_for_update(), execution_options={"populate_existing": True}
    ).one()
    (payment,) = locked(session, Payment, [refund.payment_id])
    (refund,) = locked(session, Refund, [refund_id])
    return order, payment, refund


def _money_is_back(session: Session, order: Order, refund: Refund, *, at: datetime) -> None:
    post(
        session,
        "order_refunded",
        f"order_refunded:{refund.idempotency_key}",
        {"order_id": order.id, "refund_id": refund.id},
        at=at,
    )
    if not refund.number_returns:
        return
    attempt_id = session.scalars(select(Payment.attempt_id).where(Payment.id == refund.payment_id)).one()
    hold_ids = list_hold_ids(session, attempt_id)
    session.execute(update(AttemptHold).where(AttemptHold.attempt_id == attempt_id).values(live=False))
    pieces = take_back(session, hold_ids)
    give_up(session, hold_ids)
    move(session, Order, OrderState.REFUNDED, expect=(OrderState.PAID, OrderState.REVIEW), where=[Order.id == order.id])
    lines = [OrderLine.order_id == order.id]
    move(session, OrderLine, LineState.REFUNDED, expect=(LineState.REFUNDING,), where=lines)
    move(session, OrderLine, LineState.CANCELLED, expect=(LineState.RESERVED,), where=lines)
    where = [CheckoutAttempt.id == attempt_id]
    move(session, CheckoutAttempt, AttemptState.FAILED, expect=(AttemptState.REVIEW,), where=where, ended_at=at)
    record_pieces(session, pieces, EntryKind.REFUNDED, at=at)
