"""Readiness: what a drop still lacks before it can be announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop
from storefront.catalog.editions import list_editions
from storefront.catalog.pins import PictureRole, Pin


class Need(StrEnum):
    """What every announcement needs, in the order in which a checklist asks for it."""

    EDITION = "edition"
    FRONT = "front"
    STORY = "story"
    PRICE = "price"
    CURRENCY = "currency"
    SHIPPING = "shipping"
    OPENING = "opening"


@dataclass(frozen=True)
class Gap:
    """A need that is not met; `subject_id` is the pin's (front, story) or the edition's (price, currency)."""

    need: Need
    subject_id: int | None = None


def missing_for_announcement(session: Session, drop: Drop, *, at: datetime) -> list[Gap]:
    """Every gap between this draft and an announcement; empty when it may be announced."""
    return list(_gaps(session, drop, at))


def _gaps(session: Session, drop: Drop, at: datetime) -> Iterator[Gap]:
    editions = list_editions(session, drop.id)
    artist = session.get_one(Artist, drop.artist_id)
    if not editions:
        yield Gap(Need.EDITION)
    for pin in {edition.pin_id: edition.pin for edition in editions}.values():
        yield from _gaps_of_pin(pin)
    for edition in editions:
        if edition.price_minor < 1:
            yield Gap(Need.PRICE, edition.id)
        if edition.currency != (artist.currency or editions[0].currency):
            yield Gap(Need.CURRENCY, edition.id)
    if not artist.shipping_zones:
        yield Gap(Need.SHIPPING)
    if drop.opens_at <= at:
        yield Gap(Need.OPENING)


def _gaps_of_pin(pin: Pin) -> Iterator[Gap]:
    front = pin.picture(PictureRole.FRONT)
    if front is None or not front.alt.strip():
        yield Gap(Need.FRONT, pin.id)
    if not pin.story.strip():
        yield Gap(Need.STORY, pin.id)
