"""Tidying: rows about signing in that nobody needs any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from storefront.accounts import sessions, throttle, tokens


def forget_old(session: Session, *, at: datetime) -> None:
    """Sessions that ended long ago, links that are over, and last week's counts."""
    for part in (sessions, tokens, throttle):
        part.forget_old(session, at=at)
