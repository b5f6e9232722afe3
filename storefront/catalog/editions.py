"""Editions: one pin made in a fixed number of pieces, and the rule by which numbers are handed out."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.drops import Drop
from storefront.catalog.pins import Pin
from storefront.db import Base, BigInt, HasId, choice
from storefront.money import Money

MAX_SIZE = 100_000
MAX_PROOFS = 1_000
MAX_PER_PERSON = 20


class NumberPolicy(StrEnum):
    ASCENDING = "ascending"
    SEALED = "sealed"
    PICK = "pick"


class Edition(HasId, Base):
    """Size, proofs, reserved numbers, policy, limit and price are frozen by `minted_at` (a trigger keeps them so)."""

    __tablename__ = "edition"
    __table_args__ = (
        CheckConstraint(f"size BETWEEN 1 AND {MAX_SIZE}", name="size"),
        CheckConstraint(f"proofs BETWEEN 0 AND {MAX_PROOFS}", name="proofs"),
        CheckConstraint(f"per_person BETWEEN 1 AND {MAX_PER_PERSON}", name="per_person"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("length(currency) = 3", name="currency"),
    )

    ref: Mapped[str] = mapped_column(Text, unique=True)  # its public name in the ledger
    pin_id: Mapped[int] = mapped_column(ForeignKey("pin.id"), index=True)
    drop_id: Mapped[int | None] = mapped_column(ForeignKey("drop.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)  # its place on the drop's page
    size: Mapped[int]
    proofs: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[list[int]] = mapped_column(JSON, default=list)
    reserved_note: Mapped[str] = mapped_column(Text, default="")
    price_minor: Mapped[int] = mapped_column(BigInt)
    currency: Mapped[str] = mapped_column(String(3))
    per_person: Mapped[int] = mapped_column(default=1)
    policy: Mapped[NumberPolicy] = mapped_column(choice(NumberPolicy, "policy"), default=NumberPolicy.ASCENDING)
    seed: Mapped[str | None] = mapped_column(Text)  # secret until it is revealed
    seed_revealed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    minted_at: Mapped[datetime | None]

    pin: Mapped[Pin] = relationship()
    drop: Mapped[Drop | None] = relationship()

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def seed_hash(self) -> str | None:
        return hashlib.sha256(self.seed.encode()).hexdigest() if self.seed else None

    def has_closed(self, at: datetime) -> bool:
        """Whether its sale is over, so that what is left was not sold."""
        return self.drop is not None and self.drop.has_closed(at)


def list_editions(session: Session, drop_id: int) -> list[Edition]:
    """A drop's editions in the order of its page; the first is shown large."""
    return list(
        session.scalars(select(Edition).where(Edition.drop_id == drop_id).order_by(Edition.position, Edition.id))
    )
