"""Orders: what a buyer agreed to buy of one artist, at what price, sent where."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.artists import Artist
from storefront.db import Base, BigInt, HasId, choice, partial
from storefront.inventory.holds import Hold
from storefront.inventory.pieces import Piece
from storefront.money import Money
from storefront.payments.attempts import CheckoutAttempt


class OrderState(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    REVIEW = "review"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class LineState(StrEnum):
    RESERVED = "reserved"
    SOLD = "sold"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


_KEPT = "state IN ('reserved', 'sold', 'refunding')"


class Order(HasId, Base):
    """`total_minor` is the lines' prices plus shipping; `tax_minor` is contained in it."""

    __tablename__ = "order"
    __table_args__ = (
        CheckConstraint("shipping_minor >= 0 AND tax_minor >= 0 AND total_minor > 0", name="amounts"),
        CheckConstraint("tax_minor <= total_minor", name="tax"),
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("state NOT IN ('paid', 'refunded') OR attempt_id IS NOT NULL", name="attempt"),
        Index("ix_order_buyer", "buyer_id"),
        Index("ix_order_placed_by", "placed_by"),
        Index("ix_order_state", "state"),
    )
    MOVES: ClassVar[dict[OrderState, frozenset[OrderState]]] = {
        OrderState.PLACED: frozenset({OrderState.PAID, OrderState.REVIEW, OrderState.CANCELLED}),
        OrderState.PAID: frozenset({OrderState.REFUNDED}),
        OrderState.REVIEW: frozenset({OrderState.PAID, OrderState.REFUNDED}),
        OrderState.CANCELLED: frozenset(),
        OrderState.REFUNDED: frozenset(),
    }

    code: Mapped[str] = mapped_column(Text, unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    placed_by: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("checkout_attempt.id"), unique=True)
    state: Mapped[OrderState] = mapped_column(choice(OrderState))
    email: Mapped[str] = mapped_column(Text)
    address: Mapped[dict[str, str]] = mapped_column(JSON)
    locale: Mapped[str] = mapped_column(Text, default="en")
    shipping_minor: Mapped[int] = mapped_column(BigInt)
    tax_minor: Mapped[int] = mapped_column(BigInt)
    total_minor: Mapped[int] = mapped_column(BigInt)
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    link_hash: Mapped[str | None] = mapped_column(Text, unique=True)  # of the token in the mailed link
    link_until: Mapped[datetime | None]

    artist: Mapped[Artist] = relationship()
    attempt: Mapped[CheckoutAttempt | None] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id", back_populates="order")

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def shipping(self) -> Money:
        return Money(self.shipping_minor, self.currency)


class OrderLine(HasId, Base):
    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("price_minor >= 0 AND tax_minor >= 0 AND tax_minor <= price_minor", name="price"),
        Index("uq_order_line_hold", "hold_id", unique=True, **partial(_KEPT)),
        Index("uq_order_line_piece", "piece_id", unique=True, **partial("state IN ('sold', 'refunding')")),
        Index("ix_order_line_order", "order_id"),
    )
    MOVES: ClassVar[dict[LineState, frozenset[LineState]]] = {
        LineState.RESERVED: frozenset({LineState.SOLD, LineState.CANCELLED}),
        LineState.SOLD: frozenset({LineState.REFUNDING}),
        LineState.REFUNDING: frozenset({LineState.REFUNDED, LineState.SOLD}),
        LineState.REFUNDED: frozenset(),
        LineState.CANCELLED: frozenset(),
    }

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"))
    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"))
    price_minor: Mapped[int] = mapped_column(BigInt)
    tax_minor: Mapped[int] = mapped_column(BigInt)
    state: Mapped[LineState] = mapped_column(choice(LineState))

    order: Mapped[Order] = relationship(back_populates="lines")
    hold: Mapped[Hold] = relationship()
    piece: Mapped[Piece] = relationship()

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.order.currency)


def find_order(session: Session, code: str) -> Order | None:
    return session.scalars(select(Order).where(Order.code == code)).one_or_none()
