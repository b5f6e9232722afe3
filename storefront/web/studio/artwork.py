"""A pin's artwork: the drawing is laid down, becomes metal and enamel as its artist chooses, and can be looked at."""

from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from storefront.catalog.artworks import (
    DrawingMissing,
    NewDrawing,
    PinArtwork,
    find_artwork,
    lay_drawing,
    plan_now,
    write_plan,
)
from storefront.catalog.freezing import is_announced
from storefront.catalog.pins import Pin, Technique
from storefront.catalog.press_plans import PressPlan
from storefront.extensions import services
from storefront.media.keeping import put_original
from storefront.media.refusals import PictureRefused
from storefront.media.storage import NotStored, StorageAway
from storefront.media.uploads import PictureKind, check_picture
from storefront.pressing.asking import LARGE, NotFlat, Reading
from storefront.pressing.press import PressBusy
from storefront.pressing.pressings import Pressing, find_pressing
from storefront.web.current import current_account
from storefront.web.media import MAX_BYTES, away_words, refusal_words
from storefront.web.ownership import own_pin
from storefront.web.security import up_to
from storefront.web.studio import artwork_words as words
from storefront.web.studio.artwork_form import ColoursForm, DrawingForm, PlanForm, plan_form
from storefront.web.studio.artwork_page import (
    COMPARISONS,
    NO_ANSWER,
    as_data,
    version_of,
    view_artwork,
    view_pressing,
)
from storefront.web.studio.page import UNPROCESSABLE, Place, page, place_of_pin

pages = Blueprint("artwork", __name__)
_UNAVAILABLE = 503


@pages.route("/pins/<int:pin_id>/artwork", methods=["GET", "POST"])
def show(pin_id: int) -> ResponseReturnValue:
    desk = Desk(pin_id)
    if desk.artwork is None:
        return desk.empty(DrawingForm())
    form = plan_form(desk.artwork, frozen=desk.frozen)
    if request.method == "GET":
        return desk.page(form, 200)
    _choose(form, request.form.get("choose", ""))
    if not form.validate():
        return desk.page(form, UNPROCESSABLE)
    try:
        with services().database.transaction() as session:
            pin = own_pin(session, pin_id)
            write_plan(session, pin, form.plan(pin), at=services().clock.now())
    except DrawingMissing:  # another drawing was laid down while this form was open
        flash(_("The drawing was changed meanwhile: this is the new one. Choose again."), "warn")
    return redirect(url_for(".show", pin_id=pin_id, compare=request.args.get("compare") or None), 303)


@pages.post("/pins/<int:pin_id>/artwork/drawing")
@up_to(MAX_BYTES, signed_in=True)
def lay(pin_id: int) -> ResponseReturnValue:
    """A new drawing, or the flat version of one that was refused."""
    desk = Desk(pin_id)
    offered = _opened(request.form.get("offer"), pin_id)
    if offered is not None:
        return _laid(pin_id, offered)
    form = DrawingForm()
    drawing = _drawing_of(form, pin_id)
    if not form.validate() or drawing is None:
        return desk.empty(form, UNPROCESSABLE)
    key, content = drawing
    try:
        reading = services().previews.read(content)
    except NotFlat as refused:
        form.picture.process_errors = [words.not_flat(refused)]
        form.validate()
        if refused.offer is None:
            return desk.empty(form, UNPROCESSABLE)
        return desk.empty(form, UNPROCESSABLE, _sealed(pin_id, _new(key, refused.offer)), as_data(refused.picture))
    except NO_ANSWER as silent:
        busy = isinstance(silent, PressBusy)
        form.picture.process_errors = [
            _("The press is busy just now. Your drawing is kept: send it again in a moment.")
            if busy
            else _("The press could not read this drawing. Save it smaller, or with fewer details, and try again.")
        ]
        form.validate()
        return desk.empty(form, _UNAVAILABLE if busy else UNPROCESSABLE)
    return _laid(pin_id, _new(key, reading))


@pages.get("/pins/<int:pin_id>/artwork/picture")
def picture(pin_id: int) -> ResponseReturnValue:
    """The large preview, for the artist's own people."""
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        artwork = find_artwork(session, pin_id) or abort(404)
        plan = plan_now(session, pin, artwork)
    regions = services().shelf.originals.get(artwork.regions)
    content = _large(regions, plan)
    if not content:
        return Response(status=_UNAVAILABLE, headers={"Retry-After": "1"})
    answer = Response(content, mimetype="image/webp")
    if request.args.get("v") == version_of(artwork, plan):
        answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


class Desk:
    """What every answer of these pages shows: the pin, its drawing, and where in the studio it lies."""

    def __init__(self, pin_id: int) -> None:
        with services().database.reading() as session:
            self.pin: Pin = own_pin(session, pin_id)
            self.place: Place = place_of_pin(session, self.pin)
            self.artwork: PinArtwork | None = find_artwork(session, pin_id)
            self.pressing: Pressing | None = find_pressing(session, pin_id)
            self.frozen = is_announced(session, self.pin)
            self.plan = plan_now(session, self.pin, self.artwork) if self.artwork else None

    def page(self, form: ColoursForm, status: int) -> ResponseReturnValue:
        artwork, plan = self.artwork or abort(404), self.plan or abort(404)
        compared = request.args.get("compare", "")
        compared = compared if compared in COMPARISONS and not self.frozen else ""
        return page(
            "artwork",
            status,
            place=self.place,
            pin=self.pin,
            form=form,
            drawing_form=DrawingForm(formdata=None),
            view=view_artwork(self.pin, artwork, plan, compared),
            said={value: words.technique(value) for value in Technique},
            pressing=view_pressing(self.pressing, artwork, plan),
            hangs=bool(self.pin.pictures),
            frozen=self.frozen,
        )

    def empty(self, form: DrawingForm, status: int = 200, offer: str = "", flat: str = "") -> ResponseReturnValue:
        return page(
            "artwork_new",
            status,
            place=self.place,
            pin=self.pin,
            form=form,
            offer=offer,
            flat=flat,
            standing=self.artwork is not None,
        )


def _choose(form: ColoursForm, chosen: str) -> None:
    """A comparison's button says one thing more than the form it belongs to."""
    name, _colon, value = chosen.partition(":")
    if isinstance(form, PlanForm) and name in ("technique", "metal"):
        form[name].process(None, value)


def _drawing_of(form: DrawingForm, pin_id: int) -> tuple[str, bytes] | None:
    """The key and the pixels of what was sent now, or with an earlier try."""
    upload = form.picture.data
    if isinstance(upload, FileStorage) and upload.filename:
        try:
            checked = check_picture(cast("BinaryIO", upload.stream), PictureKind.ARTWORK)
            key = put_original(services().shelf, checked)
        except PictureRefused as refused:
            form.picture.process_errors = [refusal_words(refused)]
            return None
        except StorageAway:
            form.picture.process_errors = [away_words()]
            return None
        form.picture_kept.data, form.picture_kept.raw_data = _signer().dumps([_account_id(), pin_id, key]), None
        return key, checked.content
    try:
        account_id, kept_pin, key = _signer().loads(form.picture_kept.data or "")
        if (account_id, kept_pin) == (_account_id(), pin_id):
            return key, services().shelf.originals.get(key)
    except (BadData, ValueError, TypeError, NotStored):
        pass
    form.picture.process_errors = [_("Choose a drawing: SVG, PNG, WebP or JPEG, up to 20 MB.")]
    return None


def _new(key: str, reading: Reading) -> NewDrawing:
    return NewDrawing(
        drawing=key,
        regions=services().shelf.originals.put(reading.regions, "png"),
        colours=reading.colours,
        lines=reading.lines,
        width=reading.width,
        height=reading.height,
    )


def _laid(pin_id: int, new: NewDrawing) -> ResponseReturnValue:
    with services().database.transaction() as session:
        lay_drawing(session, own_pin(session, pin_id), new, at=services().clock.now())
    flash(_("The drawing is read. See how it looks in metal."), "ok")
    return redirect(url_for(".show", pin_id=pin_id), 303)


def _large(regions: bytes, plan: PressPlan) -> bytes:
    try:
        (content,) = services().previews.draw(regions, [plan], LARGE)
    except NO_ANSWER:
        return b""
    return content


def _sealed(pin_id: int, new: NewDrawing) -> str:
    values = [new.drawing, new.regions, list(new.colours), new.lines, new.width, new.height]
    return _signer("a flat version").dumps([_account_id(), pin_id, values])


def _opened(sealed: str | None, pin_id: int) -> NewDrawing | None:
    try:
        account_id, offered_pin, values = _signer("a flat version").loads(sealed or "")
    except (BadData, ValueError, TypeError):
        return None
    if (account_id, offered_pin) != (_account_id(), pin_id):
        return None
    drawing, regions, colours, lines, width, height = values
    return NewDrawing(drawing, regions, tuple(colours), lines, width, height)


def _signer(purpose: str = "a kept drawing") -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=purpose)


def _account_id() -> int | None:
    account = current_account()
    return account.id if account else None
