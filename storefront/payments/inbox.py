"""The provider's events: stored once under their own id, handled once, and never believed without asking back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, inserting, partial
from storefront.payments.gateway import EventFacts

_LIST = 1


class ProviderEvent(Base):
    __tablename__ = "provider_event"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_provider_event_unhandled", "next_try_at", **partial("handled_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    intent_id: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)


class EventList(Base):
    """How far the provider's list of events was read: one row."""

    __tablename__ = "event_list"
    __table_args__ = (CheckConstraint(f"id = {_LIST}", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    read_until: Mapped[datetime]


def store(session: Session, event: EventFacts, *, at: datetime) -> bool:
    """Keep the event for handling; False when it was there already."""
    statement = (
        inserting(session, ProviderEvent)
        .values(
            id=event.id,
            type=event.type,
            object_id=event.object_id,
            intent_id=event.intent_id,
            received_at=at,
            next_try_at=at,
            tries=0,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(ProviderEvent.id)
    )
    return session.scalars(statement).one_or_none() is not None


def list_due(session: Session, *, at: datetime, most: int = 20) -> Sequence[ProviderEvent]:
    query = (
        select(ProviderEvent)
        .where(ProviderEvent.handled_at.is_(None), ProviderEvent.next_try_at <= at)
        .order_by(ProviderEvent.received_at)
        .limit(most)
    )
    return session.scalars(query).all()


def read_until(session: Session) -> datetime | None:
    """Up to when the provider's own list of events was read to its end; None when it never was.

    Not the newest event of the inbox: a webhook may have come in while everything before it was lost.
    """
    return session.scalars(select(EventList.read_until)).one_or_none()


def note_read(session: Session, *, until: datetime) -> None:
    row = session.get(EventList, _LIST) or EventList(id=_LIST)
    row.read_until = until
    session.add(row)


def handled(session: Session, event_id: str, outcome: str, *, at: datetime) -> None:
    event = session.get_one(ProviderEvent, event_id)
    event.handled_at, event.outcome = at, outcome


def try_later(session: Session, event_id: str, *, at: datetime) -> None:
    event = session.get_one(ProviderEvent, event_id)
    event.tries += 1
    event.next_try_at = at + timedelta(seconds=min(2 ** min(event.tries, 6), 60))
