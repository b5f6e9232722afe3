"""Drops: a timed release of one or more editions of one artist."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.artists import Artist
from storefront.db import Base, HasId, choice

DOORS = timedelta(minutes=10)  # before the opening, in which buyers get ready


class DropState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class WhoMayHold(StrEnum):
    ANYONE = "anyone"
    CONFIRMED = "confirmed"
    ACCOUNTS = "accounts"


class Drop(HasId, Base):
    __tablename__ = "drop"
    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="times"),
        Index("ix_drop_state_opens_at", "state", "opens_at"),
    )
    MOVES: ClassVar[dict[DropState, frozenset[DropState]]] = {
        DropState.DRAFT: frozenset({DropState.ANNOUNCED, DropState.CANCELLED}),
        DropState.ANNOUNCED: frozenset({DropState.OPEN, DropState.CANCELLED}),
        DropState.OPEN: frozenset({DropState.PAUSED, DropState.CLOSED}),
        DropState.PAUSED: frozenset({DropState.OPEN, DropState.CLOSED}),
        DropState.CLOSED: frozenset(),
        DropState.CANCELLED: frozenset(),
    }

    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"), index=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[DropState] = mapped_column(choice(DropState), default=DropState.DRAFT)
    opens_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(Text)  # IANA name of the drop's home
    closes_at: Mapped[datetime | None]
    who_may_hold: Mapped[WhoMayHold] = mapped_column(choice(WhoMayHold, "who_may_hold"), default=WhoMayHold.ANYONE)
    preview_hash: Mapped[str | None] = mapped_column(Text)  # of the token in the preview link
    pause_reason: Mapped[str] = mapped_column(Text, default="")
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # when the opening was written down, not when selling began: that is opens_at
    closed_at: Mapped[datetime | None]  # or cancelled
    changed_at: Mapped[datetime | None]  # its words
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")  # counted by the database (RFC 5545)

    artist: Mapped[Artist] = relationship()

    def sells_at(self, at: datetime) -> bool:
        """Whether a number may be held at this instant. An announced drop sells from opens_at on, clerk or no clerk."""
        running = self.state in (DropState.ANNOUNCED, DropState.OPEN)
        return running and self.opens_at <= at and not self.is_over(at)

    def is_at_doors(self, at: datetime) -> bool:
        return self.state is DropState.ANNOUNCED and self.opens_at - DOORS <= at < self.opens_at

    def is_over(self, at: datetime) -> bool:
        ended = self.state in (DropState.CLOSED, DropState.CANCELLED)
        return ended or (self.closes_at is not None and self.closes_at <= at)

    def has_closed(self, at: datetime) -> bool:
        """Whether it was on sale and is no more: what is left of it was not sold."""
        return self.is_public and self.state is not DropState.CANCELLED and self.is_over(at)

    @property
    def is_public(self) -> bool:
        return self.announced_at is not None


def find_drop(session: Session, slug: str) -> Drop | None:
    return session.scalars(select(Drop).where(Drop.slug == slug)).one_or_none()
