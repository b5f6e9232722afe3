"""Owning: whose a sold piece is now. Its buyer's, until it has been passed on; then that of whoever took it last."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from storefront.orders.orders import Order, OrderLine
from storefront.provenance.certificates import OWNED, Certificate, show_name
from storefront.provenance.transfers import Transfer, TransferState, end_offers

_Present = aliased(Certificate)
_OF_LINE = (_Present.line_id == OrderLine.id, _Present.moved_at.is_(None))


def owned_by(bought: ColumnElement[bool], buyer_ids: Collection[int]) -> ColumnElement[bool]:
    """A condition on order lines with their orders: the piece belongs to these buyers now. `bought` says of an order that
    it is theirs.
    """
    passed_on = exists().where(*_OF_LINE, _Present.owner_id.is_not(None))
    taken = exists().where(*_OF_LINE, _Present.owner_id.in_(buyer_ids))
    return or_(and_(bought, ~passed_on), taken)


def find_own_certificate(
    session: Session, code: str, bought: ColumnElement[bool], buyer_ids: Collection[int], *, to_change: bool = False
) -> Certificate | None:
    """The present certificate with this code, of a piece that belongs to these buyers. `to_change` locks its row, and none
    is found when the piece passes on meanwhile.
    """
    query = (
        select(Certificate)
        .join(OrderLine, OrderLine.id == Certificate.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Certificate.code == code.replace("-", "").upper(), Certificate.moved_at.is_(None))
        .where(owned_by(bought, buyer_ids))
    )
    if to_change:
        query = query.with_for_update(of=Certificate)
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def list_taken_codes(session: Session, line_ids: Collection[int]) -> dict[int, str]:
    """Of these lines those whose pieces are no longer with their buyer, with the present certificate's code."""
    query = select(Certificate.line_id, Certificate.code).where(
        Certificate.line_id.in_(line_ids), Certificate.moved_at.is_(None), Certificate.owner_id.is_not(None)
    )
    return {line_id: code for line_id, code in session.execute(query)}  # noqa: C416  rows are not yet pairs to the types


def list_shown_names(session: Session, piece_ids: Collection[int]) -> dict[int, str]:
    """What the owners of these pieces want to be called in public, by piece."""
    query = (
        select(OrderLine.piece_id, Certificate.shown_name)
        .join(Certificate, Certificate.line_id == OrderLine.id)
        .where(OrderLine.piece_id.in_(piece_ids), OrderLine.state.in_(OWNED))
        .where(Certificate.moved_at.is_(None), Certificate.shown_name.is_not(None))
    )
    return {piece_id: name for piece_id, name in session.execute(query) if name}


def take_name_down(session: Session, piece_id: int, name: str) -> bool:
    """Show this piece's owner by this name no longer; False when another or none is shown by now."""
    present = (
        select(Certificate)
        .join(OrderLine, OrderLine.id == Certificate.line_id)
        .where(OrderLine.piece_id == piece_id, OrderLine.state.in_(OWNED), Certificate.moved_at.is_(None))
        .with_for_update(of=Certificate)
    )
    found = session.scalars(present, execution_options={"populate_existing": True}).one_or_none()
    if found is None or found.shown_name != name:
        return False
    show_name(found, None)
    return True


def forget_owner(session: Session, buyer_ids: Collection[int], *, at: datetime) -> None:
    """These buyers are named nowhere any more, and what they offered stays where it is."""
    bought = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.buyer_id.in_(buyer_ids))
    theirs = or_(
        Certificate.owner_id.in_(buyer_ids), and_(Certificate.owner_id.is_(None), Certificate.line_id.in_(bought))
    )
    session.execute(update(Certificate).where(theirs).values(shown_name=None, shared_code=None))
    offered = select(Transfer.id).where(Transfer.giver_id.in_(buyer_ids), Transfer.state == TransferState.OFFERED)
    end_offers(session, session.scalars(offered).all(), at=at)
