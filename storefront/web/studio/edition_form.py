"""The form for an edition's terms."""

from functools import cache

from wtforms import RadioField

from storefront.catalog.edition_terms import EditionTerms
from storefront.catalog.editions import MAX_PER_PERSON, MAX_PROOFS, MAX_SIZE, NumberPolicy
from storefront.money import exponent
from storefront.web.forms import LongTextField, NumbersField, ScaledField, ShopForm, WholeField, choices, needed
from storefront.web.forms import later as _
from storefront.web.studio import words

_DEAREST = 99_999_99  # the provider takes eight digits


class EditionForm(ShopForm):
    """Made by `form_in`, because a currency decides how many decimals a price has."""

    price_minor: ScaledField
    size = WholeField(_("Numbered pieces"), low=1, high=MAX_SIZE)
    proofs = WholeField(_("Artist’s proofs, outside the numbering"), low=0, high=MAX_PROOFS)
    reserved = NumbersField(_("Numbers you keep back"))
    reserved_note = LongTextField(_("Where they go"), longest=300)
    per_person = WholeField(_("How many one person may buy"), low=1, high=MAX_PER_PERSON)
    policy = RadioField(
        _("How numbers are given out"),
        [needed(_("Choose how numbers are given out."))],
        choices=choices(NumberPolicy, words.policy),
    )

    def terms(self) -> EditionTerms:
        return EditionTerms(
            size=self.size.data or 0,
            price_minor=self.price_minor.data,
            proofs=self.proofs.data or 0,
            reserved=self.reserved.data or (),
            reserved_note=self.reserved_note.data or "",
            per_person=self.per_person.data or 0,
            policy=NumberPolicy(self.policy.data),
        )


@cache
def form_in(currency: str) -> type[EditionForm]:
    """The form's class for a price in this currency."""
    places = exponent(currency)

    class Form(EditionForm):
        price_minor = ScaledField(
            _("Price, tax included"), places=places, low=1, high=_DEAREST, example=28 * 10**places
        )

    return Form
