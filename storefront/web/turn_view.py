"""A turn in a queue as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.turns import LIVE_TURN, Turn, TurnState
from storefront.waitlist.standing import Queue, find_place, look_at_queue
from storefront.web.current import turn_hashes, viewer


class Standing(StrEnum):
    """What a turn is to its buyer. An offer is what its hold is, whether the clock has written that down yet or not."""

    ASKED = "asked"
    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    PASSED = "passed"
    LEFT = "left"
    OVER = "over"


@dataclass(frozen=True)
class TurnView:
    """`place` while waiting; `hold_id`, `number` (None while it is sealed) and `until` from the offer on."""

    id: int
    standing: Standing
    title: str
    drop_slug: str
    edition_id: int
    zone: str
    queue: Queue
    place: int | None
    hold_id: int | None
    number: int | None
    until: datetime | None


def list_own_turns(session: Session, at: datetime, *, edition_id: int | None = None) -> list[TurnView]:
    """The turns this browser or its account may see, newest first; of one edition, or those of all that still matter."""
    where = [_seen(session), Turn.state != TurnState.ASKED]
    if edition_id is not None:
        where.append(Turn.edition_id == edition_id)
    else:
        where.append(Turn.state.in_(LIVE_TURN))
    query = select(Turn).where(*where).order_by(Turn.id.desc()).limit(_MOST)
    loads = (joinedload(Turn.edition).joinedload(Edition.pin), joinedload(Turn.edition).joinedload(Edition.drop))
    return [view_turn(session, turn, at) for turn in session.scalars(query.options(*loads))]


def find_own_turn(session: Session, edition_id: int) -> Turn | None:
    """The newest that is not over."""
    query = select(Turn).where(_seen(session), Turn.edition_id == edition_id, Turn.state.in_(LIVE_TURN))
    return session.scalars(query.order_by(Turn.id.desc()).limit(1)).one_or_none()


def find_offered_to(session: Session, hold_id: int) -> str | None:
    """The address an offer went to."""
    return session.scalars(select(Turn.email).where(Turn.hold_id == hold_id)).one_or_none()


def view_turn(session: Session, turn: Turn, at: datetime) -> TurnView:
    edition, hold = turn.edition, turn.hold
    sealed = edition.policy is NumberPolicy.SEALED and (hold is None or hold.state is not HoldState.SOLD)
    return TurnView(
        id=turn.id,
        standing=_standing(turn, hold, at),
        title=edition.pin.title,
        drop_slug=edition.drop.slug if edition.drop else "",
        edition_id=edition.id,
        zone=edition.drop.zone if edition.drop else "UTC",
        queue=look_at_queue(session, edition),
        place=find_place(session, turn),
        hold_id=hold.id if hold else None,
        number=hold.piece.number if hold and not sealed else None,
        until=hold.held_until if hold else None,
    )


def _standing(turn: Turn, hold: Hold | None, at: datetime) -> Standing:
    if hold is None:
        return Standing(turn.state.value)
    if turn.state is not TurnState.OFFERED:
        return Standing(turn.state.value)
    if hold.state is HoldState.SOLD:
        return Standing.TAKEN
    is_gone = hold.state is HoldState.RELEASED or (hold.is_overdue(at) and not hold.in_attempt)
    return Standing.PASSED if is_gone else Standing.OFFERED


def _seen(session: Session) -> ColumnElement[bool]:
    hashes, buyer_ids = turn_hashes(), viewer(session).buyer_ids
    mine: list[ColumnElement[bool]] = [Turn.token_hash.in_(hashes)] if hashes else []
    if buyer_ids:
        mine.append(Turn.buyer_id.in_(buyer_ids))
    return or_(*mine) if mine else false()


_MOST = 50
