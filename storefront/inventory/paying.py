"""What payment does to holds: enter an attempt, leave it, be sold, come back after a refund."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.db import move, move_rows
from storefront.inventory.holds import UNSOLD, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.releasing import release

PAYING_TIME = timedelta(minutes=5)  # at least this long for the payment page, once its turn has come
LONGEST = timedelta(minutes=45)  # from placing; queueing cannot stretch a hold beyond it

AFTER_OFFER = timedelta(minutes=35)  # what that is from the end of ten minutes on, for an offer from the waitlist


class HoldNotPayable(Exception):
    """A hold of the set has run out, was given back, or is being paid elsewhere."""


class HoldNotSellable(Exception):
    """A hold of a paid set is gone, or its piece is not held: a person has to look."""


def enter_attempt(session: Session, hold_ids: list[int], *, at: datetime) -> None:
    """Mark every hold of the set as being paid, or raise HoldNotPayable. Written on the row: a release re-reads it."""
    statement = (
        update(Hold)
        .where(Hold.id.in_(hold_ids), Hold.state == HoldState.ACTIVE, Hold.held_until > at, ~Hold.in_attempt)
        .values(in_attempt=True)
        .returning(Hold.id)
    )
    entered = list(session.scalars(statement, execution_options={"synchronize_session": False}))
    if len(entered) != len(hold_ids):
        raise HoldNotPayable


def give_paying_time(session: Session, hold_ids: list[int], *, at: datetime) -> None:
    """Whoever waited in the queue has at least five minutes on the payment page, outside the two extensions."""
    for hold in session.scalars(
        select(Hold).where(Hold.id.in_(hold_ids)), execution_options={"populate_existing": True}
    ):
        longest = hold.offered_until + AFTER_OFFER if hold.offered_until else hold.placed_at + LONGEST
        hold.held_until = max(hold.held_until, min(at + PAYING_TIME, longest))
    session.flush()


def leave_attempt(session: Session, holds: list[Hold], *, at: datetime) -> bool:
    """The attempt has ended unpaid: what was asked back or has lapsed is released, the rest is active again.

    True when a hold had been on its way back, so that the set is broken.
    """
    _out_of_attempt(session, [hold.id for hold in holds])
    leaving = [hold for hold in holds if hold.state is HoldState.RELEASING]
    ending = [hold.id for hold in leaving if hold.release_asked or hold.is_lapsed(at)]
    release(session, ending, expect=(HoldState.RELEASING,))
    staying = [hold.id for hold in leaving if hold.id not in ending]
    move(session, Hold, HoldState.ACTIVE, expect=(HoldState.RELEASING,), where=[Hold.id.in_(staying)])
    return bool(leaving)


def sell(session: Session, hold_ids: list[int]) -> list[Piece]:
    """The holds and their pieces are sold, all of them, or HoldNotSellable. Returns the pieces by number."""
    gone = move(
        session,
        Hold,
        HoldState.SOLD,
        expect=UNSOLD,
        where=[Hold.id.in_(hold_ids), Hold.in_attempt.is_(True)],
    )
    pieces = select(Hold.piece_id).where(Hold.id.in_(hold_ids))
    sold = move_rows(session, Piece, PieceState.SOLD, expect=(PieceState.HELD,), where=[Piece.id.in_(pieces)])
    if len(gone) != len(hold_ids) or len(sold) != len(hold_ids):
        raise HoldNotSellable
    return sorted(sold, key=lambda piece: (piece.edition_id, piece.number))


def take_back(session: Session, hold_ids: list[int]) -> list[Piece]:
    """A refund ends sold holds: the buyer's slots are free, the pieces are withheld until somebody decides."""
    _out_of_attempt(session, hold_ids)
    ended = release(session, hold_ids, expect=(HoldState.SOLD,), returns_to=PieceState.WITHHELD)
    pieces = select(Hold.piece_id).where(Hold.id.in_(ended))
    query = select(Piece).where(Piece.id.in_(pieces)).order_by(Piece.edition_id, Piece.number)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def give_up(session: Session, hold_ids: list[int]) -> None:
    """Unsold holds of a payment that was sent back end at once."""
    _out_of_attempt(session, hold_ids)
    release(session, hold_ids, expect=UNSOLD)


def ask_back(session: Session, hold_id: int) -> None:
    """The buyer wants to give the number back while a payment page is open: it returns when the provider confirms."""
    where = [Hold.id == hold_id]
    move(session, Hold, HoldState.RELEASING, expect=(HoldState.ACTIVE,), where=where)
    session.execute(update(Hold).where(*where, Hold.state == HoldState.RELEASING).values(release_asked=True))


def mark_lapsed(session: Session, hold_ids: list[int]) -> list[int]:
    """Holds whose time is over while a payment page is open begin to be released."""
    return move(
        session,
        Hold,
        HoldState.RELEASING,
        expect=(HoldState.ACTIVE,),
        where=[Hold.id.in_(hold_ids), Hold.in_attempt.is_(True)],
    )


def _out_of_attempt(session: Session, hold_ids: list[int]) -> None:
    session.execute(update(Hold).where(Hold.id.in_(hold_ids)).values(in_attempt=False))
