"""Sales of the demo: real holds, orders and settlements, with the provider's answers written by hand."""

from datetime import datetime, timedelta
from math import gcd

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storefront.accounts import buyers
from storefront.accounts.addresses import email_key
from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.ids import new_token
from storefront.inventory.holds import Hold
from storefront.inventory.placing import place_hold
from storefront.orders.attempting import give_turn, opened, start_attempt
from storefront.orders.checkout import Delivery, place_order
from storefront.orders.orders import Order
from storefront.orders.pricing import quote
from storefront.orders.session_params import session_params
from storefront.orders.settlement import Outcome, apply_facts
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import CheckoutAttempt
from storefront.payments.gateway import SessionFacts

_STRIDE = 37  # picks wander over the wall, as people's do


def sell_some(
    session: Session, edition: Edition, count: int, *, since: datetime, until: datetime, address_key: bytes
) -> None:
    """Sell `count` pieces of an edition to invented buyers, evenly between two instants. Their mail is not sent."""
    step = (until - since) / max(count, 1)
    for i in range(count):
        _sell_one(session, edition, i, since + step * i, address_key)
    session.execute(delete(OutboxMessage).where(OutboxMessage.kind == "order_paid"))


def _sell_one(session: Session, edition: Edition, i: int, at: datetime, address_key: bytes) -> None:
    email = f"demo-{edition.id}-{i}@example.org"
    buyer = buyers.of_address(session, email_key(address_key, email), at=at)
    number = _pick(edition, i) if edition.policy is NumberPolicy.PICK else None
    placed = place_hold(session, edition, buyer.id, key=new_token(), at=at, number=number)
    hold = session.get_one(Hold, placed.hold_id)
    artist = session.get_one(Artist, edition.pin.artist_id)
    address = {
        "name": "Demo buyer",
        "line1": "Demo street 1",
        "line2": "",
        "postcode": "1000",
        "city": "Demo",
        "region": "",
        "country": "PT",
    }
    total = quote(artist, [hold], "PT").total.minor
    order = place_order(
        session,
        [hold.id],
        buyer_id=buyer.id,
        placed_by=buyer.id,
        delivery=Delivery(email, address),
        agreed_minor=total,
        at=at,
    )
    attempt = start_attempt(session, order.id, at=at)
    give_turn(session, attempt.id, at=at, params=_params)
    facts = _facts(order, attempt, at)
    if (
        not opened(session, attempt.id, facts, at=at)
        or apply_facts(session, facts, at=at + timedelta(seconds=40)) is not Outcome.PAID
    ):
        raise RuntimeError(f"the demo could not sell a piece of {edition.ref}")


def _pick(edition: Edition, i: int) -> int:
    """The i-th number of a walk over all that are not reserved."""
    free = [n for n in range(1, edition.size + 1) if n not in set(edition.reserved)]
    stride = next(s for s in range(_STRIDE, _STRIDE + len(free)) if gcd(s, len(free)) == 1)
    return free[(i * stride) % len(free)]


def _params(order: Order, attempt: CheckoutAttempt, expires_at: datetime) -> dict[str, object]:
    return session_params(order, attempt, expires_at, base_url="http://127.0.0.1", shop_id="demo")


def _facts(order: Order, attempt: CheckoutAttempt, at: datetime) -> SessionFacts:
    return SessionFacts(
        id=f"cs_demo_{attempt.id}",
        status="complete",
        payment_status="paid",
        url=None,
        client_reference_id=order.code,
        amount_total=order.total_minor,
        currency=order.currency,
        livemode=False,
        metadata={"attempt": attempt.idempotency_key, "shop": "demo"},
        created=at,
        expires_at=at + timedelta(minutes=35),
        intent_id=f"pi_demo_{attempt.id}",
        intent_status="succeeded",
        charge_id=f"ch_demo_{attempt.id}",
        captured_minor=order.total_minor,
        card_fingerprint=None,
    )
