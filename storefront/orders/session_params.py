"""The exact parameters of a checkout session, built from the order alone: the browser has no say in them."""

from datetime import datetime
from typing import Any

from storefront import catalogues
from storefront.catalog.editions import NumberPolicy
from storefront.orders.orders import Order, OrderLine
from storefront.payments.attempts import CheckoutAttempt

# The languages the hosted page speaks; in another it asks the buyer's browser.
_SPOKEN = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fil",
        "fr",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "mt",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "th",
        "tr",
        "vi",
        "zh",
    ]
)


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
        "locale": _locale(order.locale),
        "submit_type": "pay",
        "line_items": [*(_item(line) for line in order.lines), *_shipping(order)],
        "expires_at": int(expires_at.timestamp()),
        "success_url": f"{base_url}/pay/return?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{base_url}/holds/{first.hold_id}",
    }


def _locale(locale: str) -> str:
    language = locale.partition("_")[0]
    return language if language in _SPOKEN else "auto"


def _item(line: OrderLine) -> dict[str, Any]:
    edition = line.hold.edition
    # Nobody may fish for numbers by opening payment pages: a sealed number is not named before it is paid.
    sealed = edition.policy is NumberPolicy.SEALED
    told = {"title": edition.pin.title, "n": line.piece.number, "of": edition.size}
    _ = catalogues.load(line.order.locale).ugettext
    name = _("%(title)s, a sealed number of %(of)s") % told if sealed else _("%(title)s %(n)s/%(of)s") % told
    return _price(name, line.price_minor, line.order.currency)


def _shipping(order: Order) -> list[dict[str, Any]]:
    _ = catalogues.load(order.locale).ugettext
    return [_price(_("Shipping"), order.shipping_minor, order.currency)] if order.shipping_minor else []


def _price(name: str, minor: int, currency: str) -> dict[str, Any]:
    return {
        "quantity": 1,
        "price_data": {"currency": currency.lower(), "unit_amount": minor, "product_data": {"name": name}},
    }
