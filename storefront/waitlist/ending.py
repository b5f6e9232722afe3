"""Ending: whoever waited to the end is told once that the queue is no more, a few at a time. The clock's work."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storefront.inventory.turns import Turn
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import count_due, post

_AT_ONCE = 40  # a receipt must not wait behind a crowd


def is_any_untold(session: Session) -> bool:
    """Asked without the right to write."""
    return bool(session.scalar(select(exists().where(_UNTOLD))))


def tell_some(session: Session, *, at: datetime) -> int:
    """Put the next mails in the outbox, unless those before them still wait. How many."""
    if count_due(session, [Kind.WAITLIST_OVER], at=at) >= _AT_ONCE:
        return 0
    query = select(Turn).where(_UNTOLD).order_by(Turn.id).limit(_AT_ONCE).with_for_update(skip_locked=True)
    turns = session.scalars(query, execution_options={"populate_existing": True}).all()
    for turn in turns:
        post(session, Kind.WAITLIST_OVER, f"{Kind.WAITLIST_OVER}:{turn.id}", {"turn_id": turn.id}, at=at)
        turn.untold_since = None
    return len(turns)


_UNTOLD = Turn.untold_since.is_not(None)
