"""A pin's drawing: it is sent, read by the press and laid down; one that is not flat may be taken in flat colours."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.catalog.artworks import NewDrawing, lay_drawing
from storefront.extensions import services
from storefront.media.keeping import put_original
from storefront.media.storage import NotStored
from storefront.media.uploads import CheckedPicture, PictureKind
from storefront.pressing.asking import NotFlat, Reading
from storefront.pressing.press import PressBusy
from storefront.web.media import MAX_BYTES, is_sent, keep_sealed, opened, put_away, sealed
from storefront.web.ownership import own_pin
from storefront.web.security import up_to
from storefront.web.studio import artwork_words as words
from storefront.web.studio.artwork import Desk, Offer
from storefront.web.studio.artwork_form import DrawingForm
from storefront.web.studio.artwork_page import NO_ANSWER, as_data
from storefront.web.studio.page import UNPROCESSABLE

pages = Blueprint("drawings", __name__)
_UNAVAILABLE = 503
_DRAWING, _FLAT_VERSION = "a kept drawing", "a flat version"


@pages.post("/pins/<int:pin_id>/artwork/drawing")
@up_to(MAX_BYTES, signed_in=True)
def lay(pin_id: int) -> ResponseReturnValue:
    """A new drawing, or the flat version of one that was refused."""
    desk = Desk(pin_id)
    taken = _taken(pin_id)
    if taken is not None:
        return _laid(pin_id, taken)
    form = DrawingForm()
    drawing = _drawing_of(form, pin_id)
    if not form.validate() or drawing is None:
        return desk.empty(form, UNPROCESSABLE)
    key, content = drawing
    try:
        reading = services().previews.read(content)
    except NotFlat as refused:
        why = words.not_flat(refused.reason, refused.shares)
        if refused.offer is not None:
            flat = _sealed(pin_id, _new(key, refused.offer))
            return desk.empty(DrawingForm(None), UNPROCESSABLE, Offer(why, flat, as_data(refused.picture)))
        form.refuse(why)
    except PressBusy:
        form.refuse(_("The press is busy just now. Your drawing is kept: send it again in a moment."))
        return desk.empty(form, _UNAVAILABLE)
    except NO_ANSWER:
        form.refuse(_("The press could not read this drawing. Save it smaller, or with fewer details, and try again."))
    else:
        return _laid(pin_id, _new(key, reading))
    return desk.empty(form, UNPROCESSABLE)


def _drawing_of(form: DrawingForm, pin_id: int) -> tuple[str, bytes] | None:
    """The key and the pixels of what was sent now, or with an earlier try."""
    if is_sent(form.picture):
        drawing = put_away(form.picture, PictureKind.ARTWORK, _put)
        if drawing is not None:
            keep_sealed(form.picture_kept, _DRAWING, pin_id, drawing[0])
        return drawing
    match opened(_DRAWING, form.picture_kept.data):
        case [kept_pin, str(key)] if kept_pin == pin_id:
            try:
                return key, services().shelf.originals.get(key)
            except NotStored:
                pass
    form.picture.process_errors = [_("Choose a drawing: SVG, PNG, WebP or JPEG, up to 20 MB.")]
    return None


def _put(checked: CheckedPicture) -> tuple[str, bytes]:
    return put_original(services().shelf, checked), checked.content


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
    return redirect(url_for("studio.artwork.show", pin_id=pin_id), 303)


def _sealed(pin_id: int, new: NewDrawing) -> str:
    return sealed(_FLAT_VERSION, pin_id, new.drawing, new.regions, new.colours, new.lines, new.width, new.height)


def _taken(pin_id: int) -> NewDrawing | None:
    """The flat version that was offered for this pin, when it is what was sent."""
    match opened(_FLAT_VERSION, request.form.get("offer")):
        case [offered_pin, drawing, regions, colours, lines, width, height] if offered_pin == pin_id:
            return NewDrawing(drawing, regions, tuple(colours), lines, width, height)
    return None
