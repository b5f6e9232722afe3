"""Pieces: one row per numbered object of an edition."""

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, HasId, choice, partial


class PieceKind(StrEnum):
    NUMBERED = "numbered"
    PROOF = "proof"


class PieceState(StrEnum):
    AVAILABLE = "available"
    HELD = "held"
    SOLD = "sold"
    WITHHELD = "withheld"
    VOID = "void"


_FREE = "state = 'available' AND kind = 'numbered'"


class Piece(HasId, Base):
    __tablename__ = "piece"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(kind = 'numbered') = (rank IS NOT NULL)", name="rank"),
        UniqueConstraint("edition_id", "kind", "number", name="uq_piece_number"),
        UniqueConstraint("edition_id", "rank", name="uq_piece_rank"),
        UniqueConstraint("id", "edition_id", name="uq_piece_edition"),
        Index("ix_piece_available", "edition_id", "rank", **partial(_FREE)),
    )
    MOVES: ClassVar[dict[PieceState, frozenset[PieceState]]] = {
        PieceState.AVAILABLE: frozenset({PieceState.HELD, PieceState.WITHHELD, PieceState.VOID}),
        PieceState.HELD: frozenset({PieceState.AVAILABLE, PieceState.SOLD}),
        PieceState.SOLD: frozenset({PieceState.WITHHELD}),
        PieceState.WITHHELD: frozenset({PieceState.AVAILABLE, PieceState.VOID}),
        PieceState.VOID: frozenset(),
    }

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[PieceKind] = mapped_column(choice(PieceKind, "kind"))
    number: Mapped[int]
    rank: Mapped[int | None]  # the order in which numbers are handed out; proofs have none
    state: Mapped[PieceState] = mapped_column(choice(PieceState))
