"""Everything the shop knows about a person, as one document: plain words for what each part is, then the rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts import saved_addresses
from storefront.accounts.people import Account, ArtistMember
from storefront.accounts.sessions import AccountSession
from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.following.follows import list_follows
from storefront.inventory.turns import Turn
from storefront.privacy.told_orders import Sees, instant, list_orders, tell_certificates, tell_holds, tell_order

EXPLAINED = {
    "account": "The account, if there is one: how you sign in, and since when.",
    "sessions": "Where you are or lately were signed in, as your browser called itself.",
    "saved_address": "Where your parcels go, as you stored it for the next drop.",
    "follows": "What we write to your confirmed address about.",
    "turns": "Your places on waitlists, ended ones included.",
    "studios": "The artists in whose studios you work.",
    "holds": "Numbers that were set aside for you, ended ones included.",
    "orders": "What you ordered, at what price, sent where; what was paid and what went back.",
    "certificates": "The signed record of each piece you bought or were given, and the name you show. The record does not name you.",
}


@dataclass(frozen=True)
class Person:
    """Whose document it is: an account or None, which holds and orders they may see, and the buyers they are."""

    account_id: int | None
    sees: Sees
    buyer_ids: tuple[int, ...] = ()


def tell_everything(session: Session, person: Person, *, shop: str, at: datetime) -> dict[str, Any]:
    """The document. Instants are ISO 8601 in UTC; money is in minor units of its currency."""
    orders = list_orders(session, person.sees)
    return {
        "version": 1,
        "shop": shop,
        "made_at": instant(at),
        "explained": EXPLAINED,
        "account": _account(session, person.account_id),
        "sessions": _sessions(session, person.account_id),
        "saved_address": saved_addresses.find_saved(session, person.account_id) if person.account_id else None,
        "follows": _follows(session, person.account_id),
        "turns": _turns(session, person.buyer_ids),
        "studios": _studios(session, person.account_id),
        "holds": tell_holds(session, person.sees),
        "orders": [tell_order(session, order) for order in orders],
        "certificates": tell_certificates(session, orders, person.buyer_ids),
    }


def _account(session: Session, account_id: int | None) -> dict[str, Any] | None:
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None:
        return None
    return {
        "name": account.name,
        "email": account.email,
        "created_at": instant(account.created_at),
        "confirmed_at": instant(account.confirmed_at),
        "language": account.locale,
        "is_admin": account.is_admin,
    }


def _sessions(session: Session, account_id: int | None) -> list[dict[str, Any]]:
    query = select(AccountSession).where(AccountSession.account_id == account_id).order_by(AccountSession.id)
    return [
        {
            "device": row.device,
            "began_at": instant(row.created_at),
            "last_seen_at": instant(row.seen_at),
            "ended_at": instant(row.ended_at),
        }
        for row in session.scalars(query)
    ]


def _follows(session: Session, account_id: int | None) -> list[dict[str, Any]]:
    account = session.get(Account, account_id) if account_id is not None else None
    if account is None or account.confirmed_at is None:
        return []
    return [
        {
            "artist": follow.artist.name if follow.artist else None,
            "drop": follow.drop.title if follow.drop else None,
            "since": instant(follow.confirmed_at),
        }
        for follow in list_follows(session, account.email_key)
    ]


def _turns(session: Session, buyer_ids: tuple[int, ...]) -> list[dict[str, Any]]:
    query = select(Turn, Pin.title).join(Edition, Edition.id == Turn.edition_id).join(Pin, Pin.id == Edition.pin_id)
    rows = session.execute(query.where(Turn.buyer_id.in_(buyer_ids)).order_by(Turn.id))
    return [
        {
            "title": title,
            "email": turn.email,
            "state": turn.state.value,
            "asked_at": instant(turn.asked_at),
            "joined_at": instant(turn.joined_at),
            "offered_at": instant(turn.offered_at),
            "ended_at": instant(turn.ended_at),
        }
        for turn, title in rows
    ]


def _studios(session: Session, account_id: int | None) -> list[dict[str, Any]]:
    query = select(ArtistMember, Artist.name).join(Artist, Artist.id == ArtistMember.artist_id)
    rows = session.execute(query.where(ArtistMember.account_id == account_id).order_by(ArtistMember.id))
    return [{"artist": name, "since": instant(member.joined_at)} for member, name in rows]
