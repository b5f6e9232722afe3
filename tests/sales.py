"""Sales to test with: holds, orders, attempts and refunds made by the shop's own operations, the provider's word invented."""

from datetime import timedelta
from itertools import count

from factories import NOON, a_buyer, a_key, an_edition
from storefront.inventory.holds import Hold
from storefront.inventory.placing import place_hold
from storefront.orders.attempting import give_turn, opened, start_attempt
from storefront.orders.checkout import Delivery, place_order
from storefront.orders.pricing import quote
from storefront.orders.refunding import refund_answered, request_refund
from storefront.orders.settlement import apply_facts
from storefront.payments.gateway import RefundFacts, SessionFacts

_serial = count(1)
ADDRESS = {
    "name": "Maria Prado",
    "line1": "Rua 1",
    "line2": "",
    "postcode": "1100",
    "city": "Lisboa",
    "region": "",
    "country": "PT",
}


def a_hold(session, edition, buyer=None, *, at=NOON):
    buyer = buyer or a_buyer(session)
    placed = place_hold(session, edition, buyer.id, key=a_key(), at=at)
    return session.get_one(Hold, placed.hold_id)


def an_order(session, holds, *, email="maria@example.org", at=NOON):
    """Placed, unpaid and without an attempt."""
    first = holds[0]
    price = quote(first.drop.artist, holds, ADDRESS["country"])
    return place_order(
        session,
        [hold.id for hold in holds],
        buyer_id=first.buyer_id,
        placed_by=first.placed_by,
        delivery=Delivery(email, ADDRESS),
        agreed_minor=price.total.minor,
        at=at,
    )


def an_open_attempt(session, order, *, at=NOON):
    """Its session id is known, and the buyer may be looking at the provider's page."""
    attempt = start_attempt(session, order.id, at=at)
    give_turn(session, attempt.id, at=at, params=lambda *_: {"mode": "payment"})
    opened(session, attempt.id, facts(attempt, session_id=f"cs_test_{next(_serial)}"), at=at)
    session.refresh(attempt)
    session.refresh(order)
    return attempt


def a_sale(session, edition=None, *, pieces=1, email="maria@example.org", at=NOON):
    """A paid order for the edition's next numbers."""
    edition = edition or an_edition(session, per_person=pieces)
    buyer = a_buyer(session)
    order = an_order(session, [a_hold(session, edition, buyer, at=at) for _ in range(pieces)], email=email, at=at)
    attempt = an_open_attempt(session, order, at=at)
    apply_facts(session, facts(attempt, status="complete", payment_status="paid"), at=at)
    session.expire_all()
    return order


def a_refund(session, order, *, at=NOON):
    """The order's money has gone back, and its numbers with it."""
    refund = request_refund(session, order, reason="wish", at=at)
    done = RefundFacts(f"re_{next(_serial)}", "succeeded", refund.amount_minor, "EUR", None, {})
    refund_answered(session, refund.id, done, at=at)
    session.expire_all()
    return refund


def facts(attempt, *, session_id=None, status="open", payment_status="unpaid"):
    n = attempt.id
    paid = payment_status == "paid"
    return SessionFacts(
        id=session_id or attempt.session_id,
        status=status,
        payment_status=payment_status,
        url=f"https://checkout.example.org/{n}" if status == "open" else None,
        client_reference_id=attempt.reference,
        amount_total=attempt.amount_minor,
        currency=attempt.currency,
        livemode=False,
        metadata={},
        created=NOON,
        expires_at=NOON + timedelta(minutes=35),
        intent_id=f"pi_{n}" if paid else None,
        intent_status="succeeded" if paid else None,
        charge_id=f"ch_{n}" if paid else None,
        captured_minor=attempt.amount_minor if paid else 0,
        card_fingerprint=None,
    )
