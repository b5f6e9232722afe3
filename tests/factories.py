"""Things to test with: artists, editions, drops and buyers, each with sensible values where a test does not care."""

from datetime import UTC, datetime, timedelta
from itertools import count

from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account
from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.catalog.pins import MakingStep, Meaning, Metal, Pin, Technique, default_steps
from storefront.ids import new_token
from storefront.inventory.minting import mint

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
_serial = count(1)


def an_artist(session, **values):
    n = next(_serial)
    zones = [
        {"name": "Portugal", "countries": ["PT"], "first_minor": 450, "further_minor": 100},
        {"name": "Elsewhere", "countries": ["*"], "first_minor": 1200, "further_minor": 300},
    ]
    artist = Artist(
        **{
            "slug": f"artist-{n}",
            "kind": ArtistKind.PERSON,
            "name": f"Artist {n}",
            "currency": "EUR",
            "shipping_zones": zones,
            "excluded_countries": ["AQ"],
            "tax_rates": {"PT": 2300},
            "created_at": NOON,
            **values,
        }
    )
    session.add(artist)
    session.flush()
    return artist


def a_pin(session, artist=None, **values):
    n = next(_serial)
    artist = artist or an_artist(session)
    pin = Pin(
        **{
            "artist_id": artist.id,
            "slug": f"pin-{n}",
            "title": f"Pin {n}",
            "year": 2026,
            "technique": Technique.SOFT,
            "width_tenths": 380,
            "height_tenths": 360,
            "thickness_tenths": 15,
            "metal": Metal.GOLD,
            "meaning": Meaning.ARTWORK,
            "created_at": NOON,
            **values,
        }
    )
    pin.steps = [MakingStep(**step) for step in default_steps()]
    session.add(pin)
    session.flush()
    return pin


def a_drop(session, artist=None, **values):
    n = next(_serial)
    artist = artist or an_artist(session)
    drop = Drop(
        **{
            "artist_id": artist.id,
            "slug": f"drop-{n}",
            "title": f"Drop {n}",
            "state": DropState.OPEN,
            "opens_at": NOON,
            "zone": "Europe/Lisbon",
            "who_may_hold": WhoMayHold.ANYONE,
            "created_at": NOON,
            "announced_at": NOON,
            **values,
        }
    )
    session.add(drop)
    session.flush()
    return drop


def an_edition(session, drop=None, *, minted=True, **values):
    """An edition on sale: open since NOON, minted, ten pieces, one a person, unless told otherwise."""
    n = next(_serial)
    drop = drop or a_drop(session)
    edition = Edition(
        **{
            "ref": f"ed-{n:04}-{new_token()[:6]}",
            "pin_id": a_pin(session, drop.artist or session.get(Artist, drop.artist_id)).id,
            "drop_id": drop.id,
            "size": 10,
            "price_minor": 2800,
            "currency": "EUR",
            "per_person": 1,
            "policy": NumberPolicy.ASCENDING,
            "created_at": NOON,
            **values,
        }
    )
    session.add(edition)
    session.flush()
    if minted:
        mint(session, edition, at=NOON - timedelta(hours=1))
    return edition


def a_buyer(session, **values):
    buyer = Buyer(**{"guest_hash": new_token(), "created_at": NOON, **values})
    session.add(buyer)
    session.flush()
    return buyer


def an_account(session, **values):
    n = next(_serial)
    account = Account(
        **{
            "email": f"person{n}@example.org",
            "email_key": f"key-{n}",
            "name": f"Person {n}",
            "password_hash": "!",
            "created_at": NOON,
            "confirmed_at": NOON,
            **values,
        }
    )
    session.add(account)
    session.flush()
    return account


def a_key():
    return new_token()
