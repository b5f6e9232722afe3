"""Drop plans: what is sold together, from when to when, and who may hold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import Edition, list_editions
from storefront.catalog.pins import Pin
from storefront.catalog.slugs import give_slug
from storefront.db import locked


class DropFrozen(Exception):
    """The drop is announced: only its title may still change."""


class ClosesTooEarly(Exception):
    """A drop closes after it opens."""


class NotForThisDrop(Exception):
    """An edition is another artist's, or stands in another drop."""


@dataclass(frozen=True)
class DropPlan:
    """`editions` are ids in the order of the page; the first is shown large."""

    title: str
    opens_at: datetime
    zone: str
    closes_at: datetime | None = None
    who_may_hold: WhoMayHold = WhoMayHold.ANYONE
    editions: tuple[int, ...] = ()


def create_drop(session: Session, artist: Artist, plan: DropPlan, *, at: datetime) -> Drop:
    """Raises ClosesTooEarly, NotForThisDrop."""
    _check(plan)
    drop = Drop(artist_id=artist.id, title=plan.title, state=DropState.DRAFT, created_at=at)
    _write(drop, plan)
    give_slug(session, drop, plan.title, fallback="drop")
    _take_editions(session, drop, plan.editions)
    return drop


def edit_drop(session: Session, drop: Drop, plan: DropPlan, *, at: datetime) -> None:
    """Raises DropFrozen, ClosesTooEarly, NotForThisDrop."""
    locked(session, Drop, [drop.id])
    drop.changed_at = at
    if drop.state is not DropState.DRAFT:
        if plan != plan_of(session, drop, title=plan.title):
            raise DropFrozen(drop.title)
        drop.title = plan.title
        session.flush()
        return
    _check(plan)
    renamed = plan.title != drop.title
    drop.title = plan.title
    _write(drop, plan)
    session.flush()
    if renamed:
        give_slug(session, drop, plan.title, fallback="drop")
    _take_editions(session, drop, plan.editions)


def plan_of(session: Session, drop: Drop, *, title: str | None = None) -> DropPlan:
    """The drop's plan as it stands, under another title if one is given."""
    return DropPlan(
        title=title if title is not None else drop.title,
        opens_at=drop.opens_at,
        zone=drop.zone,
        closes_at=drop.closes_at,
        who_may_hold=drop.who_may_hold,
        editions=tuple(edition.id for edition in list_editions(session, drop.id)),
    )


def list_free_editions(session: Session, artist_id: int, drop_id: int | None = None) -> list[Edition]:
    """The artist's editions that may stand in this drop: its own, those in none, and those of a cancelled drop."""
    query = (
        select(Edition)
        .join(Pin, Pin.id == Edition.pin_id)
        .outerjoin(Drop, Drop.id == Edition.drop_id)
        .where(
            Pin.artist_id == artist_id,
            or_(Edition.drop_id.is_(None), Drop.state == DropState.CANCELLED, Edition.drop_id == drop_id),
        )
        .order_by(Edition.position, Edition.id)
    )
    return list(session.scalars(query))


def _write(drop: Drop, plan: DropPlan) -> None:
    drop.opens_at, drop.zone, drop.closes_at = plan.opens_at, plan.zone, plan.closes_at
    drop.who_may_hold = plan.who_may_hold


def _take_editions(session: Session, drop: Drop, wanted: tuple[int, ...]) -> None:
    standing = {edition.id for edition in list_editions(session, drop.id)}
    rows = {edition.id: edition for edition in locked(session, Edition, standing | set(wanted))}
    allowed = {edition.id for edition in list_free_editions(session, drop.artist_id, drop.id)}
    if not set(wanted) <= allowed:
        raise NotForThisDrop(*(set(wanted) - allowed))
    for edition_id in standing - set(wanted):
        rows[edition_id].drop_id = None
    for position, edition_id in enumerate(wanted, start=1):
        rows[edition_id].drop_id, rows[edition_id].position = drop.id, position
    session.flush()


def _check(plan: DropPlan) -> None:
    if plan.closes_at is not None and plan.closes_at <= plan.opens_at:
        raise ClosesTooEarly
