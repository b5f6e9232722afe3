"""Getting ready before a drop opens: what is done already, so that the rush itself is two presses. None of it is asked for."""

from dataclasses import dataclass

from flask import session as cookie
from sqlalchemy.orm import Session

from storefront.accounts.saved_addresses import find_saved
from storefront.catalog.drops import Drop
from storefront.inventory.holds import Hold
from storefront.orders.pricing import NotShippedThere, Quote, quote
from storefront.postal.addresses import find_problems
from storefront.web.current import current_account

_MOST_DROPS = 20  # one cookie remembers


@dataclass(frozen=True)
class Readiness:
    """The parts of the doors' list that are this visitor's own."""

    confirmed: bool
    address: bool
    understood: bool


def readiness(session: Session, drop: Drop) -> Readiness:
    account = current_account()
    saved = find_saved(session, account.id) if account is not None else None
    return Readiness(
        confirmed=account is not None and account.confirmed_at is not None,
        address=saved is not None and not find_problems(saved),
        understood=drop.id in cookie.get("understood", []),
    )


def remember_understood(drop: Drop) -> None:
    known = [drop_id for drop_id in cookie.get("understood", []) if drop_id != drop.id]
    cookie["understood"] = [*known, drop.id][-_MOST_DROPS:]
    cookie.permanent = True


def find_own_saved(session: Session) -> dict[str, str] | None:
    """The address a confirmed account stored: only such a buyer pays without being asked anything more."""
    account = current_account()
    return find_saved(session, account.id) if account is not None and account.confirmed_at is not None else None


def find_price(hold: Hold, saved: dict[str, str] | None) -> Quote | None:
    """The total to the stored address; None without one the post can work with, and where the artist does not post there."""
    if saved is None or find_problems(saved):
        return None
    try:
        return quote(hold.drop.artist, [hold], saved["country"])
    except NotShippedThere:
        return None
