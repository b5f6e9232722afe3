"""The one place that answers "may they?": an object its actor may not see does not exist for them."""

from flask import abort
from flask import session as cookie
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from storefront.accounts.people import list_artist_ids
from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.inventory.holds import Hold
from storefront.orders.orders import Order
from storefront.provenance.certificates import Certificate
from storefront.provenance.owning import find_own_certificate
from storefront.web.current import current_account, viewer


def own_hold(session: Session, hold_id: int) -> Hold:
    """The hold, if this browser placed it or its account owns it; else 404."""
    query = select(Hold).where(Hold.id == hold_id, viewer(session).sees(Hold))
    return session.scalars(query).one_or_none() or abort(404)


def find_own_order(session: Session, code: str) -> Order | None:
    """The order, if this browser placed it, came with its mailed link, or its account owns it."""
    may_see = viewer(session).sees(Order)
    if code in cookie.get("orders", []):
        may_see = true()
    return session.scalars(select(Order).where(Order.code == code, may_see)).one_or_none()


def own_order(session: Session, code: str) -> Order:
    """As find_own_order, or 404."""
    return find_own_order(session, code) or abort(404)


def own_certificate(session: Session, code: str, *, to_change: bool = False) -> Certificate:
    """The present certificate of a piece that is this viewer's now; else 404. A mailed link only shows an order: what
    becomes of the piece is for the browser that bought it, or for the confirmed account of its address.
    """
    seen = viewer(session)
    return find_own_certificate(session, code, seen.sees(Order), seen.buyer_ids, to_change=to_change) or abort(404)


def find_last_order(session: Session) -> Order | None:
    """The newest order placed from here: not one that somebody else placed with this account's address."""
    query = select(Order).where(Order.placed_by.in_(viewer(session).placed_by)).order_by(Order.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def own_artist(session: Session, slug: str) -> Artist:
    """The artist in whose studio the signed-in account works; else 404."""
    artist = session.scalars(select(Artist).where(Artist.slug == slug)).one_or_none()
    return artist if artist is not None and artist.id in _own_artist_ids(session) else abort(404)


def own_pin(session: Session, pin_id: int) -> Pin:
    pin = session.get(Pin, pin_id)
    return pin if pin is not None and pin.artist_id in _own_artist_ids(session) else abort(404)


def own_edition(session: Session, edition_id: int) -> Edition:
    edition = session.get(Edition, edition_id)
    return edition if edition is not None and edition.pin.artist_id in _own_artist_ids(session) else abort(404)


def own_drop(session: Session, drop_id: int) -> Drop:
    drop = session.get(Drop, drop_id)
    return drop if drop is not None and drop.artist_id in _own_artist_ids(session) else abort(404)


def _own_artist_ids(session: Session) -> list[int]:
    account = current_account()
    return list_artist_ids(session, account.id) if account is not None else []
