"""Offering: a piece that came back is held for whoever waits longest, in one transaction."""

from datetime import datetime

from sqlalchemy import Row, Select, select, text, update
from sqlalchemy.orm import Session

from storefront.accounts import buyers
from storefront.accounts.buyers import Buyer
from storefront.catalog.editions import Edition
from storefront.db import inserting, move
from storefront.inventory.holds import LIVE_SQL, UNSOLD, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.placing import LimitReached, get_free_slot
from storefront.inventory.turns import Turn, TurnState

_FRESH = {"populate_existing": True}
_KEY = "offer-from-the-waitlist"  # one for each turn: its guest can place a second hold with it as little as a buyer


def offer_next(session: Session, edition: Edition, *, until: datetime, at: datetime) -> Turn | None:
    """Hold the lowest free piece for the first who waits and may have one; None when there is no such piece or person.

    Who holds or owns as many as one person may is passed over for good. The drop's row is locked by the caller.
    """
    while (turn := _first(session, edition.id)) is not None:
        piece = _lock_piece(session, edition.id)
        if piece is None:
            return None
        hold_id = _place(session, edition, turn, piece, until, at)
        if hold_id is None:
            _move(session, turn, TurnState.OVER, ended_at=at)
            continue
        session.execute(update(Piece).where(Piece.id == piece.id).values(state=PieceState.HELD))
        _move(session, turn, TurnState.OFFERED, hold_id=hold_id, offered_at=at)
        return turn
    return None


def is_any_back(session: Session, edition_id: int) -> bool:
    """Whether a piece lies there for the queue."""
    return session.execute(_back(edition_id).limit(1)).first() is not None


def is_selling_to_walk_ins(session: Session, edition_id: int) -> bool:
    """Whether others than those from the queue still hold numbers unpaid: the rush is not over."""
    query = select(Hold.id).where(Hold.edition_id == edition_id, Hold.state.in_(UNSOLD), Hold.offered_until.is_(None))
    return session.execute(query.limit(1)).first() is not None


def _first(session: Session, edition_id: int) -> Turn | None:
    """Who waits longest, locked. Its buyer is locked before it: whoever confirms an address takes them in that order."""
    first = (
        select(Turn).where(Turn.edition_id == edition_id, Turn.state == TurnState.WAITING).order_by(Turn.seq).limit(1)
    )
    while (seen := session.scalars(first, execution_options=_FRESH).one_or_none()) is not None:
        _lock_buyer(session, seen.buyer_id)
        # Not SKIP LOCKED: whoever is first may be leaving just now, and nobody overtakes them before that is certain.
        still = first.where(Turn.id == seen.id, Turn.buyer_id == seen.buyer_id).with_for_update()
        if (turn := session.scalars(still, execution_options=_FRESH).one_or_none()) is not None:
            return turn
    return None


def _lock_buyer(session: Session, buyer_id: int) -> None:
    """As the hold's foreign key will lock it."""
    session.execute(select(Buyer.id).where(Buyer.id == buyer_id).with_for_update(read=True, key_share=True))


def _lock_piece(session: Session, edition_id: int) -> "Row[int, int] | None":
    query = _back(edition_id).order_by(Piece.rank).limit(1).with_for_update(key_share=True, skip_locked=True)
    return session.execute(query).one_or_none()


def _back(edition_id: int) -> Select[int, int]:
    """Free pieces, whoever waits: they are for the queue."""
    return select(Piece.id, Piece.number).where(
        Piece.edition_id == edition_id, Piece.kind == PieceKind.NUMBERED, Piece.state == PieceState.AVAILABLE
    )


def _place(
    session: Session, edition: Edition, turn: Turn, piece: "Row[int, int]", until: datetime, at: datetime
) -> int | None:
    """The hold's id; None at the limit."""
    buyer = session.get_one(Buyer, turn.buyer_id, populate_existing=True)
    guest = buyers.guest(session, turn.token_hash, at=at)
    while True:
        try:
            slot = get_free_slot(session, edition, buyer.joined_to or buyer.id)
        except LimitReached:
            return None
        statement = (
            inserting(session, Hold)
            .values(
                drop_id=edition.drop_id,
                edition_id=edition.id,
                piece_id=piece.id,
                buyer_id=buyer.joined_to or buyer.id,
                placed_by=guest.id,
                slot=slot,
                state=HoldState.ACTIVE,
                in_attempt=False,
                release_asked=False,
                placed_at=at,
                held_until=until,
                offered_until=until,
                extensions=0,
                price_minor=edition.price_minor,
                currency=edition.currency,
                idempotency_key=_KEY,
            )
            .on_conflict_do_nothing(index_elements=["edition_id", "buyer_id", "slot"], index_where=text(LIVE_SQL))
            .returning(Hold.id)
        )
        hold_id = session.scalars(statement).one_or_none()
        if hold_id is not None:
            return hold_id  # else somebody took that slot at this moment


def _move(session: Session, turn: Turn, to: TurnState, **values: object) -> None:
    move(session, Turn, to, expect=(TurnState.WAITING,), where=[Turn.id == turn.id], **values)
    session.refresh(turn)
