"""Forms: the fields several pages share, and what happens to text on its way in.

Every field keeps what was typed when it is refused, and says in a sentence what would be taken.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, cast

from babel import Locale
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import choices as options
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import TextInput

from storefront.catalog import stories
from storefront.catalog.local_time import zone_names
from storefront.catalog.shipping import EVERYWHERE

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff]")
# Of what CLDR names: unions and places within a country, none of which a parcel is sent to by its own code.
NO_COUNTRIES = frozenset(["AC", "CP", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
_LONGEST_LIST = 2_000


def later(text: str) -> str:
    """A label's or a refusal's words, translated when the page is drawn and not when the module is read."""
    return cast("str", lazy_gettext(text))


_ = later


class ShopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF publishes no types
    """A form with a token, whose numbered rows can be added to without script."""


def tidy(text: str | None) -> str:
    """One way to write each letter, line ends as one sign, nothing invisible, no space around it."""
    told = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    return _UNSEEN.sub("", told).strip()


def tidy_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", tidy(text))


def needed(sentence: str) -> DataRequired:
    """Something that is more than white space must be there."""
    return DataRequired(sentence)


class Asked:
    """Marks a field as one that must be answered where its kind can't be left empty, or the view asks for it."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Nothing to check."""


def at_most(length: int) -> Length:
    return Length(max=length, message=cast("str", lazy_gettext("Shorten it to %(max)s characters.", max=length)))


class LineField(StringField):
    """One line of text."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 120, **kwargs: Any) -> None:
        super().__init__(label, [*validators, at_most(longest)], filters=[tidy_line], **kwargs)


class LongTextField(TextAreaField):
    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 400, **kwargs: Any) -> None:
        super().__init__(label, [*validators, at_most(longest)], filters=[tidy], **kwargs)


class MarkdownField(TextAreaField):
    """Text that stories.as_html can make a page of."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, _fits_a_page], filters=[tidy], **kwargs)


def _fits_a_page(_form: Any, field: Field) -> None:
    try:
        stories.as_html(field.data or "")
    except stories.StoryTooLong:
        raise ValidationError(gettext("This is more than a page can carry. Keep it under 20,000 letters.")) from None


class WholeField(IntegerField):
    """A whole number between two bounds."""

    def __init__(self, label: str, *, low: int, high: int, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": {"inputmode": "numeric"}, **kwargs})
        self.low, self.high, self.optional = low, high, optional
        if not optional:
            self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = tidy_line(valuelist[0] if valuelist else "")
        self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
        if not text and self.optional:
            return
        if self.data is None or not self.low <= self.data <= self.high:
            raise ValueError(
                gettext(
                    "Enter a whole number from %(low)s to %(high)s.",
                    low=self.low,
                    high=format_decimal(self.high, locale=str(get_locale() or "en")),
                )
            )


class ScaledField(Field):
    """A decimal such as 28.00, kept as a whole number of its smallest unit; a comma is as good as a point."""

    widget = TextInput()

    def __init__(self, label: str, *, places: int, low: int, high: int, example: int, **kwargs: Any) -> None:
        super().__init__(label, **{"render_kw": {"inputmode": "decimal"}, **kwargs})
        self.places, self.low, self.high, self.example = places, low, high, example
        self.flags.required = True

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else scaled(self.data, self.places)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = tidy_line(valuelist[0] if valuelist else "")
        self.data = None
        found = re.fullmatch(r"(\d{1,9})(?:[.,](\d+))?", text, re.ASCII)
        if found is None:
            raise ValueError(gettext("Enter a number such as %(example)s.", example=scaled(self.example, self.places)))
        whole, part = found[1], found[2] or ""
        if len(part) > self.places:  # also "1,000", which one means as a thousand and another as one
            raise ValueError(
                gettext("Enter at most %(places)s decimals.", places=self.places)
                if self.places
                else gettext("Enter it without decimals.")
            )
        self.data = int(whole + part.ljust(self.places, "0"))
        if not self.low <= self.data <= self.high:
            low, high = scaled(self.low, self.places), scaled(self.high, self.places)
            raise ValueError(gettext("Enter a number from %(low)s to %(high)s.", low=low, high=high))


def scaled(value: int, places: int) -> str:
    """2800 with two places is "28.00"."""
    digits = str(value).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


class NumbersField(Field):
    """Numbers and ranges: "1, 7, 100-105"."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(_ranges(self.data or ()))

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = tidy_line(valuelist[0] if valuelist else "").replace("–", "-")
        if len(text) > _LONGEST_LIST:
            raise ValueError(gettext("This list is too long."))
        found: set[int] = set()
        for part in filter(None, re.split(r"[\s,;]+", re.sub(r"\s*-\s*", "-", text))):
            span = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part, re.ASCII)
            first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
            if last < first or last - first > 10_000:  # noqa: PLR2004  no shop keeps back more in one go
                raise ValueError(gettext("%(part)s is no number and no range like 100-105.", part=part))
            found.update(range(first, last + 1))
        self.data = tuple(sorted(found))


def _ranges(numbers: Iterable[int]) -> list[str]:
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in spans]


class CountriesField(Field):
    """Countries by name or code, with commas between; kept as codes."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(country_name(code) for code in self.data or () if code != EVERYWHERE)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = tidy_line(valuelist[0] if valuelist else "")
        if len(text) > _LONGEST_LIST * 2:
            raise ValueError(gettext("This list is too long."))
        known = _country_codes(str(get_locale() or "en"))
        codes = []
        for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
            code = known.get(folded(part))
            if code is None:
                raise ValueError(
                    gettext("We know no country called %(name)s. Write names or codes, with commas.", name=part)
                )
            codes.append(code)
        self.data = tuple(dict.fromkeys(codes))


def country_name(code: str) -> str:
    name: str | None = (get_locale() or Locale("en")).territories.get(code)
    return (name or code).replace(",", "")


@cache
def _country_codes(locale: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for language in ("en", locale):
        for code, name in Locale.parse(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES:
                known |= {folded(name.replace(",", "")): code, code.casefold(): code}
    return known


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("&", "and"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


class WallTimeField(DateTimeLocalField):
    """Day and time as a clock on the wall shows them, without a zone."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = tidy_line(valuelist[0] if valuelist else "").replace(" ", "T")
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"(20\d\d-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?", text, re.ASCII)
        try:
            self.data = datetime.fromisoformat(found[1] if found else "")
        except ValueError:
            raise ValueError(gettext("Enter day and time, such as 2030-05-17 19:00.")) from None


class ZoneField(SelectField):
    """A place whose clocks count."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, [Asked()], choices=_zones_by_area(), **kwargs)


@cache
def _zones_by_area() -> Any:
    parts = [(name, *name.partition("/")[::2]) for name in zone_names()]
    return [option(name, (place or area).replace("_", " ").replace("/", ", "), area) for name, area, place in parts]


def choices(kind: type[StrEnum], say: Callable[[Any], str]) -> Callable[[], Any]:
    """An enum's values and their words, asked for when the form is made: the words depend on the reader."""
    return lambda: [option(member.value, say(member)) for member in kind]


def option(value: object, label: str, group: str | None = None) -> Any:
    """One choice of a select or of radio buttons."""
    return options.SelectChoice(value, label, optgroup=group)  # type: ignore[attr-defined]  # newer than its types


def web_address(_form: Any, field: Field) -> None:
    if field.data and not re.fullmatch(r"https?://[^\s/$.?#][^\s\"'<>]*", field.data):
        raise ValidationError(gettext("Enter the whole address, beginning with https://."))
