"""Saved addresses: where an account's parcels go, so that nothing is left to type when a drop opens."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, HasId, inserting


class SavedAddress(HasId, Base):
    """One an account, in the words of an order's address; gone when its owner says so."""

    __tablename__ = "saved_address"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    address: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


def find_saved(session: Session, account_id: int) -> dict[str, str] | None:
    return session.scalars(select(SavedAddress.address).where(SavedAddress.account_id == account_id)).one_or_none()


def save(session: Session, account_id: int, address: dict[str, str], *, at: datetime) -> None:
    row = inserting(session, SavedAddress).values(account_id=account_id, address=address, saved_at=at)
    session.execute(row.on_conflict_do_update(index_elements=["account_id"], set_={"address": address, "saved_at": at}))


def forget(session: Session, account_id: int) -> None:
    session.execute(delete(SavedAddress).where(SavedAddress.account_id == account_id))
