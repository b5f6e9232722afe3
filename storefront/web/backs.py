"""The backs of a buyer's own pins, their numbers engraved: at once when they are drawn already, else as soon as they are."""

import logging
import time
from dataclasses import dataclass
from threading import BoundedSemaphore

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.longwork import QueueAway
from storefront.orders import links
from storefront.orders.orders import LineState, Order, OrderLine, OrderState, find_order
from storefront.pressing.numbered_backs import find_numbered_back
from storefront.web.ownership import own_certificate, own_order
from storefront.web.pictures import Shown, shown

log = logging.getLogger(__name__)
pages = Blueprint("backs", __name__)
_PATIENCE = 5.0  # seconds a browser waits for its picture; engraving takes about one
_LOOK_EVERY = 0.5
_waiting = BoundedSemaphore(2)  # of a process, whose other threads sell


@dataclass(frozen=True)
class Back:
    """`picture` once it is engraved; until then `url` answers with it, or with the plain back when it takes too long."""

    picture: Shown | None
    url: str
    alt: str


def find_backs(session: Session, order: Order) -> list[Back | None]:
    """One for each piece of the order; None where it is not owned, or its pin has no back that takes numbers."""
    return [
        back_of(session, line, url_for("backs.show", code=order.code, place=place))
        for place, line in enumerate(order.lines, start=1)
    ]


@pages.get("/orders/<code>/backs/<int:place>")
def show(code: str, place: int) -> ResponseReturnValue:
    """The picture of the order's n-th piece, drawn now if nobody has drawn it. The receipt's link carries its token."""
    with services().database.reading() as session:
        order = _order_by_link(session, code) or own_order(session, code)
        line = order.lines[place - 1] if 1 <= place <= len(order.lines) else abort(404)
        wanted = _wanted(line)
    return _answer(*wanted)


@pages.get("/me/pins/<code>/back")
def of_pin(code: str) -> ResponseReturnValue:
    """That of a piece whose owner need not have bought it."""
    with services().database.reading() as session:
        wanted = _wanted(own_certificate(session, code).line)
    return _answer(*wanted)


def back_of(session: Session, line: OrderLine, url: str) -> Back | None:
    """`url` is where the picture is asked for while it is not drawn."""
    blank = blank_of(line.order, line)
    if blank is None:
        return None
    edition = line.hold.edition
    alt = _(
        "The back of the pin %(title)s, made for the number %(number)s of %(size)s",
        title=edition.pin.title, number=line.piece.number, size=edition.size,
    )  # fmt: skip
    picture = find_numbered_back(session, line.piece_id, blank)
    return Back(shown(picture, alt) if picture else None, url, alt)


def _wanted(line: OrderLine) -> tuple[int, str, str]:
    """The piece, the blank its number is engraved into, and the plain back's address."""
    blank = blank_of(line.order, line) or abort(404)
    plain = line.hold.edition.pin.picture(PictureRole.BACK) or abort(404)
    return line.piece_id, blank, shown(plain.picture, "").src


def _answer(piece_id: int, blank: str, plain: str) -> ResponseReturnValue:
    drawn = engraved(piece_id, blank)
    return redirect(drawn.src if drawn else plain, 302)


def engraved(piece_id: int, blank: str) -> Shown | None:
    """The piece's back, drawn now if nobody has drawn it; None when that takes too long or too many wait for theirs."""
    drawn = _find(piece_id, blank)
    if drawn is None and _waiting.acquire(blocking=False):
        try:
            drawn = _drawn(piece_id, blank)
        finally:
            _waiting.release()
    return drawn


def blank_of(order: Order, line: OrderLine) -> str | None:
    """The pressed back that waits for this piece's number, if it is owned and its pin has one."""
    if order.state is not OrderState.PAID or line.state is not LineState.SOLD:
        return None
    back = line.hold.edition.pin.picture(PictureRole.BACK)
    return back.blank if back else None


def _order_by_link(session: Session, code: str) -> Order | None:
    order, token = find_order(session, code), request.args.get("token", "")
    return order if order is not None and links.opens(order, token, at=services().clock.now()) else None


def _drawn(piece_id: int, blank: str) -> Shown | None:
    try:
        services().long_work.engrave_back(piece_id)
    except QueueAway:  # the queue is not the shop: the plain back is shown
        log.exception("a back could not be put in the queue")
        return None
    until = time.monotonic() + _PATIENCE
    while (drawn := _find(piece_id, blank)) is None and time.monotonic() < until:
        time.sleep(_LOOK_EVERY)
    return drawn


def _find(piece_id: int, blank: str) -> Shown | None:
    with services().database.reading() as session:
        picture = find_numbered_back(session, piece_id, blank)
        return shown(picture, "") if picture else None
