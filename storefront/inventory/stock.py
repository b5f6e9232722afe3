"""Stock: what is left of an edition."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.pieces import Piece, PieceKind, PieceState


def counts(session: Session, edition_id: int) -> dict[PieceState, int]:
    """How many numbered pieces stand in each state."""
    query = (
        select(Piece.state, func.count())
        .where(Piece.edition_id == edition_id, Piece.kind == PieceKind.NUMBERED)
        .group_by(Piece.state)
    )
    found = {row.state: int(row[1]) for row in session.execute(query)}
    return {state: found.get(state, 0) for state in PieceState}


def find_next_free(session: Session, edition: Edition) -> int | None:
    """The number the next hold would get, where the policy lets it be known."""
    if edition.policy is NumberPolicy.SEALED:
        return None
    query = (
        select(Piece.number)
        .where(Piece.edition_id == edition.id, Piece.kind == PieceKind.NUMBERED, Piece.state == PieceState.AVAILABLE)
        .order_by(Piece.rank)
        .limit(1)
    )
    return session.scalars(query).one_or_none()
