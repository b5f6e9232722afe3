"""Registering: a new account, or, when the address has one already, a mail that says so and nothing on the page."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.accounts import tokens
from storefront.accounts.people import Account
from storefront.accounts.tokens import Purpose
from storefront.db import violated
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post


def register(
    session: Session,
    *,
    email: str,
    email_key: str,
    name: str,
    password_hash: str,
    token_key: bytes,
    at: datetime,
    locale: str | None = None,
) -> Account | None:
    """The new account, with a mail to confirm its address; None when the address had one, whose owner is written to."""
    account = Account(
        email=email, email_key=email_key, name=name, password_hash=password_hash, locale=locale, created_at=at
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        if violated(error, "uq_account_email_key") is None:
            raise
        tell_owner(session, email_key, at=at)
        return None
    ask_to_confirm(session, account, token_key=token_key, at=at)
    return account


def ask_to_confirm(session: Session, account: Account, *, token_key: bytes, at: datetime) -> None:
    token = tokens.issue(session, account, Purpose.CONFIRM, key=token_key, at=at)
    post(session, Kind.CONFIRM_ADDRESS, f"{Kind.CONFIRM_ADDRESS}:{token.id}", {"token_id": token.id}, at=at)


def tell_owner(session: Session, email_key: str, *, at: datetime) -> None:
    """Somebody tried to sign up with, or change to, an address that has an account. At most one such mail an hour."""
    account_id = session.scalars(select(Account.id).where(Account.email_key == email_key)).one_or_none()
    if account_id is not None:
        dedupe_key = f"{Kind.ACCOUNT_EXISTS}:{account_id}:{at:%Y%m%d%H}"
        post(session, Kind.ACCOUNT_EXISTS, dedupe_key, {"account_id": account_id}, at=at)
