"""Cards: the test cards of https://docs.stripe.com/testing and what each of them does."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    number: str
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None
    challenge: bool = False
    dispute: str | None = None
    inquiry: bool = False
    fraud_warning: bool = False
    refund_status: str = "succeeded"
    exp_month: int = 12
    exp_year: int = 2034
    delayed: bool = False

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]

    @property
    def brand(self) -> str:
        return {"5": "mastercard", "3": "amex"}.get(self.number[0], "visa")


def _declined(number: str, message: str, code: str, decline_code: str | None = None) -> Card:
    return Card(number, code=code, decline_code=decline_code, message=message)


_CARDS = (
    Card("4242424242424242"),
    Card("5555555555554444"),
    Card("378282246310005"),
    _declined("4000000000000002", "Your card was declined.", "card_declined", "generic_decline"),
    _declined("4000000000009995", "Your card has insufficient funds.", "card_declined", "insufficient_funds"),
    _declined("4000000000000069", "Your card has expired.", "expired_card"),
    _declined("4000000000000127", "Your card's security code is incorrect.", "incorrect_cvc"),
    _declined(
        "4000000000000119",
        "An error occurred while processing your card. Try again in a little bit.",
        "processing_error",
    ),
    Card("4000002500003155", challenge=True),
    Card("4000002760003184", challenge=True),
    Card("4000000000000259", dispute="fraudulent"),
    Card("4000000000002685", dispute="product_not_received"),
    Card("4000000000001976", dispute="fraudulent", inquiry=True),
    Card("4000000000005423", fraud_warning=True),
    Card("4000000000007726", refund_status="pending"),
    Card("4000000000005126", refund_status="failed"),
)
CARDS = {card.number: card for card in _CARDS}

DELAYED = Card("000123456789", delayed=True)  # a method whose money comes later; only the control surface offers it


def card_for(number: str) -> Card:
    """The test card of this number; any other number is declined as Stripe's test mode declines it."""
    digits = "".join(number.split()).replace("-", "")
    if number == "delayed":
        return DELAYED
    if digits in CARDS:
        return CARDS[digits]
    if not _is_card_number(digits):
        return _declined(digits or "0000", "Your card number is incorrect.", "incorrect_number")
    message = "Your card was declined. Your request was in test mode, but used a non test card."
    return _declined(digits, message, "card_declined", "test_mode_live_card")


def _is_card_number(digits: str) -> bool:
    """The check digit that every card number ends with (ISO/IEC 7812)."""
    if not (digits.isascii() and digits.isdecimal() and 12 <= len(digits) <= 19):  # noqa: PLR2004  the standard's lengths
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004  digits add up
