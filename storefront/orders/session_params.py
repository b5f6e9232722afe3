"""The exact parameters of a checkout session, built from the order alone: the browser has no say in them."""

from datetime import datetime
from typing import Any

from storefront.catalog.editions import NumberPolicy
from storefront.orders.orders import Order, OrderLine
from storefront.payments.attempts import CheckoutAttempt


def session_params(
    order: Order, attempt: CheckoutAttempt, expires_at: datetime, *, base_url: str, shop_id: str
) -> dict[str, Any]:
    """Parameters for a hosted page: card only, one session, no recovery, prices fixed by us, money in minor units."""
    metadata = {"attempt": attempt.idempotency_key, "order": order.code, "shop": shop_id}
    first = order.lines[0]
    return {
        "mode": "payment",
        "client_reference_id": order.code,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "customer_email": order.email,
        "submit_type": "pay",
        "line_items": [*(_item(line) for line in order.lines), *_shipping(order)],
        "expires_at": int(expires_at.timestamp()),
        "success_url": f"{base_url}/pay/return?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{base_url}/holds/{first.hold_id}",
    }


def _item(line: OrderLine) -> dict[str, Any]:
    edition = line.hold.edition
    # Nobody may fish for numbers by opening payment pages: a sealed number is not named before it is paid.
    sealed = edition.policy is NumberPolicy.SEALED
    name = (
        f"{edition.pin.title}, a sealed number of {edition.size}"
        if sealed
        else f"{edition.pin.title} {line.piece.number}/{edition.size}"
    )
    return _price(name, line.price_minor, line.order.currency)


def _shipping(order: Order) -> list[dict[str, Any]]:
    return [_price("Shipping", order.shipping_minor, order.currency)] if order.shipping_minor else []


def _price(name: str, minor: int, currency: str) -> dict[str, Any]:
    return {
        "quantity": 1,
        "price_data": {"currency": currency.lower(), "unit_amount": minor, "product_data": {"name": name}},
    }
