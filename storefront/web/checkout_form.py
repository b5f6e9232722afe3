"""The checkout form: how the buyer is reached and where the parcel goes."""

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SelectField, SelectMultipleField, StringField, ValidationError, widgets
from wtforms.validators import DataRequired, Length, Optional

from storefront.accounts.people import Account
from storefront.catalog.artists import Artist
from storefront.orders.checkout import Delivery
from storefront.orders.orders import Order
from storefront.web.account_forms import real_address
from storefront.web.forms import folded
from storefront.web.hold_view import HoldView

_ISO_CODE = 2
ADDRESS_PARTS = ("name", "line1", "line2", "postcode", "city", "region", "country")


class CheckoutForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    hold = HiddenField(validators=[DataRequired()])
    with_holds = SelectMultipleField(
        _l("Pay together, one parcel"),
        coerce=str,
        choices=[],
        validate_choice=False,  # whose holds they are is asked where they are paid
        validators=[Optional()],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    email = EmailField(
        _l("E-mail"),
        validators=[DataRequired(_l("Enter your e-mail address.")), Length(max=254), real_address],
        render_kw={"autocomplete": "email"},
    )
    name = StringField(
        _l("Full name"),
        validators=[DataRequired(_l("Enter the name for the parcel.")), Length(max=100)],
        render_kw={"autocomplete": "name"},
    )
    line1 = StringField(
        _l("Street and number"),
        validators=[DataRequired(_l("Enter street and number.")), Length(max=100)],
        render_kw={"autocomplete": "address-line1"},
    )
    line2 = StringField(_l("Flat, company"), validators=[Length(max=100)], render_kw={"autocomplete": "address-line2"})
    postcode = StringField(_l("Postcode"), validators=[Length(max=20)], render_kw={"autocomplete": "postal-code"})
    city = StringField(
        _l("Town"),
        validators=[DataRequired(_l("Enter the town.")), Length(max=80)],
        render_kw={"autocomplete": "address-level2"},
    )
    region = StringField(
        _l("State or region"), validators=[Length(max=80)], render_kw={"autocomplete": "address-level1"}
    )
    country = SelectField(
        _l("Country"),
        validators=[DataRequired(_l("Choose the country."))],
        render_kw={"autocomplete": "country"},
        validate_choice=False,
    )

    def prefill(
        self, hold_id: int, account: Account | None, last: Order | None, saved: dict[str, str] | None = None
    ) -> None:
        """Nothing is asked twice: the address the account stored stands there, else what this buyer's last order said."""
        known = {"email": last.email, **last.address} if last is not None else {}
        if account is not None:
            known |= {"email": account.email, "name": account.name}
        self.process(data={**known, **(saved or {})})
        self.hold.data = str(hold_id)

    def offer(self, countries: list[tuple[str, str]], others: list[HoldView]) -> None:
        """What may be chosen: only countries the artist posts to, only holds that may be paid together."""
        self.country.choices = [("", ""), *countries]
        self.with_holds.choices = [(str(other.id), f"{other.title}, {other.label}") for other in others]

    @property
    def address(self) -> dict[str, str]:
        return {name: (self[name].data or "").strip() for name in ADDRESS_PARTS}

    @property
    def hold_ids(self) -> list[int]:
        """The holds to pay, the page's own first."""
        chosen = [self.hold.data or "", *(self.with_holds.data or [])]
        return list(dict.fromkeys(int(text) for text in chosen if text.isascii() and text.isdigit() and len(text) < 10))  # noqa: PLR2004

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.email.data or "", self.address, str(get_locale() or "en"))


class SavedAddressForm(CheckoutForm):
    """The address alone, before there is anything to pay."""

    def __init__(self, **kwargs: Any) -> None:  # what WTForms takes
        super().__init__(**kwargs)
        del self.hold, self.with_holds, self.email

    def validate_country(self, field: SelectField) -> None:
        if field.data not in dict(all_countries()):
            raise ValidationError(_("Choose the country."))


def shipped_countries(artist: Artist) -> list[tuple[str, str]]:
    """(code, name) of every country the artist posts to, by name in the reader's language."""
    everywhere = any("*" in zone.countries for zone in artist.zones)
    named = {code for zone in artist.zones for code in zone.countries if code != "*"}
    return [
        (code, name)
        for code, name in all_countries()
        if (everywhere or code in named) and code not in artist.excluded_countries
    ]


def all_countries() -> list[tuple[str, str]]:
    """(code, name) of every country, by name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).territories
    codes = [str(code) for code in names if len(str(code)) == _ISO_CODE and str(code).isalpha()]
    return sorted(
        ((code, names[code]) for code in codes if code not in _NOT_COUNTRIES), key=lambda pair: folded(pair[1])
    )


_NOT_COUNTRIES = {
    "EU",
    "EZ",
    "UN",
    "XA",
    "XB",
    "QO",
    "ZZ",
    "AC",
    "CP",
    "DG",
    "EA",
    "IC",
    "TA",
}  # CLDR groups and places
