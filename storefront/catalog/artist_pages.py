"""Artist pages: making one, and changing what it says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.editions import Edition
from storefront.catalog.freezing import has_announced
from storefront.catalog.pins import Pin
from storefront.catalog.slugs import give_slug
from storefront.db import locked
from storefront.money import exponent


class CurrencyFixed(Exception):
    """The artist has announced an edition: its currency stays."""


class OnlyPersonsAreBorn(Exception):
    """A museum or a gallery has no birth year."""


@dataclass(frozen=True)
class ArtistDetails:
    """What the artist's public page says; statement and practice are Markdown. A place is where the
    work is seen or bought in person: {"name", "where", "website"}.
    """

    kind: ArtistKind
    name: str
    currency: str
    city: str = ""
    birth_year: int | None = None
    statement: str = ""
    website: str = ""
    portrait_id: int | None = None
    portrait_alt: str = ""
    practice: str = ""
    places: tuple[Mapping[str, str], ...] = ()


def create_artist(session: Session, details: ArtistDetails, *, at: datetime) -> Artist:
    """A new page with an address of its own; who works in its studio is for the caller to say."""
    _check(details)
    artist = Artist(**_columns(details), created_at=at)
    give_slug(session, artist, details.name, fallback=details.kind.value)
    return artist


def edit_artist(session: Session, artist: Artist, details: ArtistDetails, *, at: datetime) -> None:
    """Raises CurrencyFixed, OnlyPersonsAreBorn. The address follows the name until the first announcement."""
    _check(details)
    locked(session, Artist, [artist.id])
    announced = has_announced(session, artist)
    if details.currency != artist.currency:
        if announced:
            raise CurrencyFixed(artist.currency)
        _reprice(session, artist, details.currency)
    renamed = details.name != artist.name
    artist.changed_at = at
    for name, value in _columns(details).items():
        setattr(artist, name, value)
    session.flush()
    if renamed and not announced:
        give_slug(session, artist, details.name, fallback=details.kind.value)


def _columns(details: ArtistDetails) -> dict[str, object]:
    return {**asdict(details), "places": [dict(place) for place in details.places]}


def _check(details: ArtistDetails) -> None:
    if details.birth_year is not None and details.kind is not ArtistKind.PERSON:
        raise OnlyPersonsAreBorn(details.kind)


def _reprice(session: Session, artist: Artist, currency: str) -> None:
    """Amounts keep the figure that was typed: 28.00 euro become 28 yen, for the artist to look at again."""
    was = artist.currency or currency

    def same_figure(minor: int) -> int:
        figure: int = minor * 10 ** exponent(currency) // 10 ** exponent(was)
        return figure

    artist.shipping_zones = [
        {**zone, "first_minor": same_figure(zone["first_minor"]), "further_minor": same_figure(zone["further_minor"])}
        for zone in artist.shipping_zones
    ]
    pins = select(Pin.id).where(Pin.artist_id == artist.id)
    for edition in session.scalars(select(Edition).where(Edition.pin_id.in_(pins))):
        edition.price_minor, edition.currency = max(1, same_figure(edition.price_minor)), currency
