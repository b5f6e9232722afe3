"""The six making steps: words for each, and a picture for those that have one."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import FileField, HiddenField, TextAreaField

from storefront.catalog.pin_details import write_steps
from storefront.catalog.pin_pictures import illustrate_step
from storefront.catalog.pins import MakingStep, Pin, StepKind
from storefront.extensions import services
from storefront.media.uploads import PictureKind
from storefront.web import trade_words
from storefront.web.forms import Asked, LineField, LongTextField, ShopForm, later, needed
from storefront.web.media import MAX_BYTES, find_shown, take_upload
from storefront.web.ownership import own_pin
from storefront.web.pictures import shown
from storefront.web.security import up_to
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_pin

pages = Blueprint("steps", __name__)


class StepsForm(ShopForm):
    mold = LongTextField(later("Mold"))
    strike = LongTextField(later("Strike"))
    polish = LongTextField(later("Polish"))
    plate = LongTextField(later("Plate"))
    colour = LongTextField(later("Colour"))
    bake = LongTextField(later("Bake"))

    def field_of(self, kind: StepKind) -> TextAreaField:
        found: TextAreaField = self[kind.value]
        return found


class StepPictureForm(ShopForm):
    picture = FileField(later("Picture"), [Asked()])
    picture_kept = HiddenField()
    alt = LineField(
        later("In words"), [needed(later("Say what the picture shows, for people who can’t see it."))], longest=300
    )


@pages.route("/pins/<int:pin_id>/steps", methods=["GET", "POST"])
def edit(pin_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        form = StepsForm(data={step.kind.value: step.text for step in pin.steps})
        rows = [(form.field_of(s.kind), s.kind.value, trade_words.step(s.kind)[1], _picture(s)) for s in pin.steps]
        values = {"place": place_of_pin(session, pin), "form": form, "rows": rows, "pin_id": pin_id}
    if request.method == "GET":
        return page("steps", **values)
    if not form.validate():
        return page("steps", UNPROCESSABLE, **values)
    with services().database.transaction() as session:
        said = {kind: form.field_of(kind).data or "" for kind in StepKind}
        write_steps(session, own_pin(session, pin_id), said, at=services().clock.now())
    flash(_("The making is saved."), "ok")
    return redirect(url_for(".edit", pin_id=pin_id), 303)


@pages.route("/pins/<int:pin_id>/steps/<kind>/picture", methods=["GET", "POST"])
@up_to(MAX_BYTES, signed_in=True)
def picture(pin_id: int, kind: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        step = _step(pin, kind)
        form = StepPictureForm(data={"alt": step.alt})
        standing = step.picture_id
        name = trade_words.step(step.kind)[0]
        values = {"place": place_of_pin(session, pin), "form": form, "step": name, "pin_id": pin_id}
    if request.method == "GET":
        return page("step_picture", kept=find_shown(standing, form.alt.data or ""), **values)
    if "remove" in request.form:
        return _illustrated(pin_id, kind, None, "")
    picture_id = take_upload(form.picture, form.picture_kept, PictureKind.ARTWORK)
    if picture_id is None and not form.picture.process_errors:
        picture_id = standing
    if picture_id is None and not form.picture.process_errors:
        form.picture.process_errors = [_("Choose a picture: JPEG, PNG or WebP, or an SVG drawing, up to 20 MB.")]
    if not form.validate() or picture_id is None:
        kept = find_shown(picture_id, form.alt.data or "")
        return page("step_picture", UNPROCESSABLE, kept=kept, **values)
    return _illustrated(pin_id, kind, picture_id, form.alt.data or "")


def _illustrated(pin_id: int, kind: str, picture_id: int | None, alt: str) -> ResponseReturnValue:
    with services().database.transaction() as session:
        illustrate_step(session, _step(own_pin(session, pin_id), kind), picture_id, alt)
    flash(_("The making is saved."), "ok")
    return redirect(url_for(".edit", pin_id=pin_id), 303)


def _step(pin: Pin, kind: str) -> MakingStep:
    return next((step for step in pin.steps if step.kind.value == kind), None) or abort(404)


def _picture(step: MakingStep) -> object:
    return shown(step.picture, step.alt) if step.picture else None
