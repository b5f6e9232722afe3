"""Sharing a number: its owner gives "this one is mine" a public address, and may take it back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.db import Base, HasId, violated
from storefront.ids import new_token
from storefront.orders.orders import LineState, OrderLine


class NotOwned(Exception):
    """Only a number that is sold, and not given back, can be shared."""


class SharedNumber(HasId, Base):
    """The row is the permission: taken back, it is gone, and its address with it."""

    __tablename__ = "shared_number"

    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    shared_at: Mapped[datetime]

    line: Mapped[OrderLine] = relationship()


def share(session: Session, line: OrderLine, *, at: datetime) -> SharedNumber:
    """A public address for the number; asked again, the same. Raises NotOwned."""
    if line.state is not LineState.SOLD:
        raise NotOwned(line.id)
    if (standing := find_shared(session, line)) is not None:
        return standing
    shared = SharedNumber(line_id=line.id, code=new_token()[:16], shared_at=at)
    try:
        with session.begin_nested():
            session.add(shared)
    except IntegrityError as error:  # pressed twice
        if violated(error, "uq_shared_number_line_id") is None:
            raise
        return session.scalars(select(SharedNumber).where(SharedNumber.line_id == line.id)).one()
    return shared


def withdraw(session: Session, line: OrderLine) -> None:
    session.execute(delete(SharedNumber).where(SharedNumber.line_id == line.id))


def find_shared(session: Session, line: OrderLine) -> SharedNumber | None:
    return session.scalars(select(SharedNumber).where(SharedNumber.line_id == line.id)).one_or_none()


def find_by_code(session: Session, code: str) -> SharedNumber | None:
    """What stands at a public address: nothing once the number is given back, or no longer its buyer's."""
    query = select(SharedNumber).where(SharedNumber.code == code).join(SharedNumber.line)
    return session.scalars(query.where(OrderLine.state == LineState.SOLD)).one_or_none()
