"""The outbox: a message is written in the transaction of its cause and leaves after the commit, at least once.

A message keeps its kind and the ids it speaks of, never an address or a text: those are read when it is sent.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, HasId, choice, inserting, partial

MAX_TRIES = 8
_CLAIM = timedelta(seconds=45)  # a sender that died with a message gives it back after this; longer than any sending


class MessageState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


class OutboxMessage(HasId, Base):
    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_outbox_message_pending", "next_try_at", **partial("state = 'pending'")),
    )
    MOVES: ClassVar[dict[MessageState, frozenset[MessageState]]] = {
        MessageState.PENDING: frozenset({MessageState.SENT, MessageState.DEAD}),
        MessageState.SENT: frozenset(),
        MessageState.DEAD: frozenset({MessageState.PENDING}),
    }

    kind: Mapped[str] = mapped_column(Text)
    dedupe_key: Mapped[str] = mapped_column(Text, unique=True)
    refs: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)


def post(session: Session, kind: str, dedupe_key: str, refs: dict[str, Any], *, at: datetime) -> None:
    """Put a message in the outbox; a second one with the same key is the same message and changes nothing."""
    row = {"kind": kind, "dedupe_key": dedupe_key, "refs": refs, "state": MessageState.PENDING, "tries": 0}
    session.execute(
        inserting(session, OutboxMessage)
        .values(**row, created_at=at, next_try_at=at)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )


def is_any_due(session: Session, *, at: datetime) -> bool:
    query = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.PENDING, OutboxMessage.next_try_at <= at)
    return session.scalars(query.limit(1)).first() is not None


def count_due(session: Session, kinds: Iterable[str], *, at: datetime) -> int:
    """How many letters of these kinds could leave now: who writes to a crowd waits until there are few."""
    due = (OutboxMessage.state == MessageState.PENDING, OutboxMessage.next_try_at <= at)
    return session.scalars(select(func.count()).where(*due, OutboxMessage.kind.in_(list(kinds)))).one()


def claim_due(session: Session, *, at: datetime, most: int = 20) -> list[OutboxMessage]:
    """Messages whose turn has come, set aside for a while so that no second sender takes them."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.PENDING, OutboxMessage.next_try_at <= at)
        .order_by(OutboxMessage.next_try_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    messages = list(session.scalars(query, execution_options={"populate_existing": True}))
    for message in messages:
        message.next_try_at = at + _CLAIM
        message.tries += 1
    return messages


def sent(session: Session, message_id: int, *, at: datetime) -> None:
    message = session.get_one(OutboxMessage, message_id)
    message.state, message.sent_at, message.problem = MessageState.SENT, at, None


def failed(session: Session, message_id: int, problem: str, *, at: datetime) -> bool:
    """Try again later, ever more slowly; after eight tries the message is dead. True when it died now."""
    message = session.get_one(OutboxMessage, message_id)
    message.problem = problem
    message.next_try_at = at + timedelta(seconds=min(30 * 4 ** (message.tries - 1), 6 * 3600))
    if message.tries >= MAX_TRIES:
        message.state = MessageState.DEAD
    return message.state is MessageState.DEAD


def give_back(session: Session, message_ids: list[int], problem: str | None, *, at: datetime) -> None:
    """Claimed, but never tried: they are due again at once, and the claim is not counted as a try."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(message_ids), OutboxMessage.state == MessageState.PENDING)
        .values(next_try_at=at, tries=OutboxMessage.tries - 1, problem=problem)
    )
