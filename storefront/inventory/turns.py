"""Turns: a buyer's place in the queue for an edition of which nothing is left.

While somebody waits, whatever comes back is theirs: the statements that look for a free piece say so themselves
(`nobody_waits`). So a walk-in is refused by the same look at the database that would have found the piece.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    Text,
    UniqueConstraint,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.editions import Edition
from storefront.db import Base, HasId, choice, partial
from storefront.inventory.holds import Hold


class TurnState(StrEnum):
    ASKED = "asked"  # the address is not confirmed yet, so there is no place
    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    PASSED = "passed"  # the offer ran out or was given back
    LEFT = "left"
    OVER = "over"  # the sale ended first, or the buyer has as many as one person may


LIVE_TURN = (TurnState.ASKED, TurnState.WAITING, TurnState.OFFERED)
_WAITING_SQL = "state = 'waiting'"


class Turn(HasId, Base):
    """`seq` is its place in the order of joining, given under the lock of the edition's row: it never changes.

    `token_hash` is of the token in its mails, which is also the guest for whom an offer is placed: so whoever opens the
    link holds the number in their browser, and one turn has at most one offer (`uq_hold_key`).
    """

    __tablename__ = "waitlist_turn"
    __table_args__ = (
        UniqueConstraint("edition_id", "seq", name="uq_waitlist_turn_seq"),
        CheckConstraint("seq IS NOT NULL OR state IN ('asked', 'left')", name="seq"),
        CheckConstraint("(hold_id IS NOT NULL) = (state IN ('offered', 'taken', 'passed'))", name="offer"),
        Index(
            "uq_waitlist_turn_buyer",
            "edition_id",
            "buyer_id",
            unique=True,
            **partial("state IN ('asked', 'waiting', 'offered')"),
        ),
        Index("ix_waitlist_turn_waiting", "edition_id", "seq", **partial(_WAITING_SQL)),
        Index("ix_waitlist_turn_offered", "hold_id", **partial("state = 'offered'")),
        Index("ix_waitlist_turn_untold", "id", **partial("untold_since IS NOT NULL")),
    )
    MOVES: ClassVar[dict[TurnState, frozenset[TurnState]]] = {
        TurnState.ASKED: frozenset({TurnState.WAITING, TurnState.LEFT}),
        TurnState.WAITING: frozenset({TurnState.OFFERED, TurnState.LEFT, TurnState.OVER}),
        TurnState.OFFERED: frozenset({TurnState.TAKEN, TurnState.PASSED}),
        TurnState.TAKEN: frozenset(),
        TurnState.PASSED: frozenset(),
        TurnState.LEFT: frozenset(),
        TurnState.OVER: frozenset(),
    }

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"), index=True)  # whose limit counts
    seq: Mapped[int | None]
    state: Mapped[TurnState] = mapped_column(choice(TurnState))
    email: Mapped[str | None] = mapped_column(Text)  # forgotten some time after the turn has ended
    locale: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), unique=True)
    asked_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    untold_since: Mapped[datetime | None]  # the queue ended while it waited, and its buyer has not been told

    edition: Mapped[Edition] = relationship(viewonly=True)
    hold: Mapped[Hold | None] = relationship(viewonly=True)


def nobody_waits(edition_id: Any) -> ColumnElement[bool]:  # an id, a column or a parameter
    """A condition for whoever looks for a free piece. The state is spelled out: a partial index knows no parameters."""
    waits = select(Turn.id).where(Turn.edition_id == edition_id, Turn.state == literal_column("'waiting'"))
    return ~exists(waits)


def does_anybody_wait(session: Session, edition_id: int) -> bool:
    return not session.scalar(select(nobody_waits(edition_id)))


def count_waiting(edition_id: Any) -> Select[int]:  # as above
    return select(func.count()).where(Turn.edition_id == edition_id, Turn.state == literal_column("'waiting'"))


def rekey_turns(session: Session, from_buyer_id: int, to_buyer_id: int, *, at: datetime) -> None:
    """What one buyer waits for, another waits for from now on; who waited twice keeps the better place."""
    mine = select(Turn).where(Turn.buyer_id == from_buyer_id, Turn.state.in_(LIVE_TURN)).order_by(Turn.id)
    for turn in session.scalars(mine.with_for_update(), execution_options={"populate_existing": True}).all():
        theirs = select(Turn).where(
            Turn.buyer_id == to_buyer_id, Turn.edition_id == turn.edition_id, Turn.state.in_(LIVE_TURN)
        )
        other = session.scalars(theirs.with_for_update(), execution_options={"populate_existing": True}).one_or_none()
        if other is not None:
            worse = max(turn, other, key=_rank)
            if worse.state is TurnState.OFFERED:
                continue  # both have a number in hand already
            worse.state, worse.ended_at = TurnState.LEFT, at
            session.flush()
        if turn.state is not TurnState.LEFT:
            turn.buyer_id = to_buyer_id
            session.flush()


def _rank(turn: Turn) -> tuple[int, int]:
    order = (TurnState.OFFERED, TurnState.WAITING, TurnState.ASKED)
    return order.index(turn.state), turn.seq or 0
