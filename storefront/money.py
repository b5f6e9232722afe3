"""Money: integer minor units and a currency, in one value."""

from dataclasses import dataclass

# ISO 4217 currencies whose minor unit is not a hundredth, among those a shop here may choose.
_EXPONENTS = {"JPY": 0, "KRW": 0, "ISK": 0}
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD", "JPY", "KRW")


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were added."""


@dataclass(frozen=True, order=True)
class Money:
    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)


def exponent(currency: str) -> int:
    """How many decimal places the currency's minor unit has."""
    return _EXPONENTS.get(currency, 2)
