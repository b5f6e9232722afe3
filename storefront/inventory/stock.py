"""Stock: what is left of an edition."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.turns import nobody_waits


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
    query = free_pieces(edition.id).with_only_columns(Piece.number).order_by(Piece.rank).limit(1)
    return session.scalars(query).one_or_none()


def is_any_free(session: Session, edition_id: int, number: int | None = None) -> bool:
    return session.execute(free_pieces(edition_id, number).limit(1)).one_or_none() is not None


def free_pieces(edition_id: int, number: int | None = None) -> Select[int, int]:
    """Id and number of the pieces anybody may have, or of the picked one. None of them while somebody waits."""
    query = select(Piece.id, Piece.number).where(
        Piece.edition_id == edition_id,
        Piece.kind == PieceKind.NUMBERED,
        Piece.state == PieceState.AVAILABLE,
        nobody_waits(edition_id),
    )
    return query if number is None else query.where(Piece.number == number)
