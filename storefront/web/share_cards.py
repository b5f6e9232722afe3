"""The picture that goes with a shared link to a drop: what it is, and how it stands at this moment."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from PIL import Image

from storefront import share_card
from storefront.accounts.throttle import Limit
from storefront.extensions import services
from storefront.inventory.wall import Showing
from storefront.media.storage import NotStored, Storage
from storefront.share_card import Card
from storefront.web.drop_cards import hang
from storefront.web.drop_view import DropView, view_drop
from storefront.web.edition_view import EditionView
from storefront.web.formats import place, zoned
from storefront.web.pictures import Shown
from storefront.web.public import absolute, public_drop, versioned
from storefront.web.rates import count_or_refuse, one_painter

_DRAWING = "1"  # to be counted up when the card is drawn anew
CARDS_FROM = Limit("share-card-from", 60, timedelta(minutes=1))


@dataclass(frozen=True)
class ShareCard:
    """The card's address for machines, and its words for who can't see it."""

    url: str
    alt: str


def share_card_of(drop: DropView) -> ShareCard | None:
    """None for a drop without a picture, and for one that is not announced."""
    main = drop.main
    face = _face(main)
    if main is None or face is None or drop.is_preview:
        return None
    card = _card(drop, main, face)
    url = absolute(url_for("shop.card", slug=drop.slug, v=version_of(card, face.key)))
    alt = _("%(title)s by %(artist)s: %(state)s", title=card.title, artist=card.artist, state=card.state)
    return ShareCard(url, alt)


def show(slug: str) -> ResponseReturnValue:
    at = services().clock.now()
    with services().database.reading() as session:
        (own,) = hang(session, [public_drop(session, slug)], at)
        view = view_drop(own, at)
    main = view.main
    face = _face(main)
    if main is None or face is None:
        abort(HTTPStatus.NOT_FOUND)
    card = _card(view, main, face)
    version = version_of(card, face.key)
    if request.args.get("v") != version:  # of a moment ago, or nobody's: only what is true now is painted
        return redirect(url_for("shop.card", slug=slug, v=version), HTTPStatus.FOUND)
    return versioned(picture_of(card, face.key), version, keep=0)


def picture_of(card: Card, key: str) -> Response:
    """The painted card; 404 where its pin's picture is not kept any more."""
    count_or_refuse(CARDS_FROM)
    try:
        with one_painter():
            return Response(_painted(services().storage, card, key), mimetype="image/jpeg")
    except NotStored:
        abort(HTTPStatus.NOT_FOUND)


def _face(main: EditionView | None) -> Shown | None:
    """A photograph comes before the picture of the plan."""
    return (main.photo or main.front) if main else None


def _card(drop: DropView, main: EditionView, face: Shown) -> Card:
    state, number, beside = _standing(drop, main)
    is_live = main.state in (Showing.OPEN, Showing.SOLD_OUT)
    return Card(state, is_live, number, beside, drop.title, drop.artist, plan_caption(face))


def plan_caption(face: Shown | None) -> str:
    """What a card says below a picture that is our own drawing."""
    return _("A picture of the plan, not a photograph.") if face is not None and face.drawn else ""


def _standing(drop: DropView, main: EditionView) -> tuple[str, str, str]:
    """A line of state, the number that says most, and what belongs to it."""
    wall, of = main.wall, f"/{main.size}"
    if main.state in (Showing.SCHEDULED, Showing.DOORS):
        when = zoned(drop.opens_at, drop.zone)
        return _("Opens %(when)s in %(place)s", when=when, place=place(drop.zone)), "1", of
    if main.state is Showing.OPEN and wall.next_free is not None and not main.is_sealed:
        return _("Open now: next free number"), str(wall.next_free), of
    said = {
        Showing.OPEN: (_("Open now: numbers left"), wall.free),
        Showing.PAUSED: (_("Paused: numbers left"), wall.free),
        Showing.ALL_HELD: (_("All numbers are taken or held"), wall.sold),
        Showing.SOLD_OUT: (_("Sold out"), main.size),
    }
    state, number = said.get(main.state, (_("The sale is over"), wall.sold))
    return state, str(number), of


def version_of(card: Card, key: str) -> str:
    told = "\n".join(map(str, (*astuple(card), key, _DRAWING)))
    return hashlib.sha256(told.encode()).hexdigest()[:10]


@lru_cache(maxsize=64)
def _painted(storage: Storage, card: Card, key: str) -> bytes:
    with Image.open(BytesIO(storage.get(key))) as pin:
        painted = share_card.paint(card, pin)
    packed = BytesIO()
    painted.save(packed, "JPEG", quality=86, optimize=True, progressive=True)
    return packed.getvalue()
