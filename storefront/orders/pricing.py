"""Pricing: what a set of holds costs, sent to a country: prices, shipping once, and the tax contained in both."""

from dataclasses import dataclass
from fractions import Fraction

from storefront.catalog.artists import Artist, ShippingZone
from storefront.inventory.holds import Hold
from storefront.money import Money

_PERCENT = 10_000  # rates are hundredths of a percent


class NotShippedThere(Exception):
    """The artist does not post to this country."""


@dataclass(frozen=True)
class Quote:
    """Line taxes stand in the order of the holds. `tax` is contained in `total`, not added to it."""

    line_taxes: tuple[int, ...]
    shipping: Money
    tax: Money
    total: Money


def quote(artist: Artist, holds: list[Hold], country: str) -> Quote:
    """The price of these holds, posted to a country (ISO 3166 alpha-2). Raises NotShippedThere."""
    zone = zone_for(artist, country)
    currency = holds[0].currency
    rate = artist.tax_rates.get(country, 0)
    shipping = zone.first_minor + zone.further_minor * (len(holds) - 1)
    taxes = tuple(contained_tax(hold.price_minor, rate) for hold in holds)
    total = sum(hold.price_minor for hold in holds) + shipping
    tax = sum(taxes) + contained_tax(shipping, rate)
    return Quote(taxes, Money(shipping, currency), Money(tax, currency), Money(total, currency))


def zone_for(artist: Artist, country: str) -> ShippingZone:
    """The zone a country is posted in: the one that names it, else the one for everywhere else."""
    if country in artist.excluded_countries:
        raise NotShippedThere(country)
    for zone in artist.zones:
        if country in zone.countries:
            return zone
    for zone in artist.zones:
        if "*" in zone.countries:
            return zone
    raise NotShippedThere(country)


def contained_tax(gross_minor: int, rate: int) -> int:
    """The tax inside a gross amount, rounded half to even: gross · rate / (1 + rate)."""
    return round(Fraction(gross_minor * rate, _PERCENT + rate))
