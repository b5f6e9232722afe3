"""What a buyer owns: my collection, and an order's page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from storefront.catalog.editions import Edition, NumberPolicy
from storefront.catalog.pins import Pin, PinPicture
from storefront.extensions import services
from storefront.inventory.holds import Hold, list_live_holds
from storefront.money import Money
from storefront.orders import links
from storefront.orders.orders import LineState, Order, OrderLine, OrderState, find_order
from storefront.provenance.owning import list_taken_codes
from storefront.web import own_pins, own_things, wear
from storefront.web.backs import find_backs
from storefront.web.current import current_account, viewer
from storefront.web.following import list_own_follows
from storefront.web.hold_view import view_hold
from storefront.web.ownership import own_order
from storefront.web.pictures import Shown, shown
from storefront.web.turn_view import list_own_turns

pages = Blueprint("collection", __name__)
pages.add_url_rule("/me/wear", "wear", wear.of_mine)
pages.add_url_rule("/me/wear.png", "wear_picture", wear.picture_of_mine)
pages.add_url_rule("/me/everything.json", "everything", own_things.everything)
pages.add_url_rule("/me/collection.png", "picture", own_things.picture)
_MOST_ORDERS = 200
_MOST_LINKS = 20  # orders one cookie may open by mailed links


@dataclass(frozen=True)
class LineView:
    """`number` is None while the number is still sealed."""

    title: str
    artist: str
    drop_slug: str | None
    number: int | None
    size: int
    state: LineState
    price: Money
    picture: Shown | None
    passed_on: bool


@dataclass(frozen=True)
class OrderView:
    code: str
    state: OrderState
    placed_at: datetime
    email: str
    address: dict[str, str]
    artist: str
    artist_slug: str
    ships_within_days: int
    lines: tuple[LineView, ...]
    shipping: Money
    tax: Money
    total: Money


@pages.get("/me")
def mine() -> ResponseReturnValue:
    at = services().clock.now()
    with services().database.reading() as session:
        seen = viewer(session)
        holds = [
            view_hold(session, hold, at=at) for hold in list_live_holds(session, [*seen.placed_by, *seen.buyer_ids])
        ]
        query = (
            select(Order)
            .where(seen.sees(Order), Order.state.in_((OrderState.PAID, OrderState.REVIEW, OrderState.REFUNDED)))
            .order_by(Order.placed_at.desc())
            .limit(_MOST_ORDERS)
            .options(*_LOADED)
        )
        orders = [view_order(order) for order in session.scalars(query)]
        follows = list_own_follows(session)
        own = own_pins.list_own_pins(session)
        turns = list_own_turns(session, at)
    pins = own_pins.hang(own)
    return render_template(
        "collection/mine.html",
        holds=holds,
        turns=turns,
        orders=orders,
        pins=pins,
        follows=follows,
        account=current_account(),
        now=at,
    )


@pages.get("/orders/<code>")
def order(code: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        found = _loaded(session, own_order(session, code).id)
        gone = list_taken_codes(session, [line.id for line in found.lines])
        view, backs = view_order(found, gone), find_backs(session, found)
    return render_template("collection/order.html", order=view, backs=backs)


@pages.get("/orders/<code>/open")
def open_link(code: str) -> ResponseReturnValue:
    """The mailed link: its token becomes a cookie for this one order, and leaves the address bar."""
    token = request.args.get("token", "")
    with services().database.reading() as session:
        found = find_order(session, code)
        good = found is not None and links.opens(found, token, at=services().clock.now())
    if not good:
        abort(404)
    opened = [known for known in cookie.get("orders", []) if known != code]
    cookie["orders"] = [*opened, code][-_MOST_LINKS:]
    cookie.permanent = True
    return redirect(url_for("collection.order", code=code), 303)


_LOADED = (
    joinedload(Order.artist),
    selectinload(Order.lines).joinedload(OrderLine.piece),
    selectinload(Order.lines).joinedload(OrderLine.hold).joinedload(Hold.drop),
    selectinload(Order.lines).joinedload(OrderLine.hold).joinedload(Hold.edition).joinedload(Edition.pin).selectinload(Pin.pictures).joinedload(PinPicture.picture),
)  # fmt: skip


def view_order(order: Order, gone: Collection[int] = ()) -> OrderView:
    """`gone` are the lines whose pieces were passed on."""
    return OrderView(
        code=order.code,
        state=order.state,
        placed_at=order.placed_at,
        email=order.email,
        address=order.address,
        artist=order.artist.name,
        artist_slug=order.artist.slug,
        ships_within_days=order.artist.ships_within_days,
        lines=tuple(_line(order, line, line.id in gone) for line in order.lines),
        shipping=order.shipping,
        tax=Money(order.tax_minor, order.currency),
        total=order.total,
    )


def _line(order: Order, line: OrderLine, gone: bool) -> LineView:  # noqa: FBT001  one of a line's facts
    edition = line.hold.edition
    sealed = edition.policy is NumberPolicy.SEALED and order.state not in (OrderState.PAID, OrderState.REFUNDED)
    face = edition.pin.face
    return LineView(
        title=edition.pin.title,
        artist=order.artist.name,
        drop_slug=line.hold.drop.slug,
        number=None if sealed else line.piece.number,
        size=edition.size,
        state=line.state,
        price=line.price,
        picture=shown(face.picture, face.alt) if face else None,
        passed_on=gone,
    )


def _loaded(session: Session, order_id: int) -> Order:
    query = select(Order).where(Order.id == order_id).options(*_LOADED)
    return session.scalars(query, execution_options={"populate_existing": True}).one()
