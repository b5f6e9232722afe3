"""Offering: what came back goes to whoever waits longest, as a hold with a longer clock. The clock's work.

Each step is a transaction of its own and looks at what is true then, so it may be repeated or die anywhere.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.db import move
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.offering import is_any_back, is_selling_to_walk_ins, offer_next
from storefront.inventory.releasing import has_overdue, release_overdue
from storefront.inventory.turns import Turn, TurnState, nobody_waits
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post
from storefront.waitlist.joining import is_list_open

OFFER_FOR = timedelta(hours=24)
OFFER_FOR_IN_RUSH = timedelta(minutes=30)  # while others still hold numbers: everybody is here, and the next one waits
_FORGOTTEN_AFTER = timedelta(days=30)


def list_due(session: Session, *, at: datetime) -> list[int]:
    """Editions in whose queue something is to be done. It only looks: most of the time there is nothing."""
    query = select(Turn.edition_id).where(Turn.state.in_((TurnState.WAITING, TurnState.OFFERED)))
    return [edition_id for edition_id in sorted(session.scalars(query.distinct())) if _is_due(session, edition_id, at)]


def offer_one(session: Session, edition_id: int, *, at: datetime) -> Turn | None:
    """Offer one number to the next, if one is back and the drop is selling. None when there is nothing more to do."""
    edition = session.get_one(Edition, edition_id)
    drop = _locked_drop(session, edition)
    release_overdue(session, edition_id, at=at)
    if not _may_offer(drop, at) or not is_any_back(session, edition_id):
        return None
    turn = offer_next(session, edition, until=_until(session, drop, edition_id, at), at=at)
    if turn is not None:
        post(session, Kind.WAITLIST_OFFER, f"{Kind.WAITLIST_OFFER}:{turn.id}", {"turn_id": turn.id}, at=at)
    return turn


def note_answers(session: Session, edition_id: int, *, at: datetime) -> None:
    """Write down which offers were taken and which were passed up; their holds have decided it already."""
    for hold_state, turn_state in ((HoldState.SOLD, TurnState.TAKEN), (HoldState.RELEASED, TurnState.PASSED)):
        ended = select(Hold.id).where(Hold.id == Turn.hold_id, Hold.state == hold_state).exists()
        where = [Turn.edition_id == edition_id, Turn.state == TurnState.OFFERED, ended]
        move(session, Turn, turn_state, expect=(TurnState.OFFERED,), where=where, ended_at=at)


def end_if_closed(session: Session, edition_id: int, *, at: datetime) -> None:
    """The queue ends with the sale, or when what is left of it is too short for an offer: the rest is anybody's."""
    drop = _locked_drop(session, session.get_one(Edition, edition_id))
    if not is_list_open(drop, at):
        where = [Turn.edition_id == edition_id, Turn.state == TurnState.WAITING]
        move(session, Turn, TurnState.OVER, expect=(TurnState.WAITING,), where=where, ended_at=at, untold_since=at)


def forget_addresses(session: Session, *, at: datetime) -> None:
    """Some time after a turn has ended nobody needs to write to it."""
    old = select(Turn).where(Turn.ended_at <= at - _FORGOTTEN_AFTER, Turn.email.is_not(None))
    for turn in session.scalars(old):
        turn.email = None


def _may_offer(drop: Drop, at: datetime) -> bool:
    return drop.sells_at(at) and is_list_open(drop, at)


def _is_due(session: Session, edition_id: int, at: datetime) -> bool:
    drop = session.get_one(Edition, edition_id).drop
    of_turn = (Hold.id == Turn.hold_id, Turn.edition_id == edition_id, Turn.state == TurnState.OFFERED)
    answered = exists().where(*of_turn, Hold.state.in_((HoldState.SOLD, HoldState.RELEASED)))
    waits = ~nobody_waits(edition_id)
    if drop is None or session.scalar(select(answered)) or has_overdue(session, edition_id, at=at):
        return drop is not None
    if not session.scalar(select(waits)):
        return False
    return not is_list_open(drop, at) or (_may_offer(drop, at) and is_any_back(session, edition_id))


def _until(session: Session, drop: Drop, edition_id: int, at: datetime) -> datetime:
    lasts = OFFER_FOR_IN_RUSH if is_selling_to_walk_ins(session, edition_id) else OFFER_FOR
    return min(at + lasts, drop.closes_at) if drop.closes_at is not None else at + lasts


def _locked_drop(session: Session, edition: Edition) -> Drop:
    # FOR SHARE, as a hold takes it: a pause or a close takes effect for the next offer, and waits for the one under way.
    query = select(Drop).where(Drop.id == edition.drop_id).with_for_update(read=True)
    return session.scalars(query, execution_options={"populate_existing": True}).one()
