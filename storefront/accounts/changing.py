"""Changing what opens an account: its password and its address. Each ends the sessions that came before."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.accounts import sessions, tokens
from storefront.accounts.joining import Rekey, join_address
from storefront.accounts.people import Account, find_by_key
from storefront.accounts.registering import tell_owner
from storefront.accounts.tokens import AccountToken, Purpose, TokenOver
from storefront.db import violated
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post

CONFIRMS = (Purpose.CONFIRM, Purpose.CHANGE_EMAIL)


def confirm_address(session: Session, token: str, email_key: str, *, rekey: Rekey, at: datetime) -> Account:
    """Use a mailed token: its address is the account's, and confirmed. Raises TokenOver.

    `email_key` is of the address the token names (see `address_of`).
    """
    row, account = tokens.use(session, token, CONFIRMS, at=at)
    if row.new_email is not None:
        _move_to(session, account, row, email_key, at=at)
    _confirmed(session, account, rekey=rekey, at=at)
    return account


def address_of(row: AccountToken) -> str:
    """The address a token proves somebody reads."""
    return row.new_email or row.email


def ask_to_reset(session: Session, email_key: str, *, token_key: bytes, at: datetime) -> None:
    """Mail a link to whoever owns the account of this address, if there is one."""
    account = find_by_key(session, email_key)
    if account is not None and account.disabled_at is None:
        token = tokens.issue(session, account, Purpose.RESET, key=token_key, at=at)
        post(session, Kind.RESET_PASSWORD, f"{Kind.RESET_PASSWORD}:{token.id}", {"token_id": token.id}, at=at)


def reset_password(session: Session, token: str, password_hash: str, *, rekey: Rekey, at: datetime) -> Account:
    """Set a new password by a mailed token, which proves the address too. Every session ends. Raises TokenOver."""
    _row, account = tokens.use(session, token, (Purpose.RESET,), at=at)
    account.password_hash = password_hash
    tokens.void(session, account.id, (Purpose.CHANGE_EMAIL,), at=at)
    sessions.end_all(session, account.id, at=at)
    _confirmed(session, account, rekey=rekey, at=at)
    return account


def change_password(session: Session, account_id: int, password_hash: str, *, keep_session: int, at: datetime) -> str:
    """Set a new password; every other session and every mailed link ends. The new token of the session that stays."""
    session.get_one(Account, account_id).password_hash = password_hash
    tokens.void(session, account_id, (Purpose.RESET, Purpose.CHANGE_EMAIL), at=at)
    sessions.end_all(session, account_id, at=at, but=keep_session)
    return sessions.rotate(session, keep_session)


def ask_to_change_address(
    session: Session, account_id: int, new_email: str, new_key: str, *, token_key: bytes, at: datetime
) -> None:
    """Mail a link to the new address. One that has another account is told so instead; the page says the same."""
    account = session.get_one(Account, account_id)
    if new_key != account.email_key and find_by_key(session, new_key) is not None:
        return tell_owner(session, new_key, at=at)
    tokens.void(session, account_id, (Purpose.CHANGE_EMAIL,), at=at)
    token = tokens.issue(session, account, Purpose.CHANGE_EMAIL, key=token_key, at=at, new_email=new_email)
    return post(session, Kind.CHANGE_ADDRESS, f"{Kind.CHANGE_ADDRESS}:{token.id}", {"token_id": token.id}, at=at)


def _move_to(session: Session, account: Account, row: AccountToken, email_key: str, *, at: datetime) -> None:
    try:
        with session.begin_nested():
            account.email, account.email_key = address_of(row), email_key
    except IntegrityError as error:
        if violated(error, "uq_account_email_key") is None:
            raise
        raise TokenOver from error  # somebody registered with it in the meantime
    post(session, Kind.ADDRESS_CHANGED, f"{Kind.ADDRESS_CHANGED}:{row.id}", {"token_id": row.id}, at=at)
    sessions.end_all(session, account.id, at=at)


def _confirmed(session: Session, account: Account, *, rekey: Rekey, at: datetime) -> None:
    account.confirmed_at = at
    session.flush()
    join_address(session, account, rekey=rekey, at=at)
