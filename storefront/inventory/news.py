"""News: what happened to the announced drops, and when; for feeds, calendars and sitemaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin, PinPicture
from storefront.inventory.on_show import PUBLIC, SHOWN
from storefront.ledger.chain import LedgerEntry, LedgerHead
from storefront.media.pictures import Picture


@dataclass(frozen=True)
class Page:
    """A drop's or an artist's page as a sitemap lists it."""

    slug: str
    changed_at: datetime
    pictures: tuple[tuple[Picture, str], ...] = ()


def told_at(drop: Drop) -> datetime:
    """When a reader of the drop's announcement last had something new to learn: not each number sold."""
    moments = (drop.created_at, drop.announced_at, drop.opened_at, drop.closed_at, drop.changed_at)
    return max(moment for moment in moments if moment is not None)


def list_news(session: Session, *, artist_id: int | None = None, most: int) -> list[Drop]:
    """The drops announced last."""
    query = select(Drop).where(*PUBLIC).options(joinedload(Drop.artist))
    if artist_id is not None:
        query = query.where(Drop.artist_id == artist_id)
    return list(session.scalars(query.order_by(Drop.announced_at.desc(), Drop.id.desc()).limit(most)))


def list_dates(session: Session, *, artist_id: int | None = None, since: datetime, most: int) -> list[Drop]:
    """The drops that open, or were to open, from then on: a calendar must hear of those called off as well."""
    query = select(Drop).where(Drop.announced_at.is_not(None), Drop.opens_at >= since, Drop.state != DropState.DRAFT)
    if artist_id is not None:
        query = query.where(Drop.artist_id == artist_id)
    query = query.options(joinedload(Drop.artist)).order_by(Drop.opens_at.desc(), Drop.id.desc())
    return list(session.scalars(query.limit(most)))


def count_pages(session: Session) -> int:
    """How many drops or artists there are to list, whichever are more."""
    drops = session.scalars(select(func.count()).select_from(Drop).where(*PUBLIC)).one()
    return max(drops, session.scalars(select(func.count()).select_from(Artist).where(SHOWN)).one())


def list_drop_pages(session: Session, *, skip: int, most: int) -> list[Page]:
    """Each changes with its words, its pictures and its numbers: the last entry of the ledger tells of those."""
    drops = session.scalars(select(Drop).where(*PUBLIC).order_by(Drop.id).offset(skip).limit(most)).all()
    fronts, changes = _fronts(session, drops), _changes(session, drops)
    return [
        Page(drop.slug, max([told_at(drop), *changes.get(drop.id, [])]), tuple(fronts.get(drop.id, [])))
        for drop in drops
    ]


def list_artist_pages(session: Session, *, skip: int, most: int) -> list[Page]:
    """An artist's page changes with their words, and with what is announced."""
    artists = session.scalars(
        select(Artist).where(SHOWN).options(joinedload(Artist.portrait)).order_by(Artist.id).offset(skip).limit(most)
    ).all()
    ids = [artist.id for artist in artists]
    query = select(Drop.artist_id, func.max(Drop.announced_at)).where(*PUBLIC, Drop.artist_id.in_(ids))
    announced = dict(session.execute(query.group_by(Drop.artist_id)).all())
    pages = []
    for artist in artists:
        moments = (artist.created_at, artist.changed_at, announced.get(artist.id))
        pictures = ((artist.portrait, artist.portrait_alt),) if artist.portrait else ()
        pages.append(Page(artist.slug, max(moment for moment in moments if moment is not None), pictures))
    return pages


def _fronts(session: Session, drops: Sequence[Drop]) -> dict[int, list[tuple[Picture, str]]]:
    query = (
        select(Edition.drop_id, PinPicture)
        .join(PinPicture, PinPicture.pin_id == Edition.pin_id)
        .where(Edition.drop_id.in_([drop.id for drop in drops]), PinPicture.role != PictureRole.BACK)
        .options(joinedload(PinPicture.picture))
        .order_by(Edition.position, PinPicture.position)
    )
    found: dict[int, list[tuple[Picture, str]]] = {}
    for drop_id, hung in session.execute(query):
        found.setdefault(drop_id or 0, []).append((hung.picture, hung.alt))
    return found


def _changes(session: Session, drops: Sequence[Drop]) -> dict[int, list[datetime]]:
    query = (
        select(Edition.drop_id, Pin.changed_at, LedgerEntry.at, func.max(Picture.created_at))
        .join(Pin, Pin.id == Edition.pin_id)
        .outerjoin(LedgerHead, LedgerHead.edition_ref == Edition.ref)
        .outerjoin(
            LedgerEntry, (LedgerEntry.edition_ref == LedgerHead.edition_ref) & (LedgerEntry.seq == LedgerHead.seq)
        )
        .outerjoin(PinPicture, PinPicture.pin_id == Pin.id)
        .outerjoin(Picture, Picture.id == PinPicture.picture_id)
        .where(Edition.drop_id.in_([drop.id for drop in drops]))
        .group_by(Edition.id, Edition.drop_id, Pin.changed_at, LedgerEntry.at)
    )
    found: dict[int, list[datetime]] = {}
    for drop_id, *moments in session.execute(query):
        found.setdefault(drop_id or 0, []).extend(moment for moment in moments if moment is not None)
    return found
