"""Standing: a place in the queue and its honest chance."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition
from storefront.inventory.holds import Hold
from storefront.inventory.turns import Turn, TurnState, count_waiting


@dataclass(frozen=True)
class Queue:
    """How many wait for an edition of `size`, and how many of its numbers have come back to the queue so far."""

    waiting: int
    came_back: int
    size: int


def look_at_queue(session: Session, edition: Edition) -> Queue:
    waiting = count_waiting(edition.id)
    back = (
        select(func.count(Hold.piece_id.distinct()))
        .join(Turn, Turn.hold_id == Hold.id)
        .where(Turn.edition_id == edition.id)
    )
    return Queue(session.scalars(waiting).one(), session.scalars(back).one(), edition.size)


def find_place(session: Session, turn: Turn) -> int | None:
    """1 for whoever is next; None when the turn is not waiting. It never grows."""
    if turn.state is not TurnState.WAITING:
        return None
    before = select(func.count()).where(
        Turn.edition_id == turn.edition_id, Turn.state == TurnState.WAITING, Turn.seq < turn.seq
    )
    return session.scalars(before).one() + 1
