"""What each kind of provider event leads to. The event is only a hint where to look."""

from enum import StrEnum

from storefront.orders.refund_desk import take_up_dispute, take_up_refunds
from storefront.orders.settlement import Outcome
from storefront.orders.till import Till
from storefront.payments.attempts import AttemptState, find_by_session
from storefront.payments.inbox import ProviderEvent

TYPES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)


_ENDS = {
    "checkout.session.completed": AttemptState.PAID,
    "checkout.session.async_payment_succeeded": AttemptState.PAID,
    "checkout.session.expired": AttemptState.EXPIRED,
}


class Handling(StrEnum):
    DONE = "done"
    IGNORED = "ignored"
    TRY_LATER = "try_later"


def handle(till: Till, event: ProviderEvent) -> Handling:
    """Follow one event up. Twice changes nothing."""
    if event.type not in TYPES:
        return Handling.IGNORED
    if event.type.startswith("checkout.session."):
        if _is_old_news(till, event):
            return Handling.DONE
        # A session nobody knows yet may be one whose id is being written down right now.
        outcome = till.settle(event.object_id)
        return Handling.TRY_LATER if outcome in (Outcome.UNKNOWN, Outcome.WAITING) else Handling.DONE
    # What happened to a payment may be told before the payment is.
    if event.type.startswith("charge.dispute."):
        known = take_up_dispute(till, event.object_id)
    else:
        known = event.intent_id is None or take_up_refunds(till, event.intent_id)
    return Handling.DONE if known else Handling.TRY_LATER


def _is_old_news(till: Till, event: ProviderEvent) -> bool:
    """The provider has told us this end itself: to ask again would take a call from somebody who waits for one."""
    with till.database.reading() as session:
        attempt = find_by_session(session, event.object_id)
    return attempt is not None and attempt.state is _ENDS.get(event.type)
