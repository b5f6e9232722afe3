"""Single-use tokens sent by mail: to confirm an address, reset a password, change an address.

The token itself is never stored: it is derived from the row's nonce by the shop's key when the mail is written, and the
row keeps its hash. So a stolen database holds no working link.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Select, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.accounts.people import Account
from storefront.db import Base, HasId, choice
from storefront.ids import derived_token, new_token, token_hash

_KEEP = timedelta(days=30)


class Purpose(StrEnum):
    CONFIRM = "confirm"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"


LASTS = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.RESET: timedelta(minutes=30),
    Purpose.CHANGE_EMAIL: timedelta(minutes=30),
}


class AccountToken(HasId, Base):
    __tablename__ = "account_token"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"))
    email: Mapped[str] = mapped_column(Text)  # the account's address when it was made; another address makes it void
    new_email: Mapped[str | None] = mapped_column(Text)  # the address to change to
    nonce: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TokenOver(Exception):
    """The token is unknown, used, too old, for something else, or its account has moved on."""


def issue(
    session: Session, account: Account, purpose: Purpose, *, key: bytes, at: datetime, new_email: str | None = None
) -> AccountToken:
    nonce = new_token()
    row = AccountToken(
        account_id=account.id,
        purpose=purpose,
        email=account.email,
        new_email=new_email,
        nonce=nonce,
        token_hash=token_hash(_derive(key, account.id, purpose, account.email, nonce)),
        created_at=at,
        expires_at=at + LASTS[purpose],
    )
    session.add(row)
    session.flush()
    return row


def write_out(row: AccountToken, keys: Iterable[bytes]) -> str | None:
    """The token for its mail; None when none of the shop's keys made it."""
    for key in keys:
        token = _derive(key, row.account_id, row.purpose, row.email, row.nonce)
        if token_hash(token) == row.token_hash:
            return token
    return None


def is_usable(row: AccountToken, account: Account, *, at: datetime) -> bool:
    return row.used_at is None and at < row.expires_at and row.email == account.email and account.disabled_at is None


def get_usable(
    session: Session, token: str, purposes: Collection[Purpose], *, at: datetime
) -> tuple[AccountToken, Account]:
    """Looks without using it up. Raises TokenOver."""
    return _usable(session, _found(token, purposes), at)


def use(session: Session, token: str, purposes: Collection[Purpose], *, at: datetime) -> tuple[AccountToken, Account]:
    """Use the token up, and with it every other one of its purpose. Raises TokenOver."""
    row, account = _usable(session, _found(token, purposes).with_for_update(), at)
    void(session, account.id, {row.purpose}, at=at)
    session.refresh(row)
    return row, account


def void(session: Session, account_id: int, purposes: Collection[Purpose], *, at: datetime) -> None:
    """No unused token of these purposes works any more."""
    session.execute(
        update(AccountToken)
        .where(AccountToken.account_id == account_id, AccountToken.purpose.in_(purposes))
        .where(AccountToken.used_at.is_(None))
        .values(used_at=at)
    )


def forget_old(session: Session, *, at: datetime) -> None:
    session.execute(delete(AccountToken).where(AccountToken.expires_at < at - _KEEP))


def _found(token: str, purposes: Collection[Purpose]) -> Select[AccountToken, Account]:
    return (
        select(AccountToken, Account)
        .join(Account, Account.id == AccountToken.account_id)
        .where(AccountToken.token_hash == token_hash(token), AccountToken.purpose.in_(purposes))
    )


def _usable(session: Session, query: Select[AccountToken, Account], at: datetime) -> tuple[AccountToken, Account]:
    found = session.execute(query, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise TokenOver
    row, account = found
    if not is_usable(row, account, at=at):
        raise TokenOver
    return row, account


def _derive(key: bytes, account_id: int, purpose: Purpose, email: str, nonce: str) -> str:
    return derived_token(key, f"account:{purpose}", f"{account_id}:{email}:{nonce}")
