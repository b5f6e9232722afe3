"""Progress of long work, so that a page can show a bar that survives a reload."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, HasId, choice


class ProgressState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (ProgressState.WAITING, ProgressState.RUNNING)


class JobProgress(HasId, Base):
    """`label` names the step it is at, for the page to say in words; `updated_at` is its last sign of life."""

    __tablename__ = "job_progress"
    __table_args__ = (CheckConstraint("done >= 0 AND total >= done", name="done"),)
    MOVES: ClassVar[dict[ProgressState, frozenset[ProgressState]]] = {
        ProgressState.WAITING: frozenset({ProgressState.RUNNING, ProgressState.FAILED, ProgressState.CANCELLED}),
        ProgressState.RUNNING: frozenset(
            {ProgressState.WAITING, ProgressState.DONE, ProgressState.FAILED, ProgressState.CANCELLED}
        ),
        ProgressState.DONE: frozenset(),
        ProgressState.FAILED: frozenset(),
        ProgressState.CANCELLED: frozenset(),
    }

    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[ProgressState] = mapped_column(choice(ProgressState))
    done: Mapped[int]
    total: Mapped[int]
    label: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)  # how often it was begun
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
