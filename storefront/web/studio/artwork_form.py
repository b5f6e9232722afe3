"""The form for what a drawing becomes: how the pin is finished, and what becomes of each colour."""

import re
from typing import Any

from flask import request
from flask_babel import gettext
from wtforms import FieldList, FileField, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from storefront.catalog.artworks import PinArtwork
from storefront.catalog.pins import Metal, Pin, Technique, Texture
from storefront.catalog.press_plans import (
    BARE_METAL,
    CUT_OUT,
    ColourPlan,
    JoinsInACircle,
    NoEnamelLeft,
    PressPlan,
)
from storefront.pinart.choices import Effect
from storefront.web import trade_words
from storefront.web.colour_names import colour_name
from storefront.web.forms import Asked, LineField, ScaledField, ShopForm, choices, needed, option
from storefront.web.forms import later as _
from storefront.web.studio import artwork_words as words

MOST_COLOURS = 12
OWN, METAL, AIR = "own", "metal", "air"
FINISH = ("technique", "metal", "texture", "size_tenths")
_HEX = "#[0-9a-fA-F]{6}"


class DrawingForm(ShopForm):
    picture = FileField(_("Drawing"), [Asked()])
    picture_kept = HiddenField()

    def refuse(self, sentence: str) -> None:
        """What only the press, or the storage, could say of the drawing."""
        self.picture.process_errors = [sentence]
        self.validate()


class MillimetresField(ScaledField):
    """Whole millimetres are shown without a decimal."""

    def _value(self) -> str:
        return super()._value() if self.raw_data else super()._value().removesuffix(".0")


class ColourRow(Form):
    hex = LineField(_("Colour"), longest=7)
    name = LineField(_("Name"), longest=60)
    joins = SelectField(_("Becomes"), [Asked()])
    effect = SelectField(_("Kind"), [Asked()], choices=choices(Effect, words.effect))

    def validate_hex(self, field: LineField) -> None:
        if not re.fullmatch(_HEX, field.data or ""):
            raise ValidationError(gettext("Enter the colour as # and six digits, such as #a8d8c0."))


class ColoursForm(ShopForm):
    """What may still be changed once the pin is announced: its picture, not what it is made of."""

    drawing = HiddenField()
    colours: "FieldList[Any]" = FieldList(FormField(ColourRow), max_entries=MOST_COLOURS)

    def offer_joins(self) -> None:
        """Every colour may become metal, or one cell with any other."""
        rows = [row.form for row in self.colours]
        names = [
            gettext("%(number)s, %(name)s", number=number, name=row.name.data or _shown_name(row))
            for number, row in enumerate(rows, start=1)
        ]
        for row in rows:
            row.joins.choices = [
                option(OWN, gettext("Enamel of its own")),
                option(METAL, gettext("Bare metal")),
                option(AIR, gettext("Nothing: cut out")),
                *(
                    option(str(number), gettext("One with %(name)s", name=name))
                    for number, name in enumerate(names, start=1)
                    if rows[number - 1] is not row
                ),
            ]

    def plan(self, pin: Pin) -> PressPlan:
        """What was chosen; an announced pin says the rest itself."""
        size = max(pin.width_tenths, pin.height_tenths)
        return PressPlan(pin.technique, pin.metal, pin.texture, size, tuple(map(_colour, self.colours)))

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            PressPlan(Technique.SOFT, Metal.GOLD, Texture.POLISHED, 1, tuple(map(_colour, self.colours))).ends()
        except JoinsInACircle:
            self.form_errors.append(
                gettext("Colours are made one with each other in a circle. Leave one of them enamel of its own.")
            )
        except NoEnamelLeft:
            self.form_errors.append(gettext("Nothing is left to colour. Leave at least one colour enamel of its own."))
        except IndexError:
            self.form_errors.append(gettext("The drawing has no such colour. Choose again what it becomes."))
        return not self.form_errors


class PlanForm(ColoursForm):
    technique = RadioField(
        _("Enamel"),
        [needed(_("Choose soft or hard enamel."))],
        choices=choices(Technique, lambda t: trade_words.sentence(trade_words.technique(t))),
    )
    metal = RadioField(_("Metal"), [needed(_("Choose a metal."))], choices=choices(Metal, words.metal))
    texture = RadioField(
        _("Bare metal"),
        [needed(_("Choose how bare metal looks."))],
        choices=choices(Texture, lambda t: words.texture(t)[0]),
    )
    size_tenths = MillimetresField(_("Size, longest side"), places=1, low=50, high=1_500, example=380)

    def plan(self, pin: Pin) -> PressPlan:
        return PressPlan(
            technique=Technique(self.technique.data),
            metal=Metal(self.metal.data),
            texture=Texture(self.texture.data),
            size_tenths=self.size_tenths.data,
            colours=super().plan(pin).colours,
        )


def plan_form(artwork: PinArtwork, *, frozen: bool) -> ColoursForm:
    """The form as it was sent, or as the plan stands."""
    form = (ColoursForm if frozen else PlanForm)(data=_standing(artwork))
    form.offer_joins()
    return form


def finish_kept(artwork: PinArtwork, *, frozen: bool) -> ColoursForm:
    """The form as the plan stands, with what was sent of the pin's finish, which fits any drawing."""
    form = (ColoursForm if frozen else PlanForm)(formdata=None, data=_standing(artwork))
    if isinstance(form, PlanForm):
        for name in request.form.keys() & set(FINISH):
            form[name].process(request.form)
    form.offer_joins()
    return form


def _standing(artwork: PinArtwork) -> dict[str, Any]:  # what forms take
    plan = artwork.plan
    finish = {name: getattr(plan, name) for name in FINISH}
    return {**finish, "drawing": artwork.regions, "colours": [_row(colour) for colour in plan.colours]}


def _row(colour: ColourPlan) -> dict[str, str]:
    joins = {None: OWN, BARE_METAL: METAL, CUT_OUT: AIR}.get(colour.joins, str(colour.joins))
    return {"hex": colour.hex, "name": colour.name, "joins": joins, "effect": colour.effect.value}


def _colour(row: Any) -> ColourPlan:  # a FormField, of which WTForms says no type
    joins = {OWN: None, METAL: BARE_METAL, AIR: CUT_OUT}
    chosen = row.form.joins.data
    return ColourPlan(
        hex=row.form.hex.data.lower(),
        name=row.form.name.data or "",
        effect=Effect(row.form.effect.data),
        joins=joins[chosen] if chosen in joins else int(chosen),
    )


def _shown_name(row: ColourRow) -> str:
    value = row.hex.data or ""
    return colour_name(value) if re.fullmatch(_HEX, value) else ""
