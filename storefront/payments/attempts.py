"""Checkout attempts: one try to pay for a set of holds, from its place in the queue to its end."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, BigInt, HasId, choice, partial
from storefront.inventory.holds import Hold, HoldState


class AttemptState(StrEnum):
    QUEUED = "queued"
    CREATING = "creating"
    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    REVIEW = "review"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    FAILED = "failed"


# While an attempt stands in one of these, its holds are kept for it.
UNENDED = (AttemptState.QUEUED, AttemptState.CREATING, AttemptState.OPEN, AttemptState.PROCESSING, AttemptState.REVIEW)


AT_THE_PROVIDER = 20  # so many creates may be under way: when the provider does not answer, the others stay queued
_AWAY_AFTER = 3  # unanswered tries


class CheckoutAttempt(HasId, Base):
    """`params` is the exact JSON sent to the provider, stored before the call and sent again on a replay."""

    __tablename__ = "checkout_attempt"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("state NOT IN ('creating', 'open', 'processing', 'paid') OR params IS NOT NULL", name="params"),
        CheckConstraint("state NOT IN ('open', 'processing', 'paid') OR session_id IS NOT NULL", name="session"),
        Index("ix_checkout_attempt_state", "state", "next_check_at"),
    )
    MOVES: ClassVar[dict[AttemptState, frozenset[AttemptState]]] = {
        AttemptState.QUEUED: frozenset({AttemptState.CREATING, AttemptState.ABANDONED}),
        AttemptState.CREATING: frozenset({AttemptState.OPEN, AttemptState.ABANDONED, AttemptState.FAILED}),
        AttemptState.OPEN: frozenset(
            {AttemptState.PROCESSING, AttemptState.PAID, AttemptState.REVIEW, AttemptState.EXPIRED}
        ),
        AttemptState.PROCESSING: frozenset({AttemptState.PAID, AttemptState.REVIEW, AttemptState.FAILED}),
        AttemptState.REVIEW: frozenset({AttemptState.PAID, AttemptState.FAILED}),
        AttemptState.PAID: frozenset(),
        AttemptState.EXPIRED: frozenset(),
        AttemptState.ABANDONED: frozenset(),
        AttemptState.FAILED: frozenset(),
    }

    idempotency_key: Mapped[str] = mapped_column(Text, unique=True)
    reference: Mapped[str] = mapped_column(Text, index=True)  # the order's code, told to the provider
    amount_minor: Mapped[int] = mapped_column(BigInt)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[AttemptState] = mapped_column(choice(AttemptState))
    params: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(Text, unique=True)
    url: Mapped[str | None] = mapped_column(Text)  # never logged, never mailed
    session_expires_at: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    created_at: Mapped[datetime | None]  # its turn: when the parameters were stored
    ended_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime]  # when the reconciler looks at it next
    checks: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)


class AttemptHold(Base):
    """A hold in an attempt; `live` until the attempt ends unpaid, or the paid piece is refunded."""

    __tablename__ = "attempt_hold"
    __table_args__ = (Index("uq_attempt_hold_live", "hold_id", unique=True, **partial("live")),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("checkout_attempt.id"), primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), primary_key=True)
    live: Mapped[bool]


def list_hold_ids(session: Session, attempt_id: int) -> list[int]:
    query = select(AttemptHold.hold_id).where(AttemptHold.attempt_id == attempt_id).order_by(AttemptHold.hold_id)
    return list(session.scalars(query))


def find_live_attempt(session: Session, hold_id: int) -> CheckoutAttempt | None:
    """The attempt that keeps this hold now."""
    query = (
        select(CheckoutAttempt)
        .join(AttemptHold, AttemptHold.attempt_id == CheckoutAttempt.id)
        .where(AttemptHold.hold_id == hold_id, AttemptHold.live)
    )
    return session.scalars(query).one_or_none()


def find_by_session(session: Session, session_id: str) -> CheckoutAttempt | None:
    return session.scalars(select(CheckoutAttempt).where(CheckoutAttempt.session_id == session_id)).one_or_none()


def find_by_key(session: Session, idempotency_key: str) -> CheckoutAttempt | None:
    return session.scalars(
        select(CheckoutAttempt).where(CheckoutAttempt.idempotency_key == idempotency_key)
    ).one_or_none()


def first_at(session: Session) -> datetime | None:
    """When the shop's first attempt began: the provider can know nothing of it from before."""
    return session.scalars(select(func.min(CheckoutAttempt.queued_at))).one()


def list_queue(session: Session, *, at: datetime, most: int = 50) -> list[int]:
    """Creates whose answer is overdue, then the attempts waiting for their turn, oldest first."""
    longest_unanswered = case((CheckoutAttempt.state == AttemptState.CREATING, CheckoutAttempt.next_check_at))
    query = (
        select(CheckoutAttempt.id)
        .where(
            or_(
                _in_line(at),
                and_(CheckoutAttempt.state == AttemptState.CREATING, CheckoutAttempt.next_check_at <= at),
            )
        )
        .order_by(CheckoutAttempt.state == AttemptState.QUEUED, longest_unanswered, CheckoutAttempt.id)
        .limit(most)
    )
    return list(session.scalars(query))


def list_to_check(session: Session, *, at: datetime, most: int = 50) -> list[int]:
    """Open and slow attempts nobody has brought news of for a while.

    One that is being expired is not among them: a look at it would put the expiry off by minutes.
    """
    is_ending = exists().where(
        AttemptHold.attempt_id == CheckoutAttempt.id,
        AttemptHold.hold_id == Hold.id,
        Hold.state == HoldState.RELEASING,
    )
    query = (
        select(CheckoutAttempt.id)
        .where(
            or_(
                CheckoutAttempt.state == AttemptState.PROCESSING,
                and_(CheckoutAttempt.state == AttemptState.OPEN, ~is_ending),
            ),
            CheckoutAttempt.next_check_at <= at,
        )
        .order_by(CheckoutAttempt.next_check_at)
        .limit(most)
    )
    return list(session.scalars(query))


def place_in_queue(session: Session, attempt_id: int) -> int:
    """How many attempts are before this one in the queue."""
    query = select(func.count()).where(CheckoutAttempt.state == AttemptState.QUEUED, CheckoutAttempt.id < attempt_id)
    return session.scalars(query).one()


def is_its_turn(session: Session, attempt_id: int, *, at: datetime) -> bool:
    """Nobody is before it in the queue, and there is room at the provider. Ask with the bucket of calls locked."""
    before = exists().where(_in_line(at), CheckoutAttempt.id < attempt_id)
    under_way = select(func.count()).where(CheckoutAttempt.state == AttemptState.CREATING)
    return not session.scalar(select(before)) and session.scalars(under_way).one() < AT_THE_PROVIDER


def is_provider_away(session: Session) -> bool:
    """Whether it has left creates unanswered for some seconds now, so that the queue stands still."""
    unanswered = (CheckoutAttempt.state == AttemptState.CREATING, CheckoutAttempt.checks >= _AWAY_AFTER)
    return bool(session.scalar(select(exists().where(*unanswered))))


def _in_line(at: datetime) -> ColumnElement[bool]:
    """Queued, except one that could not be given its turn and waits for the next try: it keeps nobody behind it."""
    untried = or_(CheckoutAttempt.checks == 0, CheckoutAttempt.next_check_at <= at)
    return and_(CheckoutAttempt.state == AttemptState.QUEUED, untried)
