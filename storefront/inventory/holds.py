"""Holds: a piece set aside for one buyer while they pay."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.db import Base, BigInt, HasId, choice, partial
from storefront.inventory.pieces import Piece
from storefront.money import Money

HOLD_FOR = timedelta(minutes=10)
MORE_TIME = timedelta(minutes=10)
MAX_EXTENSIONS = 2
GRACE = timedelta(seconds=45)  # after held_until, silently: more time and a running payment still count


class HoldState(StrEnum):
    ACTIVE = "active"
    RELEASING = "releasing"
    RELEASED = "released"
    SOLD = "sold"


LIVE = (HoldState.ACTIVE, HoldState.RELEASING, HoldState.SOLD)
UNSOLD = (HoldState.ACTIVE, HoldState.RELEASING)
LIVE_SQL = "state IN ('active', 'releasing', 'sold')"
_OVERDUE_SQL = "state = 'active' AND NOT in_attempt"


class Hold(HasId, Base):
    """`placed_by` is who pressed and never changes; `buyer_id` is whose limit counts."""

    __tablename__ = "hold"
    __table_args__ = (
        ForeignKeyConstraint(["piece_id", "edition_id"], ["piece.id", "piece.edition_id"], name="fk_hold_piece"),
        UniqueConstraint("placed_by", "idempotency_key", name="uq_hold_key"),
        CheckConstraint("slot >= 1", name="slot"),
        CheckConstraint(f"extensions BETWEEN 0 AND {MAX_EXTENSIONS}", name="extensions"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("length(idempotency_key) BETWEEN 16 AND 64", name="key"),
        CheckConstraint("NOT in_attempt OR state <> 'released'", name="in_attempt"),
        Index("uq_hold_slot", "edition_id", "buyer_id", "slot", unique=True, **partial(LIVE_SQL)),
        Index("uq_hold_piece", "piece_id", unique=True, **partial(LIVE_SQL)),
        Index("ix_hold_overdue", "edition_id", "held_until", **partial(_OVERDUE_SQL)),
        Index("ix_hold_due", "held_until", **partial("state IN ('active', 'releasing')")),
        Index("ix_hold_buyer", "buyer_id"),
        Index("ix_hold_place", "edition_id", "place", "held_until", **partial("place IS NOT NULL")),
    )
    MOVES: ClassVar[dict[HoldState, frozenset[HoldState]]] = {
        HoldState.ACTIVE: frozenset({HoldState.RELEASING, HoldState.RELEASED, HoldState.SOLD}),
        HoldState.RELEASING: frozenset({HoldState.ACTIVE, HoldState.RELEASED, HoldState.SOLD}),
        HoldState.SOLD: frozenset({HoldState.RELEASED}),
        HoldState.RELEASED: frozenset(),
    }

    drop_id: Mapped[int] = mapped_column(ForeignKey("drop.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    piece_id: Mapped[int] = mapped_column(BigInt)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    placed_by: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    slot: Mapped[int]
    state: Mapped[HoldState] = mapped_column(choice(HoldState))
    in_attempt: Mapped[bool] = mapped_column(default=False)
    release_asked: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime]
    held_until: Mapped[datetime]
    extensions: Mapped[int] = mapped_column(default=0)
    offered_until: Mapped[datetime | None]  # where it is an offer from the waitlist: its own end, before any more time
    price_minor: Mapped[int] = mapped_column(BigInt)
    currency: Mapped[str] = mapped_column(String(3))
    idempotency_key: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)  # where a guest's press came from: see places.py

    piece: Mapped[Piece] = relationship(viewonly=True, primaryjoin="foreign(Hold.piece_id) == Piece.id")
    edition: Mapped[Edition] = relationship(viewonly=True)
    drop: Mapped[Drop] = relationship(viewonly=True)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    def is_overdue(self, at: datetime) -> bool:
        return self.state is HoldState.ACTIVE and self.held_until + GRACE <= at

    def is_lapsed(self, at: datetime) -> bool:
        """Its clock has run out: a release that is waiting for the provider returns the piece."""
        return self.held_until + GRACE <= at

    def may_extend(self, at: datetime) -> bool:
        return self.state is HoldState.ACTIVE and self.extensions < MAX_EXTENSIONS and not self.is_lapsed(at)


def list_live_holds(session: Session, buyer_ids: list[int]) -> list[Hold]:
    """Unsold holds these buyers placed or count for, soonest to end first."""
    query = (
        select(Hold)
        .where(
            Hold.buyer_id.in_(buyer_ids) | Hold.placed_by.in_(buyer_ids),
            Hold.state.in_(UNSOLD),
        )
        .order_by(Hold.held_until, Hold.id)
    )
    return list(session.scalars(query))
