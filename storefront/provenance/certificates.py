"""Certificates: the signed statement that a piece is one of its edition; one for each of its owners."""

import base64
import json
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from storefront.db import Base, HasId, partial
from storefront.orders.orders import LineState, OrderLine
from storefront.provenance.keys import SigningKey
from storefront.provenance.records import Record, written_out

OWNED = (LineState.SOLD, LineState.REFUNDING)
LONGEST_NAME = 60


class Standing(StrEnum):
    GENUINE = "genuine"
    MOVED = "moved"
    REVOKED = "revoked"


class Certificate(HasId, Base):
    """`record` is the canonical JSON that was signed, `signature` base64. `owner_id` is None for whoever bought the piece;
    `shown_name` is what its owner wants to be called in public, and stands nowhere else.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(
            "shown_name IS NULL OR (length(shown_name) BETWEEN 1 AND 60 AND moved_at IS NULL)", name="name"
        ),
        Index("uq_certificate_current", "line_id", unique=True, **partial("moved_at IS NULL")),
        Index("ix_certificate_line", "line_id"),
        Index("ix_certificate_owner", "owner_id"),
        Index("uq_certificate_shared_code", "shared_code", unique=True),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("buyer.id"))
    code: Mapped[str] = mapped_column(Text, unique=True)
    record: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    signing_key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    issued_at: Mapped[datetime]
    moved_at: Mapped[datetime | None]
    shown_name: Mapped[str | None] = mapped_column(Text)
    shared_code: Mapped[str | None] = mapped_column(Text)  # of "this one is mine", if its owner shares it

    line: Mapped[OrderLine] = relationship()
    key: Mapped[SigningKey] = relationship()

    @property
    def standing(self) -> Standing:
        """A refund revokes every certificate of its sale; the number, should it be sold again, gets another."""
        if self.line.state not in OWNED:
            return Standing.REVOKED
        return Standing.GENUINE if self.moved_at is None else Standing.MOVED

    @property
    def said(self) -> Record:
        said: Record = json.loads(self.record)
        return said

    @property
    def document(self) -> str:
        """The signed record, as `storefront verify` reads it."""
        return written_out(self.said, base64.b64decode(self.signature), base64.b64decode(self.key.public_key))


def find_certificate(session: Session, code: str) -> Certificate | None:
    """Whatever case and hyphens it is typed with."""
    query = select(Certificate).where(Certificate.code == code.replace("-", "").strip().upper())
    return session.scalars(query.options(joinedload(Certificate.line), joinedload(Certificate.key))).one_or_none()


def show_name(certificate: Certificate, name: str | None) -> None:
    """Name the owner in public, or no longer. Only the certificate of who owns the piece now has a name to show."""
    certificate.shown_name = name if name and certificate.moved_at is None else None
