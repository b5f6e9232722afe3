"""What the shop itself decides about a piece: keep it back, put it on sale again, or strike it out for good."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.db import move
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.recording import record_pieces
from storefront.ledger.chain import EntryKind

# Why, as a code: the public ledger carries it, so it is never free text.
REASONS = ("returned", "damaged", "gift", "exhibition", "correction")


class PieceMoved(Exception):
    """The piece is no longer in the state the decision was about."""


class UnknownReason(ValueError):
    """A reason is one of REASONS."""


class NotForSale(Exception):
    """Proofs are never put on sale."""


class Decision(StrEnum):
    WITHHOLD = "withhold"
    RELIST = "relist"
    VOID = "void"


def decisions_about(piece: Piece) -> tuple[Decision, ...]:
    """What may be decided about the piece as it stands."""
    if piece.state is PieceState.AVAILABLE:
        return (Decision.WITHHOLD,)
    if piece.state is not PieceState.WITHHELD:
        return ()
    return (Decision.VOID,) if piece.kind is PieceKind.PROOF else (Decision.RELIST, Decision.VOID)


def decide(session: Session, piece_id: int, decision: str, *, reason: str, at: datetime) -> None:
    """Carry out a decision by its name. Raises PieceMoved or NotForSale."""
    {Decision.WITHHOLD: withhold, Decision.RELIST: relist, Decision.VOID: void}[Decision(decision)](
        session, piece_id, reason=reason, at=at
    )


def withhold(session: Session, piece_id: int, *, reason: str, at: datetime) -> None:
    """Keep an available piece back from the sale. Raises PieceMoved when somebody was faster."""
    _move(session, piece_id, PieceState.AVAILABLE, PieceState.WITHHELD, EntryKind.WITHHELD, reason, at)


def relist(session: Session, piece_id: int, *, reason: str, at: datetime) -> None:
    """Put a withheld numbered piece on sale again. Raises PieceMoved or NotForSale."""
    if session.scalars(select(Piece.kind).where(Piece.id == piece_id)).one() is PieceKind.PROOF:
        raise NotForSale
    _move(session, piece_id, PieceState.WITHHELD, PieceState.AVAILABLE, EntryKind.RELISTED, reason, at)


def void(session: Session, piece_id: int, *, reason: str, at: datetime) -> None:
    """Strike a withheld piece out for good: its number will never be sold. Raises PieceMoved."""
    _move(session, piece_id, PieceState.WITHHELD, PieceState.VOID, EntryKind.VOIDED, reason, at)


def _move(
    session: Session, piece_id: int, expect: PieceState, to: PieceState, kind: EntryKind, reason: str, at: datetime
) -> None:
    if reason not in REASONS:
        raise UnknownReason(reason)
    if not move(session, Piece, to, expect=(expect,), where=[Piece.id == piece_id]):
        raise PieceMoved
    piece = session.get_one(Piece, piece_id, populate_existing=True)
    record_pieces(session, [piece], kind, at=at, reason=reason)
