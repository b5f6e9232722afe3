"""The back of a buyer's own pin, its number engraved: at once when it is drawn already, else as soon as it is."""

import time
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.pressing.numbered_backs import find_numbered_back
from storefront.web.ownership import own_order
from storefront.web.pictures import Shown, shown

pages = Blueprint("backs", __name__)
_PATIENCE = 5.0  # seconds a browser waits for its picture; engraving takes about one
_LOOK_EVERY = 0.2


@dataclass(frozen=True)
class Back:
    """`picture` once it is engraved; until then `url` answers with it."""

    picture: Shown | None
    url: str
    alt: str


def find_back(session: Session, order: Order) -> Back | None:
    """That of the order's first piece; None when it is not owned, or its pin has no back that takes numbers."""
    line = order.lines[0]
    blank = _blank_of(order, line)
    if blank is None:
        return None
    edition = line.hold.edition
    alt = _(
        "The back of the pin %(title)s, with the number %(number)s of %(size)s engraved",
        title=edition.pin.title, number=line.piece.number, size=edition.size,
    )  # fmt: skip
    picture = find_numbered_back(session, line.piece_id, blank)
    return Back(shown(picture, alt) if picture else None, url_for("backs.show", code=order.code), alt)


@pages.get("/orders/<code>/back")
def show(code: str) -> ResponseReturnValue:
    """The picture, drawn now if nobody has drawn it; the plain back when that takes too long."""
    with services().database.reading() as session:
        order = own_order(session, code)
        line = order.lines[0]
        blank = _blank_of(order, line) or abort(404)
        plain = line.hold.edition.pin.picture(PictureRole.BACK)
        source = shown(plain.picture, "").src if plain else abort(404)
        piece_id = line.piece_id
    drawn = _find(piece_id, blank)
    if drawn is None:
        services().long_work.engrave_back(piece_id)
        until = time.monotonic() + _PATIENCE
        while (drawn := _find(piece_id, blank)) is None and time.monotonic() < until:
            time.sleep(_LOOK_EVERY)
    return redirect(drawn or source, 302)


def _find(piece_id: int, blank: str) -> str | None:
    with services().database.reading() as session:
        picture = find_numbered_back(session, piece_id, blank)
        return shown(picture, "").src if picture else None


def _blank_of(order: Order, line: OrderLine) -> str | None:
    if order.state is not OrderState.PAID or line.state is not LineState.SOLD:
        return None
    back = line.hold.edition.pin.picture(PictureRole.BACK)
    return back.blank if back else None
