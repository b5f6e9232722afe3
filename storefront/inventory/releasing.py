"""Ending holds and lengthening them."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storefront.db import locked, move
from storefront.inventory.holds import GRACE, MORE_TIME, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState

_LAZY_RELEASES = 16


class NoMoreTime(Exception):
    """The hold has been extended twice already, or is over."""


def release_overdue(
    session: Session, edition_id: int, *, at: datetime, buyer_id: int | None = None, most: int = _LAZY_RELEASES
) -> list[int]:
    """Release holds whose time and grace are over and that no payment attempt covers."""
    query = _overdue(edition_id, at).order_by(Hold.id).limit(most).with_for_update(skip_locked=True)
    if buyer_id is not None:
        query = query.where(Hold.buyer_id == buyer_id)
    return release(session, list(session.scalars(query)), expect=(HoldState.ACTIVE,))


def has_overdue(session: Session, edition_id: int, *, at: datetime) -> bool:
    return session.execute(_overdue(edition_id, at).limit(1)).first() is not None


def release(
    session: Session,
    hold_ids: list[int],
    *,
    expect: tuple[HoldState, ...],
    returns_to: PieceState = PieceState.AVAILABLE,
) -> list[int]:
    """End these holds, unless an attempt covers them, and put their pieces back. The ids that were released.

    Tests columns of the hold row only, so a release that waited for the row's lock judges by the newest row.
    """
    if not hold_ids:
        return []
    gone = move(session, Hold, HoldState.RELEASED, expect=expect, where=[Hold.id.in_(hold_ids), ~Hold.in_attempt])
    if gone:
        was = PieceState.SOLD if HoldState.SOLD in expect else PieceState.HELD
        pieces = select(Hold.piece_id).where(Hold.id.in_(gone))
        move(session, Piece, returns_to, expect=(was,), where=[Piece.id.in_(pieces)])
    return gone


def extend(session: Session, hold_ids: list[int], *, at: datetime) -> None:
    """Ten more minutes for each hold of a set, or for none: raises NoMoreTime.

    An offer from the waitlist gets no more than there is until the sale's end.
    """
    holds = locked(session, Hold, hold_ids)
    if len(holds) != len(hold_ids) or not all(hold.may_extend(at) for hold in holds):
        raise NoMoreTime
    for hold in holds:
        until = max(hold.held_until, at) + MORE_TIME
        if hold.offered_until is not None and hold.drop.closes_at is not None:
            until = min(until, hold.drop.closes_at)
        if until <= hold.held_until:
            raise NoMoreTime
        hold.held_until = until
        hold.extensions += 1
    session.flush()


def _overdue(edition_id: int, at: datetime) -> Select[int]:
    return select(Hold.id).where(
        Hold.edition_id == edition_id, Hold.state == HoldState.ACTIVE, ~Hold.in_attempt, Hold.held_until <= at - GRACE
    )
