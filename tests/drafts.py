"""Drafts to test with: what an artist has typed before anything is announced."""

from dataclasses import replace
from datetime import timedelta

from factories import NOON, an_artist
from shopfront import a_picture
from storefront.catalog.artist_pages import ArtistDetails
from storefront.catalog.artists import ArtistKind
from storefront.catalog.drop_plans import DropPlan, create_drop
from storefront.catalog.edition_terms import EditionTerms, create_edition
from storefront.catalog.pin_details import PinDetails, create_pin
from storefront.catalog.pin_pictures import hang_picture
from storefront.catalog.pins import Meaning, Metal, PictureRole, Technique

ARTIST = ArtistDetails(ArtistKind.PERSON, "Ines Example", "EUR", city="Porto")
PIN = PinDetails(
    title="Luna",
    year=2026,
    technique=Technique.SOFT,
    width_tenths=380,
    height_tenths=360,
    thickness_tenths=15,
    metal=Metal.GOLD,
    meaning=Meaning.PLACE,
    story="It flies at night.",
    colours=({"name": "Moth green", "hex": "#a8d8c0"},),
)
TERMS = EditionTerms(size=10, price_minor=2800)
PLAN = DropPlan("Luna", NOON + timedelta(days=2), "Europe/Lisbon")


def a_drafted_pin(session, artist=None, **values):
    """A pin with a front picture."""
    pin = create_pin(session, artist or an_artist(session), replace(PIN, **values), at=NOON)
    hang_picture(session, pin, a_picture(session).id, PictureRole.FRONT, "A green moth")
    return pin


def a_drafted_edition(session, pin=None, **terms):
    return create_edition(session, pin or a_drafted_pin(session), replace(TERMS, **terms), at=NOON)


def a_drafted_drop(session, *editions, **plan):
    """A drop that lacks nothing, of one edition unless told otherwise."""
    editions = editions or (a_drafted_edition(session),)
    wanted = replace(PLAN, **{"editions": tuple(e.id for e in editions), **plan})
    return create_drop(session, editions[0].pin.artist, wanted, at=NOON)
