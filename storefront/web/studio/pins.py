"""A pin's details in the studio: what it is, what it means, and its story."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.catalog.freezing import is_announced
from storefront.catalog.pin_details import PinDetails, PinFrozen, create_pin, edit_pin
from storefront.catalog.pins import Backing, Pin, Texture
from storefront.extensions import services
from storefront.web import trade_words
from storefront.web.formats import comma_list
from storefront.web.ownership import own_artist, own_pin
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_artist, place_of_pin
from storefront.web.studio.pin_form import PinForm, WordsForm, promised_of
from storefront.web.studio.rows import added_row
from storefront.web.studio.story_preview import preview_of

pages = Blueprint("pins", __name__)


@pages.route("/artists/<slug>/pins/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        place = place_of_artist(own_artist(session, slug))
    year = services().clock.now().year
    form = PinForm(
        data={"year": year, "thickness_tenths": 15, "posts": 2, "texture": Texture.POLISHED, "backing": Backing.RUBBER}
    )
    if request.method == "GET" or added_row({"colours": form.colours}):
        return page("pin_new", form=form, place=place)
    if (preview := preview_of(form.story)) or not form.validate():
        return page("pin_new", 200 if preview else UNPROCESSABLE, form=form, place=place, preview=preview)
    with services().database.transaction() as session:
        at = services().clock.now()
        pin = create_pin(session, own_artist(session, slug), form.details(), at=at)
    flash(_("%(title)s is saved. Now show it.", title=pin.title), "ok")
    return redirect(url_for("studio.artwork.show", pin_id=pin.id), 303)


@pages.route("/pins/<int:pin_id>", methods=["GET", "POST"])
def edit(pin_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        frozen = is_announced(session, pin)
        form = WordsForm(obj=pin) if frozen else PinForm(obj=pin)
        values = {"place": place_of_pin(session, pin), "form": form, "facts": _facts(pin) if frozen else None}
    if request.method == "GET" or (isinstance(form, PinForm) and added_row({"colours": form.colours})):
        return page("pin", **values)
    if (preview := preview_of(form.story)) or not form.validate():
        return page("pin", 200 if preview else UNPROCESSABLE, preview=preview, **values)
    try:
        with services().database.transaction() as session:
            pin = own_pin(session, pin_id)
            edit_pin(session, pin, _details(form, pin), at=services().clock.now())
    except PinFrozen:  # announced while this form was open
        flash(_("An edition of this pin was announced meanwhile: only its words can still change."), "warn")
        return redirect(url_for(".edit", pin_id=pin_id), 303)
    flash(_("%(title)s is saved.", title=pin.title), "ok")
    return redirect(url_for(".edit", pin_id=pin_id), 303)


def _details(form: WordsForm, pin: Pin) -> PinDetails:
    return form.details() if isinstance(form, PinForm) else PinDetails(**form.words(), **promised_of(pin))


def _facts(pin: Pin) -> list[tuple[str, str]]:
    size = _(
        "%(flat)s, %(thick)s mm thick",
        flat=trade_words.millimetres(pin),
        thick=trade_words.tenths(pin.thickness_tenths),
    )
    return [
        (_("Year"), str(pin.year)),
        (_("Made of"), trade_words.material(pin)),
        (_("Size"), size),
        (_("Surface of the metal"), trade_words.sentence(trade_words.texture(pin.texture))),
        (_("Held on by"), trade_words.sentence(trade_words.backing(pin.backing))),
        (_("Colours"), comma_list(colour["name"] for colour in pin.colours)),
    ]
