"""Forms that ask for an address: for what the chosen country's post needs, in its order, by its names."""

from collections.abc import Iterator
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, ValidationError, widgets
from wtforms.validators import DataRequired, Length

from storefront.postal.addresses import as_kept, find_problems
from storefront.postal.rules import PARTS, Rules, rules_of
from storefront.web import address_words
from storefront.web.countries import all_countries
from storefront.web.forms import tidy_line


class RegionField(SelectField):
    """Chosen from a list where the country has one, typed elsewhere; what was typed before stays among the choices."""

    def __init__(self, label: Any, **kwargs: Any) -> None:  # what WTForms takes
        super().__init__(label, choices=[], validate_choice=False, **kwargs)

    def follow(self, rules: Rules) -> None:
        self.widget = widgets.Select() if rules.regions else widgets.TextInput()
        language = str(get_locale() or "en").partition("_")[0]
        self.data = next((one.value for one in rules.regions if one.is_called(self.data or "")), self.data)
        listed = [(one.value, one.named_in(language)) for one in rules.regions]
        typed = [(self.data, self.data)] if self.data and self.data not in dict(listed) else []
        self.choices = [("", ""), *typed, *listed]

    def _value(self) -> str:
        return self.data or ""


def _line(label: Any, longest: int, autocomplete: str) -> StringField:
    words = {"autocomplete": autocomplete, "dir": "auto"}  # an address is often written in another script than the page
    return StringField(label, validators=[Length(max=longest)], filters=[tidy_line], render_kw=words)


class AddressForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    country = SelectField(
        _l("Country"),
        validators=[DataRequired(_l("Choose the country."))],
        description=_l("The form asks for what the post there needs."),
        render_kw={"autocomplete": "country"},
        validate_choice=False,
    )
    name = _line(_l("Full name"), 100, "name")
    line1 = _line("", 100, "address-line1")
    line2 = _line(_l("Flat, company"), 100, "address-line2")
    district = _line("", 80, "address-level3")
    postcode = _line("", 20, "postal-code")
    city = _line("", 80, "address-level2")
    region = RegionField(
        "",
        validators=[Length(max=80)],
        filters=[tidy_line],
        render_kw={"autocomplete": "address-level1", "dir": "auto"},
    )

    @property
    def is_redrawn(self) -> bool:
        """Only the country was chosen: nothing else is looked at yet."""
        return "use_country" in request.form

    @property
    def rules(self) -> Rules:
        return rules_of(self.country.data or "")

    @property
    def typed(self) -> dict[str, str]:
        return {part: self[part].data or "" for part in PARTS}

    @property
    def address(self) -> dict[str, str]:
        return as_kept(self.typed)

    @property
    def put_aside(self) -> list[Field]:
        """What was typed and this country does not ask for: it comes back with a country that does."""
        return [self[part] for part in PARTS if part not in self.rules.asked and self[part].data]

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order in which the page has them."""
        others = [field for name, field in self._fields.items() if name not in PARTS]
        address = ["name", "country", *(part for row in self.rules.rows for part in row)]
        return iter([*others, *(self[part] for part in address)])

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        rules = self.rules
        for part in PARTS:
            self[part].label.text = address_words.label(part, rules) or self[part].label.text
            if part not in rules.asked:
                self[part].validators = ()
            self[part].flags.required = part in {"country", "name", *rules.required}
        self.region.follow(rules)
        if rules.postcodes.are_digits:
            self.postcode.render_kw = {**self.postcode.render_kw, "inputmode": "numeric"}

    def validate(self, **kwargs: Any) -> bool:
        is_valid = super().validate(**kwargs)
        problems = find_problems(self.typed)
        for part, problem in problems.items():
            self[part].errors = [*self[part].errors, address_words.sentence(part, problem, self.rules)]
        return is_valid and not problems


class SavedAddressForm(AddressForm):
    """The address alone, before there is anything to pay."""

    def validate_country(self, field: SelectField) -> None:
        if field.data not in dict(all_countries()):
            raise ValidationError(_("Choose the country."))
