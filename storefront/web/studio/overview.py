"""What an artist has: pins and drops, as lists."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin
from storefront.following.follows import Subject, count_confirmed
from storefront.web import trade_words
from storefront.web.pictures import Shown, shown
from storefront.web.studio import words


@dataclass(frozen=True)
class PinRow:
    url: str
    title: str
    about: str
    picture: Shown | None


@dataclass(frozen=True)
class DropRow:
    url: str
    title: str
    state: str
    opens_at: datetime
    zone: str
    reminders: int


@dataclass(frozen=True)
class Overview:
    pins: tuple[PinRow, ...]
    drops: tuple[DropRow, ...]
    has_editions: bool
    followers: int


def overview_of(session: Session, artist: Artist) -> Overview:
    pins = session.scalars(
        select(Pin).where(Pin.artist_id == artist.id).order_by(Pin.id.desc()).options(selectinload(Pin.pictures))
    ).all()
    drops = session.scalars(
        select(Drop)
        .where(Drop.artist_id == artist.id, ~((Drop.state == DropState.CANCELLED) & Drop.announced_at.is_(None)))
        .order_by(Drop.opens_at.desc())
    ).all()
    sizes = dict(
        session.execute(select(Edition.pin_id, Edition.size).where(Edition.pin_id.in_([pin.id for pin in pins]))).all()
    )
    readers = Subject(artist_id=artist.id)
    counts = count_confirmed(session, [readers, *(Subject(drop_id=drop.id) for drop in drops)])
    return Overview(
        pins=tuple(_pin_row(pin, sizes.get(pin.id)) for pin in pins),
        drops=tuple(_drop_row(drop, counts[Subject(drop_id=drop.id)]) for drop in drops),
        has_editions=bool(sizes),
        followers=counts[readers],
    )


def _pin_row(pin: Pin, size: int | None) -> PinRow:
    front = pin.picture(PictureRole.FRONT)
    edition = _("edition of %(size)s", size=size) if size else _("no edition yet")
    return PinRow(
        url=url_for("studio.pins.edit", pin_id=pin.id),
        title=pin.title,
        about=f"{trade_words.material(pin)}, {edition}",
        picture=shown(front.picture, front.alt) if front else None,
    )


def _drop_row(drop: Drop, reminders: int) -> DropRow:
    return DropRow(
        url=url_for("studio.drops.show", drop_id=drop.id),
        title=drop.title,
        state=words.state(drop),
        opens_at=drop.opens_at,
        zone=drop.zone,
        reminders=reminders,
    )
