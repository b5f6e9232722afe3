"""Freezing: what an announcement has made unchangeable."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin


def is_announced(session: Session, pin: Pin) -> bool:
    """Whether an edition of this pin was ever announced: from then on only its words and pictures may change."""
    return bool(session.scalar(select(exists().where(Edition.pin_id == pin.id, Edition.minted_at.is_not(None)))))


def has_announced(session: Session, artist: Artist) -> bool:
    """Whether this artist ever announced an edition: from then on the currency and the page's address stay."""
    pins = select(Pin.id).where(Pin.artist_id == artist.id)
    return bool(session.scalar(select(exists().where(Edition.pin_id.in_(pins), Edition.minted_at.is_not(None)))))
