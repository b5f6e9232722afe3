"""Making and removing the people who run the shop."""

from datetime import datetime

from sqlalchemy.orm import Session

from storefront.accounts import sessions, tokens
from storefront.accounts.passwords import UNUSABLE
from storefront.accounts.people import Account, find_by_key
from storefront.accounts.tokens import Purpose


def create_admin(
    session: Session, *, email: str, email_key: str, token_key: bytes, at: datetime, name: str = "Admin"
) -> str:
    """Make the account of this address an admin, and a new one if there is none. The token of a link to set its password."""
    account = find_by_key(session, email_key)
    if account is None:
        account = Account(email=email, email_key=email_key, name=name, password_hash=UNUSABLE, created_at=at)
        session.add(account)
        session.flush()
    account.is_admin = True
    sessions.end_all(session, account.id, at=at)
    row = tokens.issue(session, account, Purpose.RESET, key=token_key, at=at)
    token = tokens.write_out(row, [token_key])
    if token is None:
        raise AssertionError("the key that made a token derives it")
    return token


def disable(session: Session, account_id: int, *, at: datetime) -> None:
    """Nobody signs in with this account any more, and whoever is signed in is not."""
    account = session.get_one(Account, account_id)
    account.disabled_at = account.disabled_at or at
    sessions.end_all(session, account_id, at=at)


def enable(session: Session, account_id: int) -> None:
    """Let them in again; an erased account is nobody's, and stays shut."""
    account = session.get_one(Account, account_id)
    if account.erased_at is None:
        account.disabled_at = None
