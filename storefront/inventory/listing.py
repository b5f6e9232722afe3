"""Listing an edition number by number, as its ledger's page shows it: what each is, and what happened to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.ledger.chain import LedgerEntry

Named = tuple[PieceKind, int]  # a piece's kind and number


@dataclass(frozen=True)
class Totals:
    """How many pieces of each kind are in each state."""

    by_kind: dict[PieceKind, dict[PieceState, int]]

    def of(self, kind: PieceKind, *states: PieceState) -> int:
        return sum(self.by_kind.get(kind, {}).get(state, 0) for state in states)


def count_all(session: Session, edition: Edition) -> Totals:
    query = select(Piece.kind, Piece.state, func.count()).where(Piece.edition_id == edition.id)
    found: dict[PieceKind, dict[PieceState, int]] = {}
    for kind, state, count in session.execute(query.group_by(Piece.kind, Piece.state)):
        found.setdefault(kind, {})[state] = count
    return Totals(found)


def list_pieces(session: Session, edition: Edition, kind: PieceKind, low: int, high: int) -> Sequence[Piece]:
    query = select(Piece).where(Piece.edition_id == edition.id, Piece.kind == kind, Piece.number.between(low, high))
    return session.scalars(query.order_by(Piece.number)).all()


def list_histories(session: Session, edition: Edition, low: int, high: int) -> dict[Named, list[LedgerEntry]]:
    """What the ledger says of the pieces with these numbers, oldest first."""
    query = select(LedgerEntry).where(LedgerEntry.edition_ref == edition.ref, LedgerEntry.number.between(low, high))
    found: dict[Named, list[LedgerEntry]] = {}
    for entry in session.scalars(query.order_by(LedgerEntry.seq)):
        body = json.loads(entry.body)
        found.setdefault((PieceKind(body.get("kind", PieceKind.NUMBERED)), body["number"]), []).append(entry)
    return found
