"""The checkout form: how the buyer is reached and where the parcel goes."""

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, SelectMultipleField, widgets
from wtforms.validators import DataRequired, Length, Optional

from storefront.accounts.people import Account
from storefront.orders.checkout import Delivery
from storefront.orders.orders import Order
from storefront.web.account_forms import real_address
from storefront.web.address_form import AddressForm
from storefront.web.hold_view import HoldView


class CheckoutForm(AddressForm):
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
    def hold_ids(self) -> list[int]:
        """The holds to pay, the page's own first."""
        chosen = [self.hold.data or "", *(self.with_holds.data or [])]
        return list(dict.fromkeys(int(text) for text in chosen if text.isascii() and text.isdigit() and len(text) < 10))  # noqa: PLR2004

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.email.data or "", self.address, str(get_locale() or "en"))
