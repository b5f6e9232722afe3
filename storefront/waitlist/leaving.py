"""Leaving the queue: a place is given up, and nobody else's grows."""

from datetime import datetime

from sqlalchemy.orm import Session

from storefront.db import move
from storefront.inventory.turns import Turn, TurnState


class NotWaiting(Exception):
    """The turn has come, or has ended: there is no place to give up."""


def leave(session: Session, turn: Turn, *, at: datetime) -> None:
    """Raises NotWaiting."""
    where = [Turn.id == turn.id]
    if not move(session, Turn, TurnState.LEFT, expect=(TurnState.ASKED, TurnState.WAITING), where=where, ended_at=at):
        raise NotWaiting
    session.refresh(turn)
