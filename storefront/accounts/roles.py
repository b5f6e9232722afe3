"""Roles: who runs the shop. It is never without somebody who can."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts import admins, sessions
from storefront.accounts.people import Account


class LastAdmin(Exception):
    """Without this account nobody could run the shop."""


def make_admin(session: Session, account: Account, *, at: datetime) -> None:
    """The account runs the shop from its next sign-in on: an admin's session is a shorter one."""
    if not account.is_admin:
        account.is_admin = True
        sessions.end_all(session, account.id, at=at)


def dismiss_admin(session: Session, account: Account) -> None:
    """Take the role away. Raises LastAdmin."""
    _keep_one(session, account)
    account.is_admin = False


def disable_account(session: Session, account: Account, *, at: datetime) -> None:
    """Nobody signs in with this account any more. Raises LastAdmin."""
    _keep_one(session, account)
    admins.disable(session, account.id, at=at)


def _keep_one(session: Session, leaving: Account) -> None:
    # Locked in order of id: two admins who dismiss each other at the same moment do not both succeed.
    query = (
        select(Account).where(Account.is_admin, Account.disabled_at.is_(None)).order_by(Account.id).with_for_update()
    )
    running = session.scalars(query, execution_options={"populate_existing": True}).all()
    if [account.id for account in running] == [leaving.id]:
        raise LastAdmin(leaving.email)
