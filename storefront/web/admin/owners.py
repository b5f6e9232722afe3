"""Owners: who stands behind a piece, in one query for a whole page of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account
from storefront.inventory.holds import LIVE, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.orders.orders import LineState, Order, OrderLine

_KEPT = (LineState.RESERVED, LineState.SOLD, LineState.REFUNDING)


@dataclass(frozen=True)
class Owned:
    """A piece, its live hold and the order that pays or paid for it, as far as there are any."""

    piece: Piece
    hold: Hold | None
    order_code: str | None
    email: str | None

    @property
    def state(self) -> str:
        """What to call it: a held piece by its hold, which knows whether it is on its way back."""
        if self.hold is not None and self.piece.state is PieceState.HELD:
            return self.hold.state.value
        return self.piece.state.value

    @property
    def held_until(self) -> datetime | None:
        return self.hold.held_until if self.hold is not None and self.hold.state is not HoldState.SOLD else None


def owned_pieces() -> Select[*tuple[Any, ...]]:
    """Each piece with its live hold, order and address; narrow it and put it in order before it runs."""
    buyer, account = aliased(Buyer), aliased(Account)
    return (
        select(Piece, Hold, Order.code, Order.email, account.email)
        .outerjoin(Hold, and_(Hold.piece_id == Piece.id, Hold.state.in_(LIVE)))
        .outerjoin(OrderLine, and_(OrderLine.hold_id == Hold.id, OrderLine.state.in_(_KEPT)))
        .outerjoin(Order, Order.id == OrderLine.order_id)
        .outerjoin(buyer, buyer.id == Hold.buyer_id)
        .outerjoin(account, account.id == buyer.account_id)
    )


def owned(row: Any) -> Owned:  # a row of owned_pieces()
    piece, hold, code, order_email, account_email = row
    return Owned(piece, hold, code, order_email or account_email)
