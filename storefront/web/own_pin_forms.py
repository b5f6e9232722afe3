"""The forms of one's own pin: the name to show, and where a link is sent."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field
from wtforms.validators import ValidationError

from storefront.accounts.addresses import BadAddress, check_address
from storefront.provenance.certificates import LONGEST_NAME
from storefront.web.account_forms import a_name
from storefront.web.forms import LineField, ShopForm, at_most, tidy_line

_ADDRESS_LENGTH = 254


class ShownNameForm(ShopForm):
    shown_name = LineField(
        _l("Name to show"), [a_name], longest=LONGEST_NAME, render_kw={"autocomplete": "nickname", "maxlength": 60}
    )


class OfferForm(ShopForm):
    email = EmailField(
        _l("Their e-mail"),
        [at_most(_ADDRESS_LENGTH)],
        filters=[tidy_line],
        render_kw={"autocomplete": "off"},
    )

    def validate_email(self, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = check_address(field.data)
        except BadAddress:
            raise ValidationError(
                _("That does not look like an e-mail address. It reads like name@example.org.")
            ) from None
