"""Money moved: what the provider has taken for an attempt, and what has gone back."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, BigInt, HasId, choice


class RefundState(StrEnum):
    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Payment(HasId, Base):
    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("captured_minor > 0", name="captured"),
        CheckConstraint("refunded_minor BETWEEN 0 AND captured_minor", name="refunded"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("checkout_attempt.id"), unique=True)
    intent_id: Mapped[str] = mapped_column(Text, unique=True)
    charge_id: Mapped[str | None] = mapped_column(Text)
    captured_minor: Mapped[int] = mapped_column(BigInt)
    refunded_minor: Mapped[int] = mapped_column(BigInt, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    card_fingerprint: Mapped[str | None] = mapped_column(Text)  # flags, never refuses
    paid_at: Mapped[datetime]


class Refund(HasId, Base):
    """`number_returns`: the refunded pieces go back to the artist; a late payment's refund has none to return."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)
    MOVES: ClassVar[dict[RefundState, frozenset[RefundState]]] = {
        RefundState.REQUESTED: frozenset({RefundState.PENDING, RefundState.SUCCEEDED, RefundState.FAILED}),
        RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
        RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
        RefundState.FAILED: frozenset(),
    }

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(Text, unique=True)
    provider_id: Mapped[str | None] = mapped_column(Text, unique=True)
    amount_minor: Mapped[int] = mapped_column(BigInt)
    number_returns: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[RefundState] = mapped_column(choice(RefundState))
    requested_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Dispute(HasId, Base):
    """A buyer's bank questions a charge. While one is open the piece is not posted."""

    __tablename__ = "dispute"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    provider_id: Mapped[str] = mapped_column(Text, unique=True)
    status: Mapped[str] = mapped_column(Text)  # the provider's word; new ones appear without notice
    reason: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[int] = mapped_column(BigInt)
    currency: Mapped[str] = mapped_column(String(3))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
