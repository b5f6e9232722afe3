"""Resending: a message that was given up is tried again because somebody asked for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from storefront.db import move
from storefront.outbox.messages import MessageState, OutboxMessage


class NotGivenUp(Exception):
    """Only a message that was given up needs to be sent again by hand."""


def resend(session: Session, message_id: int, *, at: datetime) -> None:
    """Put a dead message back in the outbox, with all its tries before it. Raises NotGivenUp."""
    where = [OutboxMessage.id == message_id]
    if not move(
        session, OutboxMessage, MessageState.PENDING, expect=(MessageState.DEAD,), where=where, tries=0, next_try_at=at
    ):
        raise NotGivenUp
