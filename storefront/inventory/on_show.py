"""On show: which announced drops a visitor finds, by time, artist and material."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import MakingStep, Metal, Pin, Technique
from storefront.inventory.pieces import Piece, PieceKind, PieceState


class When(StrEnum):
    NOW = "now"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True)
class Wish:
    """What a visitor looks for; None is "any"."""

    when: When | None = None
    artist: str | None = None
    metal: Metal | None = None
    technique: Technique | None = None


def find_drop_with_artist(session: Session, slug: str) -> Drop | None:
    return session.scalars(select(Drop).where(Drop.slug == slug).options(joinedload(Drop.artist))).one_or_none()


def list_drops(session: Session, wish: Wish, *, at: datetime, most: int, skip: int = 0) -> list[Drop]:
    """Announced drops: those to come by their opening, the others latest first."""
    order = Drop.opens_at.asc() if wish.when is When.COMING else Drop.opens_at.desc()
    query = select(Drop).where(*_wished(wish, at)).options(joinedload(Drop.artist)).order_by(order, Drop.id)
    return list(session.scalars(query.offset(skip).limit(most)))


def count_drops(session: Session, wish: Wish, *, at: datetime) -> int:
    return session.scalars(select(func.count()).select_from(Drop).where(*_wished(wish, at))).one()


def list_editions_of(
    session: Session, drops: Iterable[Drop], *, steps_of: Drop | None = None
) -> dict[int, list[Edition]]:
    """The editions of each drop by its id, with pin and pictures, in the order of the page; of one also the making."""
    ids = [drop.id for drop in drops]
    found: dict[int, list[Edition]] = {drop_id: [] for drop_id in ids}
    if not ids:
        return found
    pin = joinedload(Edition.pin)
    loads = [pin.selectinload(Pin.pictures)]
    if steps_of is not None:
        its_pins = select(Edition.pin_id).where(Edition.drop_id == steps_of.id)
        loads.append(pin.selectinload(Pin.steps.and_(MakingStep.pin_id.in_(its_pins))))
    query = select(Edition).where(Edition.drop_id.in_(ids)).options(*loads).order_by(Edition.position, Edition.id)
    for edition in session.scalars(query):
        found[edition.drop_id or 0].append(edition)
    return found


def list_artists_on_show(session: Session, *, most: int, skip: int = 0) -> list[Artist]:
    """Artists with at least one announced drop, by name."""
    query = select(Artist).where(_SHOWN).options(joinedload(Artist.portrait)).order_by(Artist.name, Artist.id)
    return list(session.scalars(query.offset(skip).limit(most)))


def count_artists_on_show(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Artist).where(_SHOWN)).one()


def list_public_addresses(session: Session, *, most: int) -> tuple[Sequence[str], Sequence[str]]:
    """Slugs of the drops and artists whose pages anybody may see."""
    drops = session.scalars(select(Drop.slug).where(*_PUBLIC).order_by(Drop.id.desc()).limit(most)).all()
    artists = session.scalars(select(Artist.slug).where(_SHOWN).order_by(Artist.id.desc()).limit(most)).all()
    return drops, artists


_PUBLIC = (Drop.announced_at.is_not(None), Drop.state.not_in((DropState.DRAFT, DropState.CANCELLED)))
_SHOWN = exists().where(Drop.artist_id == Artist.id, *_PUBLIC)
_LEFT = exists().where(
    Edition.drop_id == Drop.id,
    Piece.edition_id == Edition.id,
    Piece.kind == PieceKind.NUMBERED,
    Piece.state.in_((PieceState.AVAILABLE, PieceState.HELD)),
)


def _wished(wish: Wish, at: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [*_PUBLIC]
    if wish.when is not None:
        wanted.append(_in_time(wish.when, at))
    if wish.artist is not None:
        wanted.append(Drop.artist_id.in_(select(Artist.id).where(Artist.slug == wish.artist)))
    made = [
        *([Pin.metal == wish.metal] if wish.metal else []),
        *([Pin.technique == wish.technique] if wish.technique else []),
    ]
    if made:
        wanted.append(exists().where(Edition.drop_id == Drop.id, Pin.id == Edition.pin_id, *made))
    return wanted


def _in_time(when: When, at: datetime) -> ColumnElement[bool]:
    over = or_(Drop.state == DropState.CLOSED, func.coalesce(Drop.closes_at <= at, false()))
    begun = Drop.opens_at <= at
    match when:
        case When.COMING:
            return ~over & ~begun
        case When.NOW:
            return ~over & begun & _LEFT
        case When.PAST:
            return over | (begun & ~_LEFT)
