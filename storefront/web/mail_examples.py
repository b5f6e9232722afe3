"""Every kind of mail with example facts: nobody's order, nobody's number, and links that open nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from storefront.invariants.statements import INVARIANTS
from storefront.money import Money
from storefront.news.studios import Sold
from storefront.outbox.kinds import Kind
from storefront.outbox.mail import Mail
from storefront.waitlist.standing import Queue
from storefront.web.emails import LineFacts, write
from storefront.web.languages import spoken
from storefront.web.letters import Letter, link_to
from storefront.web.transfer_letters import Named

TO_STUDIOS = (Kind.DROP_OPENED, Kind.DROP_SOLD_OUT, Kind.DAILY_DIGEST)
TO_FOLLOWERS = (Kind.DROP_ANNOUNCED, Kind.DROP_MOVED, Kind.DROP_REMINDER, Kind.DROP_CANCELLED)
OF_THE_STUDIO = (*TO_STUDIOS, *TO_FOLLOWERS, Kind.ORDER_PAID)  # what an artist gets, and what goes out in their name
_OPENS = datetime(2030, 5, 17, 18, tzinfo=UTC)
_PRICE = Money(2800, "EUR")


def example(kind: Kind, *, artist: str = "Mira Vale", title: str = "Luna") -> Mail:
    """The mail as it would read today."""
    facts = EXAMPLES[kind](artist, title)
    link = link_to("shop.home", spoken())
    return write(kind, Letter("buyer@example.org", {"link": link, **facts}, spoken()))


def _person(_artist: str, _title: str) -> dict[str, Any]:
    return {"name": "Ada", "email": "ada@example.org", "forgot_link": link_to("mailed_links.forgot", spoken())}


def _order(artist: str, title: str) -> dict[str, Any]:
    home = link_to("shop.home", spoken())
    line = LineFacts(title=title, number=39, of=100, is_proof=False, price=_PRICE, certificate=home, back=home)
    return {
        "code": "7KQ2MWXB4TRE",
        "artist": artist,
        "ships_within_days": 10,
        "lines": [line],
        "shipping": Money(550, "EUR"),
        "tax": Money(626, "EUR"),
        "total": Money(3350, "EUR"),
        "address": ["Ada Lovelace", "12 St James's Square", "1100-001 Lisboa", "Portugal"],
        "drop_link": home,
    }


def _drop(artist: str, title: str) -> dict[str, Any]:
    home = link_to("shop.home", spoken())
    return {
        "title": title,
        "artist": artist,
        "drop": "",
        "opens_at": _OPENS,
        "zone": "Europe/Lisbon",
        "editions": [{"title": title, "size": 100, "price": _PRICE}],
        "picture": "",
        "calendar_link": home,
    }


def _followed(artist: str, title: str) -> dict[str, Any]:
    return {**_drop(artist, title), "end_link": link_to("shop.home", spoken()), "is_reminder": False}


def _passed_on(artist: str, title: str) -> dict[str, Any]:
    return {"piece": Named(title, artist, 39, 100, is_proof=False), "until": _OPENS}


def _waiting(artist: str, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "artist": artist,
        "place": 12,
        "queue": Queue(waiting=218, came_back=3, size=100),
        "zone": "Europe/Lisbon",
        "until": _OPENS,
        "number": 39,
        "price": _PRICE,
        "free_until": None,
        "follow_link": link_to("shop.home", spoken()),
    }


def _sold(artist: str, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "artist": artist,
        "size": 100,
        "sold_in": timedelta(minutes=4, seconds=12),
        "day": date(2030, 5, 17),
        "sold": [Sold(title, 100, Money(280_000, "EUR"))],
        "count": 100,
        "total": Money(280_000, "EUR"),
    }


EXAMPLES: dict[Kind, Callable[[str, str], dict[str, Any]]] = {
    Kind.CONFIRM_ADDRESS: _person,
    Kind.RESET_PASSWORD: _person,
    Kind.CHANGE_ADDRESS: _person,
    Kind.ADDRESS_CHANGED: _person,
    Kind.ACCOUNT_EXISTS: _person,
    Kind.ORDER_PAID: _order,
    Kind.ORDER_REFUNDED: lambda artist, title: {
        **_order(artist, title),
        "amount": Money(3350, "EUR"),
        "late": True,
    },
    Kind.HOLD_LOST: _order,
    Kind.CONFIRM_FOLLOW: _drop,
    Kind.DROP_ANNOUNCED: _followed,
    Kind.DROP_MOVED: _followed,
    Kind.DROP_REMINDER: lambda artist, title: {**_followed(artist, title), "is_reminder": True},
    Kind.DROP_CANCELLED: lambda artist, title: {
        **_followed(artist, title),
        "reason": "",
        "artist_link": link_to("shop.home", spoken()),
    },
    **dict.fromkeys(
        (
            Kind.TRANSFER_OFFERED,
            Kind.TRANSFER_LINK,
            Kind.TRANSFER_GIVEN,
            Kind.TRANSFER_TAKEN,
            Kind.PIECE_RECALLED,
        ),
        _passed_on,
    ),
    **dict.fromkeys((Kind.WAITLIST_ASKED, Kind.WAITLIST_JOINED, Kind.WAITLIST_OFFER, Kind.WAITLIST_OVER), _waiting),
    Kind.DROP_OPENED: _drop,
    Kind.DROP_SOLD_OUT: _sold,
    Kind.DAILY_DIGEST: _sold,
    Kind.CHECK_FAILED: lambda _artist, _title: {"broken": [(INVARIANTS[0].says, 2)]},
}
