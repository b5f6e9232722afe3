"""Leases: which process may do a thing that only one may do."""

from datetime import datetime, timedelta

from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, inserting


class Lease(Base):
    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    holder: Mapped[str] = mapped_column(Text)
    fence: Mapped[int]  # rises with every change of holder
    until: Mapped[datetime]


def take(session: Session, name: str, holder: str, *, at: datetime, lasts: timedelta) -> int | None:
    """The lease's fence when it is the holder's now (taken, or renewed); None while somebody else has it."""
    session.execute(
        inserting(session, Lease)
        .values(name=name, holder=holder, fence=1, until=at + lasts)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    lease = session.scalars(
        select(Lease).where(Lease.name == name).with_for_update(), execution_options={"populate_existing": True}
    ).one()
    if lease.holder != holder:
        if lease.until > at:
            return None
        lease.holder, lease.fence = holder, lease.fence + 1
    lease.until = at + lasts
    return lease.fence


def give_back(session: Session, name: str, holder: str, *, at: datetime) -> None:
    lease = session.get(Lease, name)
    if lease is not None and lease.holder == holder:
        lease.until = at
