"""Progress of long work, so that a page can show a bar that survives a reload."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, HasId, choice


class ProgressState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobProgress(HasId, Base):
    __tablename__ = "job_progress"
    __table_args__ = (CheckConstraint("done >= 0 AND total >= done", name="done"),)

    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[ProgressState] = mapped_column(choice(ProgressState))
    done: Mapped[int]
    total: Mapped[int]
    label: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
