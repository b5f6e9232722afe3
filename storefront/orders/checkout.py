"""Checkout: holds become an order, before the payment provider hears of anything."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts.buyers import Buyer
from storefront.catalog.artists import Artist
from storefront.db import locked, move
from storefront.ids import new_code
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import HoldNotPayable
from storefront.inventory.rekeying import rekey
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.orders.pricing import quote
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post
from storefront.payments.attempts import find_live_attempt, list_hold_ids

MAX_LINES = 20


class PriceChanged(Exception):
    """The total the buyer agreed to is not the total now."""


class SeveralArtists(Exception):
    """One order is one parcel of one artist."""


class PaymentUnderWay(Exception):
    """Some of these holds are being paid in another set: finish or cancel that payment first."""


@dataclass(frozen=True)
class Delivery:
    """Where the parcel goes and how the buyer is reached. `address` has the parts of `postal.rules.PARTS`."""

    email: str
    address: dict[str, str]
    locale: str = "en"


def place_order(
    session: Session,
    hold_ids: list[int],
    *,
    buyer_id: int,
    placed_by: int,
    delivery: Delivery,
    agreed_minor: int,
    at: datetime,
) -> Order:
    """The order for exactly these holds, re-keyed to the buyer of the address; the same one when pressed twice.

    Raises HoldNotPayable, LimitReached, SeveralArtists, NotShippedThere, PriceChanged or PaymentUnderWay.
    """
    # First of all the buyer: two guests of one address re-key one after the other, not each into the other's slots.
    session.execute(select(Buyer.id).where(Buyer.id == buyer_id).with_for_update(key_share=True))
    holds = locked(session, Hold, hold_ids)
    if not holds or len(holds) != len(set(hold_ids)):
        raise HoldNotPayable
    if (running := _order_being_paid(session, holds)) is not None:
        return running
    if any(hold.state is not HoldState.ACTIVE or hold.held_until <= at for hold in holds):
        raise HoldNotPayable
    rekey(session, [hold.id for hold in holds], buyer_id)
    artist = _one_artist(session, holds)
    price = quote(artist, holds, delivery.address["country"])
    if price.total.minor != agreed_minor:
        raise PriceChanged
    _cancel_earlier(session, holds)
    order = Order(
        code=new_code(),
        buyer_id=buyer_id,
        placed_by=placed_by,
        artist_id=artist.id,
        state=OrderState.PLACED,
        email=delivery.email,
        address=delivery.address,
        locale=delivery.locale,
        shipping_minor=price.shipping.minor,
        tax_minor=price.tax.minor,
        total_minor=price.total.minor,
        currency=price.total.currency,
        placed_at=at,
    )
    order.lines = [
        OrderLine(
            hold_id=hold.id,
            piece_id=hold.piece_id,
            price_minor=hold.price_minor,
            tax_minor=tax,
            state=LineState.RESERVED,
        )
        for hold, tax in zip(holds, price.line_taxes, strict=True)
    ]
    session.add(order)
    session.flush()
    return order


def _order_being_paid(session: Session, holds: list[Hold]) -> Order | None:
    """The order whose live attempt covers this very set; PaymentUnderWay when it covers another."""
    attempts = [find_live_attempt(session, hold.id) for hold in holds if hold.in_attempt]
    found = {attempt.id: attempt for attempt in attempts if attempt is not None}
    if not found:
        return None
    attempt = next(iter(found.values()))
    if len(found) > 1 or list_hold_ids(session, attempt.id) != [hold.id for hold in holds]:
        raise PaymentUnderWay
    return session.scalars(select(Order).where(Order.attempt_id == attempt.id)).one()


def _one_artist(session: Session, holds: list[Hold]) -> Artist:
    artists = {hold.drop.artist_id for hold in holds}
    currencies = {hold.currency for hold in holds}
    if len(artists) > 1 or len(currencies) > 1:
        raise SeveralArtists
    return session.get_one(Artist, artists.pop())


def _cancel_earlier(session: Session, holds: list[Hold]) -> None:
    """An unpaid order of these holds without a live attempt gives way to the new one."""
    query = select(OrderLine.order_id).where(
        OrderLine.hold_id.in_([hold.id for hold in holds]), OrderLine.state == LineState.RESERVED
    )
    cancel_orders(session, sorted(set(session.scalars(query))))


def cancel_orders(session: Session, order_ids: list[int]) -> list[int]:
    """Placed orders are cancelled with their lines."""
    cancelled = move(session, Order, OrderState.CANCELLED, expect=(OrderState.PLACED,), where=[Order.id.in_(order_ids)])
    lines = [OrderLine.order_id.in_(cancelled)]
    move(session, OrderLine, LineState.CANCELLED, expect=(LineState.RESERVED,), where=lines)
    return cancelled


def tell_of_lost_hold(session: Session, order: Order, *, at: datetime) -> None:
    """Time ran out on somebody who had left an address: they hear it once, by mail."""
    post(session, Kind.HOLD_LOST, f"hold_lost:{order.code}", {"order_id": order.id}, at=at)
