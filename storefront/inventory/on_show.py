"""On show: which announced drops a visitor finds, by time, artist and material."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import MakingStep, Meaning, Metal, Pin, Technique
from storefront.catalog.representing import Representation
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.media.pictures import Picture


class When(StrEnum):
    NOW = "now"
    COMING = "coming"
    SOLD_OUT = "sold_out"
    PAST = "past"


@dataclass(frozen=True)
class Wish:
    """What a visitor looks for; None is "any"."""

    when: When | None = None
    artist: str | None = None
    metal: Metal | None = None
    technique: Technique | None = None
    meaning: Meaning | None = None
    earliest_first: bool | None = None  # None: what is to come by its opening, the others latest first


def find_drop_with_artist(session: Session, slug: str) -> Drop | None:
    return session.scalars(select(Drop).where(Drop.slug == slug).options(joinedload(Drop.artist))).one_or_none()


def list_drops(session: Session, wish: Wish, *, at: datetime, most: int, skip: int = 0) -> list[Drop]:
    """Announced drops in the order of their openings."""
    rising = wish.when is When.COMING if wish.earliest_first is None else wish.earliest_first
    order = Drop.opens_at.asc() if rising else Drop.opens_at.desc()
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
    """Artists with at least one announced drop, and the houses that show one, by name."""
    query = select(Artist).where(SHOWN).options(joinedload(Artist.portrait)).order_by(Artist.name, Artist.id)
    return list(session.scalars(query.offset(skip).limit(most)))


def count_artists_on_show(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Artist).where(SHOWN)).one()


def is_on_show(session: Session, artist: Artist) -> bool:
    return bool(session.scalar(select(exists().where(Artist.id == artist.id, SHOWN))))


def list_shown_with(session: Session, one: Artist, *, most: int) -> list[Artist]:
    """The artists a house shows, or the houses that show an artist: those who are on show themselves, by name."""
    house, artist = Representation.house_id, Representation.artist_id
    here, there = (artist, house) if one.kind is ArtistKind.PERSON else (house, artist)
    others = select(there).where(here == one.id, Representation.agreed_at.is_not(None))
    query = select(Artist).where(Artist.id.in_(others), SHOWN).options(joinedload(Artist.portrait))
    return list(session.scalars(query.order_by(Artist.name, Artist.id).limit(most)))


def list_making_photos(session: Session, artist: Artist, *, most: int) -> list[tuple[Picture, str]]:
    """Photographs of an artist's announced pins being made, the latest pins first; drawings of ours are none."""
    announced = exists().where(Edition.pin_id == Pin.id, Edition.drop_id == Drop.id, *PUBLIC)
    query = (
        select(MakingStep)
        .join(Pin, Pin.id == MakingStep.pin_id)
        .join(Picture, Picture.id == MakingStep.picture_id)
        .where(Pin.artist_id == artist.id, announced, ~Picture.transparent)
        .order_by(Pin.id.desc(), MakingStep.position)
        .limit(most)
    )
    return [(step.picture, step.alt) for step in session.scalars(query) if step.picture is not None]


PUBLIC = (Drop.announced_at.is_not(None), Drop.state.not_in((DropState.DRAFT, DropState.CANCELLED)))
_ANNOUNCED = select(Drop.artist_id).where(*PUBLIC)
SHOWN = or_(
    Artist.id.in_(_ANNOUNCED),
    Artist.id.in_(
        select(Representation.house_id).where(
            Representation.agreed_at.is_not(None), Representation.artist_id.in_(_ANNOUNCED)
        )
    ),
)
_LEFT = exists().where(
    Edition.drop_id == Drop.id,
    Piece.edition_id == Edition.id,
    Piece.kind == PieceKind.NUMBERED,
    Piece.state.in_((PieceState.AVAILABLE, PieceState.HELD)),
)


def _wished(wish: Wish, at: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [*PUBLIC]
    if wish.when is not None:
        wanted.append(_in_time(wish.when, at))
    if wish.artist is not None:
        wanted.append(Drop.artist_id.in_(select(Artist.id).where(Artist.slug == wish.artist)))
    made = [
        *([Pin.metal == wish.metal] if wish.metal else []),
        *([Pin.technique == wish.technique] if wish.technique else []),
        *([Pin.meaning == wish.meaning] if wish.meaning else []),
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
        case When.SOLD_OUT:
            return begun & ~_LEFT
        case When.PAST:
            return over | (begun & ~_LEFT)
