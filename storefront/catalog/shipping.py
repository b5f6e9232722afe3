"""Shipping: where an artist posts to, for how much, and the tax contained in the price there."""

from collections import Counter
from dataclasses import asdict, dataclass, field

from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist, ShippingZone

EVERYWHERE = "*"
MAX_ZONES = 20


class CountryTwice(Exception):
    """A country, or "everywhere else", stands in two zones, or is both posted to and excluded."""

    def __init__(self, country: str) -> None:
        super().__init__(country)
        self.country = country


@dataclass(frozen=True)
class ShippingTerms:
    """`tax_rates` are hundredths of a percent by country, contained in the price."""

    zones: tuple[ShippingZone, ...] = ()
    excluded: tuple[str, ...] = ()
    tax_rates: dict[str, int] = field(default_factory=dict)
    ships_within_days: int = 10


def set_shipping(session: Session, artist: Artist, terms: ShippingTerms) -> None:
    """Orders already placed keep what they were told; the next one is counted by these terms. Raises CountryTwice."""
    named = Counter(country for zone in terms.zones for country in zone.countries)
    named.update(set(terms.excluded))
    if twice := next((country for country, times in named.items() if times > 1), None):
        raise CountryTwice(twice)
    artist.shipping_zones = [{**asdict(zone), "countries": list(zone.countries)} for zone in terms.zones]
    artist.excluded_countries = sorted(terms.excluded)
    artist.tax_rates = dict(sorted(terms.tax_rates.items()))
    artist.ships_within_days = terms.ships_within_days
    session.flush()
