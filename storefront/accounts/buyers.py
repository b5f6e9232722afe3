"""Buyers: whoever holds and orders, guest or not. Limits count by buyer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.accounts.people import Account
from storefront.db import Base, HasId, inserting


class Buyer(HasId, Base):
    """A guest is known by a random cookie token (its hash); an address by its keyed hash; an account by its row.

    One that has `joined_to` another stands for it: what it placed stays its own, new limits count with the other.
    """

    __tablename__ = "buyer"
    __table_args__ = (
        CheckConstraint(
            "guest_hash IS NOT NULL OR email_key IS NOT NULL OR account_id IS NOT NULL OR joined_to IS NOT NULL",
            name="known",
        ),
    )

    guest_hash: Mapped[str | None] = mapped_column(Text, unique=True)
    email_key: Mapped[str | None] = mapped_column(Text, unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    joined_to: Mapped[int | None] = mapped_column(ForeignKey("buyer.id"), index=True)
    created_at: Mapped[datetime]


def find_guest(session: Session, guest_hash: str) -> Buyer | None:
    return session.scalars(select(Buyer).where(Buyer.guest_hash == guest_hash)).one_or_none()


def list_guest_ids(session: Session, guest_hashes: list[str]) -> list[int]:
    return list(session.scalars(select(Buyer.id).where(Buyer.guest_hash.in_(guest_hashes))))


def find_of_account(session: Session, account_id: int) -> Buyer | None:
    return session.scalars(select(Buyer).where(Buyer.account_id == account_id)).one_or_none()


def list_joined_ids(session: Session, buyer_id: int) -> list[int]:
    """The buyers that stand for this one: former addresses, and an account's rows from before it confirmed."""
    return list(session.scalars(select(Buyer.id).where(Buyer.joined_to == buyer_id)))


def find_account(session: Session, buyer: Buyer) -> Account | None:
    """The account that acts as this buyer, or as the one it was joined to."""
    while buyer.joined_to is not None:
        buyer = session.get_one(Buyer, buyer.joined_to)
    return session.get(Account, buyer.account_id, populate_existing=True) if buyer.account_id is not None else None


def guest(session: Session, guest_hash: str, *, at: datetime) -> Buyer:
    """The buyer behind a guest's cookie, made with the first hold."""
    return _found_or_made(session, at, guest_hash=guest_hash)


def of_address(session: Session, email_key: str, *, at: datetime) -> Buyer:
    """The buyer whose limit an address counts against."""
    found = _found_or_made(session, at, email_key=email_key)
    return found if found.joined_to is None else session.get_one(Buyer, found.joined_to)


def of_account(session: Session, account_id: int, *, at: datetime) -> Buyer:
    """The buyer of an account: its own until its address is confirmed, then the address's."""
    return _found_or_made(session, at, account_id=account_id)


def _found_or_made(session: Session, at: datetime, **known_by: str | int) -> Buyer:
    column, value = next(iter(known_by.items()))
    query = select(Buyer).where(getattr(Buyer, column) == value)
    found = session.scalars(query).one_or_none()
    if found is None:
        session.execute(
            inserting(session, Buyer).values(created_at=at, **known_by).on_conflict_do_nothing(index_elements=[column])
        )
        found = session.scalars(query).one()
    return found
