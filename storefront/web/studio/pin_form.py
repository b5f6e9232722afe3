"""The form for a pin's details."""

import re
from typing import Any

from flask_babel import gettext
from wtforms import FieldList, FormField, RadioField, SelectField
from wtforms.validators import ValidationError

from storefront.catalog.pin_details import PinDetails
from storefront.catalog.pins import Backing, Meaning, Metal, Pin, Technique, Texture
from storefront.web import trade_words
from storefront.web.forms import (
    Asked,
    LineField,
    LongTextField,
    MarkdownField,
    ScaledField,
    ShopForm,
    WholeField,
    choices,
    needed,
)
from storefront.web.forms import later as _
from storefront.web.studio.rows import RowForm, filled

MAX_COLOURS = 24


class ColourRow(RowForm):
    name = LineField(_("Colour"), [needed(_("Name the colour."))], longest=60)
    hex = LineField(_("Hex"), [needed(_("Enter the colour as #a8d8c0."))], longest=7)

    def validate_hex(self, field: LineField) -> None:
        if not re.fullmatch("#[0-9a-fA-F]{6}", field.data or ""):
            raise ValidationError(gettext("Enter the colour as # and six digits, such as #a8d8c0."))


class WordsForm(ShopForm):
    """What may be made better even after an announcement."""

    title = LineField(_("Title"), [needed(_("Enter the pin’s title."))])
    story = MarkdownField(_("Story"))
    quote = LongTextField(_("A sentence to set large"), longest=300)
    meaning = RadioField(
        _("What does it stand for?"),
        [needed(_("Choose what it stands for."))],
        choices=choices(Meaning, lambda m: trade_words.sentence(trade_words.meaning(m))),
    )
    meaning_note = LineField(_("Which one?"), longest=200)

    def words(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "story": self.story.data,
            "quote": self.quote.data,
            "meaning": Meaning(self.meaning.data),
            "meaning_note": self.meaning_note.data,
        }


class PinForm(WordsForm):
    """Everything about a pin that is not announced."""

    year = WholeField(_("Year"), low=1850, high=2100)
    technique = RadioField(
        _("Enamel"),
        [needed(_("Choose soft or hard enamel."))],
        choices=choices(Technique, lambda t: trade_words.sentence(trade_words.technique(t))),
    )
    shape = LineField(_("Shape"), longest=80)
    width_tenths = ScaledField(_("Width in mm"), places=1, low=50, high=1_500, example=380)
    height_tenths = ScaledField(_("Height in mm"), places=1, low=50, high=1_500, example=380)
    thickness_tenths = ScaledField(_("Thickness in mm"), places=1, low=5, high=100, example=15)
    metal = SelectField(
        _("Metal"), [Asked()], choices=choices(Metal, lambda m: trade_words.sentence(trade_words.metal(m)))
    )
    texture = SelectField(
        _("Surface of the metal"),
        [Asked()],
        choices=choices(Texture, lambda t: trade_words.sentence(trade_words.texture(t))),
    )
    backing = SelectField(
        _("Held on by"), [Asked()], choices=choices(Backing, lambda b: trade_words.sentence(trade_words.backing(b)))
    )
    posts = WholeField(_("Posts on the back"), low=0, high=4)
    colours: "FieldList[Any]" = FieldList(FormField(ColourRow), min_entries=1, max_entries=MAX_COLOURS)

    def details(self) -> PinDetails:
        return PinDetails(
            **self.words(),
            year=self.year.data or 0,
            technique=Technique(self.technique.data),
            shape=self.shape.data or "",
            width_tenths=self.width_tenths.data,
            height_tenths=self.height_tenths.data,
            thickness_tenths=self.thickness_tenths.data,
            metal=Metal(self.metal.data),
            texture=Texture(self.texture.data),
            backing=Backing(self.backing.data),
            posts=self.posts.data or 0,
            colours=tuple({"name": row.name.data, "hex": row.hex.data.lower()} for row in filled(self.colours)),
        )


def promised_of(pin: Pin) -> dict[str, Any]:
    """What an announced pin keeps, for PinDetails."""
    return {
        "year": pin.year,
        "technique": pin.technique,
        "shape": pin.shape,
        "width_tenths": pin.width_tenths,
        "height_tenths": pin.height_tenths,
        "thickness_tenths": pin.thickness_tenths,
        "metal": pin.metal,
        "texture": pin.texture,
        "backing": pin.backing,
        "posts": pin.posts,
        "colours": tuple(pin.colours),
    }
