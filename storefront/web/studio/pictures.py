"""A pin's pictures: front, back and photographs, each with the words for people who can't see it."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import FileField, HiddenField, RadioField

from storefront.catalog.pin_pictures import (
    FrontNeeded,
    TooManyPhotos,
    describe_picture,
    hang_picture,
    move_picture,
    remove_picture,
)
from storefront.catalog.pins import PictureRole, Pin, PinPicture
from storefront.extensions import services
from storefront.media.uploads import PictureKind
from storefront.web.forms import Asked, LineField, ShopForm, choices, later, needed, tidy_line
from storefront.web.media import MAX_BYTES, find_shown, take_upload
from storefront.web.ownership import own_pin
from storefront.web.pictures import shown
from storefront.web.security import up_to
from storefront.web.studio import words
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_pin

pages = Blueprint("pictures", __name__)
_LONGEST_ALT = 300


class PictureForm(ShopForm):
    role = RadioField(
        later("What does it show?"),
        [needed(later("Choose what the picture shows."))],
        choices=choices(PictureRole, words.role),
    )
    picture = FileField(later("Picture"), [Asked()])
    picture_kept = HiddenField()
    alt = LineField(
        later("In words"),
        [needed(later("Say what the picture shows, for people who can’t see it."))],
        longest=_LONGEST_ALT,
    )


@pages.get("/pins/<int:pin_id>/pictures")
def show(pin_id: int) -> ResponseReturnValue:
    return _page(pin_id, PictureForm(data={"role": _wanted_role(pin_id)}), 200)


@pages.post("/pins/<int:pin_id>/pictures")
@up_to(MAX_BYTES, signed_in=True)
def add(pin_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        own_pin(session, pin_id)
    form = PictureForm()
    artwork = form.role.data in (PictureRole.FRONT, PictureRole.BACK)
    picture_id = take_upload(
        form.picture, form.picture_kept, PictureKind.ARTWORK if artwork else PictureKind.PHOTOGRAPH
    )
    if picture_id is None and not form.picture.process_errors:
        form.picture.process_errors = [_("Choose a picture: JPEG, PNG or WebP, or an SVG drawing, up to 20 MB.")]
    if not form.validate() or picture_id is None:
        return _page(pin_id, form, UNPROCESSABLE, picture_id)
    try:
        with services().database.transaction() as session:
            hang_picture(
                session, own_pin(session, pin_id), picture_id, PictureRole(form.role.data), form.alt.data or ""
            )
    except TooManyPhotos:
        form.form_errors.append(_("This pin has as many photographs as its page can show. Remove one first."))
        return _page(pin_id, form, UNPROCESSABLE, picture_id)
    flash(_("The picture hangs."), "ok")
    return redirect(url_for(".show", pin_id=pin_id), 303)


@pages.post("/pins/<int:pin_id>/pictures/<int:hung_id>")
def change(pin_id: int, hung_id: int) -> ResponseReturnValue:
    """New words, a place earlier or later, or down from the wall."""
    alt = tidy_line(request.form.get("alt"))
    with services().database.transaction() as session:
        pin = own_pin(session, pin_id)
        hung = next((p for p in pin.pictures if p.id == hung_id), None) or abort(404)
        said, kind = _changed(session, pin, hung, request.form.get("act", "describe"), alt)
    flash(said, kind)
    return redirect(url_for(".show", pin_id=pin_id), 303)


def _changed(session: Session, pin: Pin, hung: PinPicture, act: str, alt: str) -> tuple[str, str]:
    if act in ("earlier", "later"):
        move_picture(session, pin, hung, -1 if act == "earlier" else 1)
        return _("The picture hangs in its new place."), "ok"
    if act == "remove":
        try:
            remove_picture(session, pin, hung)
        except FrontNeeded:
            return _("An announced pin keeps a front picture. Add a better one and it takes this one’s place."), "warn"
        return _("The picture is taken down."), "ok"
    if not 0 < len(alt) <= _LONGEST_ALT:
        return _("Say what the picture shows, in up to %(max)s characters.", max=_LONGEST_ALT), "error"
    describe_picture(session, hung, alt)
    return _("The words are saved."), "ok"


def _page(pin_id: int, form: PictureForm, status: int, picture_id: int | None = None) -> ResponseReturnValue:
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        hung = [(p.id, words.role(p.role), shown(p.picture, p.alt)) for p in pin.pictures]
        place = place_of_pin(session, pin)
    kept = find_shown(picture_id, form.alt.data or "")
    return page("pictures", status, place=place, hung=hung, form=form, kept=kept, pin_id=pin_id)


def _wanted_role(pin_id: int) -> PictureRole:
    """The first that is missing: front, then back, then photographs."""
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        return next((r for r in (PictureRole.FRONT, PictureRole.BACK) if pin.picture(r) is None), PictureRole.PHOTO)
