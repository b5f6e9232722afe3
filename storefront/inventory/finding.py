"""Finding: which of what is on show a visitor's words mean."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.catalog.searching import Fact, artist_matches, named, pin_matches
from storefront.inventory.on_show import PUBLIC, SHOWN


def find_artists(session: Session, words: Sequence[str], *, most: int) -> list[Artist]:
    """Who is called so first, then who says so."""
    called = case((named(Artist.search_name, words), 0), else_=1)
    query = select(Artist).where(SHOWN, artist_matches(words)).options(joinedload(Artist.portrait))
    return list(session.scalars(query.order_by(called, Artist.search_name, Artist.id).limit(most)))


def find_drops(
    session: Session, words: Sequence[str], facts: Mapping[str, Iterable[Fact]], *, most: int, skip: int = 0
) -> list[Drop]:
    """Drops of pins with these words: those called so first, then the latest."""
    pins = select(Pin.id).join(Artist, Artist.id == Pin.artist_id)
    found, called = pins.where(pin_matches(words, facts)), pins.where(named(Pin.search_title, words))
    query = select(Drop).where(*PUBLIC, exists().where(Edition.drop_id == Drop.id, Edition.pin_id.in_(found)))
    first = case((exists().where(Edition.drop_id == Drop.id, Edition.pin_id.in_(called)), 0), else_=1)
    query = query.options(joinedload(Drop.artist)).order_by(first, Drop.opens_at.desc(), Drop.id)
    return list(session.scalars(query.offset(skip).limit(most)))
