"""Pacing: one bucket of calls to the provider, shared by every process through the database."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, inserting

CALLS_PER_SECOND = 20  # the provider allows 25 in test mode; the rest is for what a person does by hand
_INTERVAL = timedelta(seconds=1) / CALLS_PER_SECOND
_BURST = 20
_DRIFT = timedelta(seconds=5)  # more than two of our machines may differ by
_UNREAD = {"synchronize_session": False}
_KEPT_BACK = 5  # calls only expiries may take: while numbers are on their way back, everything else waits its turn


class CallBucket(Base):
    """Kept as the instant at which the bucket would be full again (a "leaky bucket as a meter")."""

    __tablename__ = "call_bucket"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    full_at: Mapped[datetime]


def take_call(session: Session, *, at: datetime, first: bool = False, name: str = "stripe") -> timedelta:
    """Take one call from the bucket: zero when it may be made now, else how long to wait (and nothing is taken).

    `first` is for a number that is coming back: it serves a buyer who has none, so it takes what others must leave.
    Whoever takes a call has the bucket's row locked until the end of the transaction.
    """
    mine = CallBucket.name == name
    query = select(CallBucket.full_at).where(mine).with_for_update()
    known = session.scalar(query)
    if known is None:
        session.execute(inserting(session, CallBucket).values(name=name, full_at=at).on_conflict_do_nothing())
        known = session.scalars(query).one()
    is_set_back = known > at + _BURST * _INTERVAL + _DRIFT  # no calls can have led there: the clock did
    full_at = (at if is_set_back else max(known, at)) + _INTERVAL
    wait = full_at - at - (_BURST if first else _BURST - _KEPT_BACK) * _INTERVAL
    if wait > timedelta(0):
        return wait
    session.execute(update(CallBucket).where(mine).values(full_at=full_at), execution_options=_UNREAD)
    return timedelta(0)
