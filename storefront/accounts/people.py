"""Accounts: people who can sign in, and what they may do."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, HasId

ERASED = (
    "erased_at IS NULL OR (email = '' AND name = '' AND password_hash = '!' AND NOT is_admin"
    " AND confirmed_at IS NULL AND disabled_at IS NOT NULL)"
)


class Account(HasId, Base):
    """One that is `erased_at` is nobody's any more, for good: see erasing.py."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint(ERASED, name="erased"),)

    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    locale: Mapped[str | None] = mapped_column(Text)  # in which it last read the shop; its mail is in it
    erased_at: Mapped[datetime | None]


class ArtistMember(HasId, Base):
    """An account that may work in an artist's studio."""

    __tablename__ = "artist_member"
    # catalog is this package's sibling: the key is declared by name, the model is not imported.
    __table_args__ = (UniqueConstraint("account_id", "artist_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"), index=True)
    joined_at: Mapped[datetime]


def find_by_key(session: Session, email_key: str) -> Account | None:
    """The account of an address, confirmed or not."""
    return session.scalars(select(Account).where(Account.email_key == email_key)).one_or_none()


def list_artist_ids(session: Session, account_id: int) -> list[int]:
    """The artists in whose studios this account works."""
    return list(session.scalars(select(ArtistMember.artist_id).where(ArtistMember.account_id == account_id)))
