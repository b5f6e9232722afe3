"""The refund desk: asking the provider to send money back, and taking up refunds and disputes made elsewhere."""

import logging
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.orders.orders import Order
from storefront.orders.refunding import (
    NotRefundable,
    find_running_refund,
    list_stale_reviews,
    refund_answered,
    refund_failed,
    request_refund,
)
from storefront.orders.till import KEY_LIFE, Till
from storefront.payments.attempts import CheckoutAttempt
from storefront.payments.gateway import GatewayBusy, GatewayRefused, GatewayUnknown, RefundFacts
from storefront.payments.money_moved import Dispute, Payment, Refund

log = logging.getLogger(__name__)
_TRY_AGAIN = timedelta(seconds=30)
_NOT_US = (401, 403)  # our key is wrong: that says nothing about the refund
_OVER = ("won", "lost", "warning_closed", "prevented")


def send_refund(till: Till, refund_id: int) -> None:
    """Ask for a refund, or ask what became of it. What nobody can tell now is asked again later."""
    try:
        _send(till, refund_id)
    except (GatewayBusy, GatewayRefused, GatewayUnknown):
        with till.database.transaction() as session:
            session.get_one(Refund, refund_id).next_try_at = till.clock.now() + _TRY_AGAIN


def take_up_refunds(till: Till, intent_id: str) -> bool:
    """Refunds made by hand at the provider become ours; a full one takes the order with it. False: no payment of ours."""
    with till.database.reading() as session:
        if session.scalars(select(Payment.id).where(Payment.intent_id == intent_id)).one_or_none() is None:
            return False
    till.pace()
    # Oldest first: when ours has failed and another was made by hand, the failure has to be known before.
    for facts in reversed(till.gateway.list_refunds(intent_id)):
        with till.database.transaction() as session:
            query = (
                select(Refund.id).join(Payment, Payment.id == Refund.payment_id).where(Payment.intent_id == intent_id)
            )
            known = session.scalars(
                query.where(
                    (Refund.provider_id == facts.id) | (Refund.idempotency_key == facts.metadata.get("refund", ""))
                )
            ).one_or_none()
            if known is None:
                known = _adopt(session, till, intent_id, facts)
            if known is not None:
                refund_answered(session, known, facts, at=till.clock.now())
    return True


def take_up_dispute(till: Till, dispute_id: str) -> bool:
    """Write down how a dispute stands. False when it is about no payment of ours."""
    till.pace()
    facts = till.gateway.retrieve_dispute(dispute_id)
    at = till.clock.now()
    with till.database.transaction() as session:
        # The payment's lock: a dispute begins with two events, which may be followed up at the same moment.
        ours = select(Payment.id).where(Payment.intent_id == facts.intent_id).with_for_update()
        payment_id = session.scalars(ours).one_or_none()
        if payment_id is None:
            return False
        dispute = session.scalars(select(Dispute).where(Dispute.provider_id == facts.id)).one_or_none()
        if dispute is None:
            dispute = Dispute(
                payment_id=payment_id,
                provider_id=facts.id,
                reason=facts.reason,
                amount_minor=facts.amount_minor,
                currency=facts.currency,
                opened_at=at,
            )
            session.add(dispute)
        is_over = facts.status in _OVER
        if dispute.closed_at is None or is_over:  # an answer that was on its way for long does not open it again
            dispute.status = facts.status
        if is_over and dispute.closed_at is None:
            dispute.closed_at = at
    return True


def refund_stale_reviews(till: Till) -> int:
    """The backstop: an order nobody decided about for an hour is refunded."""
    with till.database.reading() as session:
        stale = [order.id for order in list_stale_reviews(session, at=till.clock.now())]
    for order_id in stale:
        # A person may be faster, and one order must not keep the others.
        with suppress(NotRefundable), till.database.transaction() as session:
            request_refund(session, session.get_one(Order, order_id), reason="review", at=till.clock.now())
            log.error("ALARM order in review for an hour, refunding")
    return len(stale)


def _send(till: Till, refund_id: int) -> None:
    with till.database.reading() as session:
        refund = session.get_one(Refund, refund_id)
        payment = session.get_one(Payment, refund.payment_id)
    if refund.provider_id is None and till.clock.now() - refund.requested_at > KEY_LIFE:
        _take_up_or_renew(till, refund, payment)
        return
    till.pace()
    try:
        facts = (
            till.gateway.create_refund(_params(refund, payment), refund.idempotency_key)
            if refund.provider_id is None
            else till.gateway.retrieve_refund(refund.provider_id)
        )
    except GatewayUnknown as unknown:
        if not unknown.replayed:
            raise
        _take_up_or_renew(till, refund, payment)
    except GatewayRefused as refused:
        if refused.http_status in _NOT_US:
            raise
        _refused(till, refund, payment, refused)
    else:
        with till.database.transaction() as session:
            refund_answered(session, refund_id, facts, at=till.clock.now())


def _params(refund: Refund, payment: Payment) -> dict[str, object]:
    return {
        "payment_intent": payment.intent_id,
        "amount": refund.amount_minor,
        "metadata": {"refund": refund.idempotency_key},
    }


def _refused(till: Till, refund: Refund, payment: Payment, refused: GatewayRefused) -> None:
    if refused.code == "charge_already_refunded":
        take_up_refunds(till, payment.intent_id)
        with till.database.reading() as session:
            if session.get_one(Refund, refund.id).provider_id is not None:
                return  # it is the one made elsewhere, done or still on its way
    with till.database.transaction() as session:
        refund_failed(session, refund.id, refused.code or "refused", at=till.clock.now())


def _take_up_or_renew(till: Till, refund: Refund, payment: Payment) -> None:
    """The old key is of no use any more: look whether the refund exists, else ask again under a new key."""
    take_up_refunds(till, payment.intent_id)
    with till.database.transaction() as session:
        row = session.get_one(Refund, refund.id, with_for_update=True)
        if row.settled_at is None and row.provider_id is None:
            row.idempotency_key = f"{row.idempotency_key}+"
            row.requested_at = row.next_try_at = till.clock.now()


def _adopt(session: Session, till: Till, intent_id: str, facts: RefundFacts) -> int | None:
    """The refund of ours that this one, made elsewhere, is from now on."""
    if facts.status in ("failed", "canceled"):
        return None
    query = (
        select(Order, Payment)
        .join(CheckoutAttempt, CheckoutAttempt.reference == Order.code)
        .join(Payment, Payment.attempt_id == CheckoutAttempt.id)
        .where(Payment.intent_id == intent_id, Payment.captured_minor == facts.amount_minor)
    )
    found = session.execute(query).one_or_none()
    if found is not None:
        running = find_running_refund(session, found.Payment.id)
        if running is not None and running.provider_id is None:
            return running.id  # ours can only be refused now: the money has gone back
        with suppress(NotRefundable):
            at = till.clock.now()
            return request_refund(session, found.Order, reason="elsewhere", at=at, provider_id=facts.id).id
    log.error("ALARM a refund made elsewhere that is not of a whole paid order")
    return None
