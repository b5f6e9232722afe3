"""A pin's artwork: the drawing becomes metal and enamel as its artist chooses, and can be looked at."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.catalog.artworks import AnotherDrawing, PinArtwork, find_artwork, plan_now, write_plan
from storefront.catalog.freezing import is_announced
from storefront.catalog.pins import Pin, Technique, Texture
from storefront.catalog.press_plans import PressPlan
from storefront.extensions import services
from storefront.pressing.asking import LARGE
from storefront.pressing.pressings import Pressing, find_pressing
from storefront.web.ownership import own_pin
from storefront.web.studio import artwork_words as words
from storefront.web.studio.artwork_form import ColoursForm, DrawingForm, PlanForm, finish_kept, plan_form
from storefront.web.studio.artwork_page import COMPARISONS, NO_ANSWER, version_of, view_artwork, view_pressing
from storefront.web.studio.page import UNPROCESSABLE, Place, page, place_of_pin

pages = Blueprint("artwork", __name__)
_CONFLICT, _UNAVAILABLE = 409, 503


@pages.route("/pins/<int:pin_id>/artwork", methods=["GET", "POST"])
def show(pin_id: int) -> ResponseReturnValue:
    desk = Desk(pin_id)
    if desk.artwork is None:
        return desk.empty(DrawingForm())
    form = plan_form(desk.artwork, frozen=desk.frozen)
    if request.method == "GET":
        return desk.page(form, 200)
    if form.drawing.data != desk.artwork.regions:
        return desk.another()
    _choose(form, request.form.get("choose", ""))
    if not form.validate():
        return desk.page(form, UNPROCESSABLE)
    try:
        with services().database.transaction() as session:
            pin = own_pin(session, pin_id)
            regions = form.drawing.data
            write_plan(session, pin, form.plan(pin), regions=regions, at=services().clock.now())
    except AnotherDrawing:  # just now
        return Desk(pin_id).another()
    return redirect(url_for(".show", pin_id=pin_id, compare=request.args.get("compare") or None), 303)


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


@dataclass(frozen=True)
class Offer:
    """For a drawing that is not flat: why it is not, and its flat version, sealed and as a picture."""

    why: str
    flat: str
    picture: str


class Desk:
    """What every answer of these pages shows: the pin, its drawing, and where in the studio it lies."""

    def __init__(self, pin_id: int) -> None:
        services().previews.press.warm()
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
            said={**{t: words.technique(t) for t in Technique}, **{t: words.texture(t) for t in Texture}},
            counted=words.counted(plan),
            pressing=view_pressing(self.pressing, artwork, plan),
            frozen=self.frozen,
        )

    def standing(self, status: int) -> ResponseReturnValue:
        """The page with the plan as it stands, and what was sent of the pin's finish."""
        return self.page(finish_kept(self.artwork or abort(404), frozen=self.frozen), status)

    def another(self) -> ResponseReturnValue:
        """Where the form that was sent belongs to a drawing that another one took the place of."""
        flash(
            _(
                "This pin has another drawing by now, and nothing of it was changed. How the pin is finished stands here as you "
                "chose it; look at the colours, and show it again."
            ),
            "warn",
        )
        return self.standing(_CONFLICT)

    def empty(self, form: DrawingForm, status: int = 200, offer: Offer | None = None) -> ResponseReturnValue:
        """Where a drawing is asked for."""
        return page(
            "artwork_new",
            status,
            place=self.place,
            pin=self.pin,
            form=form,
            offer=offer,
            standing=self.artwork is not None,
        )


def _choose(form: ColoursForm, chosen: str) -> None:
    """A comparison's button says one thing more than the form it belongs to."""
    name, _colon, value = chosen.partition(":")
    if isinstance(form, PlanForm) and name in ("technique", "metal"):
        form[name].process(None, value)


def _large(regions: bytes, plan: PressPlan) -> bytes:
    try:
        (content,) = services().previews.draw(regions, [plan], LARGE)
    except NO_ANSWER:
        return b""
    return content
