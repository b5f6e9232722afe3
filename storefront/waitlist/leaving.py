"""Leaving the queue: a place is given up, and nobody else's grows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
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


def forget_buyers(session: Session, buyer_ids: Collection[int], *, at: datetime) -> None:
    """These buyers' places are given up, and nothing of theirs is written to any more."""
    query = select(Turn.id).where(Turn.buyer_id.in_(buyer_ids)).order_by(Turn.id).with_for_update()
    mine = [Turn.id.in_(session.scalars(query).all())]
    move(session, Turn, TurnState.LEFT, expect=(TurnState.ASKED, TurnState.WAITING), where=mine, ended_at=at)
    session.execute(update(Turn).where(*mine).values(email=None, untold_since=None))
