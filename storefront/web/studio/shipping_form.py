"""The form for where an artist posts to, and the tax contained in the price."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, FieldList, FormField
from wtforms.validators import ValidationError

from storefront.catalog.artists import Artist, ShippingZone
from storefront.catalog.shipping import EVERYWHERE, MAX_ZONES, ShippingTerms
from storefront.money import exponent
from storefront.web.forms import CountriesField, LineField, ScaledField, ShopForm, WholeField, needed
from storefront.web.forms import later as _
from storefront.web.studio.rows import RowForm, filled

_MOST = 1_000_000  # minor units: nobody posts a pin for more


class RateRow(RowForm):
    country = CountriesField(_("Country"))
    rate = ScaledField(_("Tax in percent"), places=2, low=0, high=3_000, example=2_300)

    def validate_country(self, field: CountriesField) -> None:
        if len(field.data or ()) != 1:
            raise ValidationError(gettext("Name one country."))


class ShippingForm(ShopForm):
    """Made by `form_in`, because a currency decides how many decimals a price has."""

    zones: "FieldList[Any]"
    excluded: CountriesField
    rates: "FieldList[Any]"
    days: WholeField

    def terms(self) -> ShippingTerms:
        return ShippingTerms(
            zones=tuple(self._zones()),
            excluded=self.excluded.data or (),
            tax_rates={row.country.data[0]: row.rate.data for row in filled(self.rates)},
            ships_within_days=self.days.data or 0,
        )

    def _zones(self) -> Iterator[ShippingZone]:
        for row in filled(self.zones):
            countries = (EVERYWHERE,) if row.everywhere.data else row.countries.data
            yield ShippingZone(row.name.data, countries, row.first.data, row.further.data)


@cache
def form_in(currency: str) -> type[ShippingForm]:
    """The form's class for prices in this currency."""
    places = exponent(currency)

    class ZoneRow(RowForm):
        name = LineField(_("Name of the zone"), [needed(_("Name the zone, such as “Europe”."))], longest=60)
        countries = CountriesField(_("Countries"))
        everywhere = BooleanField(_("Everywhere else"))
        first = ScaledField(_("First pin"), places=places, low=0, high=_MOST, example=4 * 10**places)
        further = ScaledField(_("Each further pin"), places=places, low=0, high=_MOST, example=4 * 10**places)

        def validate_countries(self, field: CountriesField) -> None:
            if bool(field.data) == bool(self.everywhere.data):
                raise ValidationError(gettext("List the zone’s countries, or tick “Everywhere else”."))

    class Form(ShippingForm):
        zones = FieldList(FormField(ZoneRow), min_entries=1, max_entries=MAX_ZONES)
        excluded = CountriesField(_("Countries you do not post to"))
        rates = FieldList(FormField(RateRow), min_entries=1, max_entries=60)
        days = WholeField(_("Posted within, in days after the payment"), low=1, high=365)

    return Form


def values_of(artist: Artist) -> dict[str, object]:
    """What the form shows of an artist's terms."""
    zones = [
        {
            "name": zone.name,
            "countries": tuple(code for code in zone.countries if code != EVERYWHERE),
            "everywhere": EVERYWHERE in zone.countries,
            "first": zone.first_minor,
            "further": zone.further_minor,
        }
        for zone in artist.zones
    ]
    rates = [{"country": (code,), "rate": rate} for code, rate in artist.tax_rates.items()]
    return {
        "zones": zones,
        "rates": rates,
        "excluded": tuple(artist.excluded_countries),
        "days": artist.ships_within_days,
    }
