"""Pictures as the database knows them: a stored original's digest and the variants made from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base, HasId


class Picture(HasId, Base):
    """`variants` is a list of {"key", "format", "width", "height"}: storage keys of what may be served."""

    __tablename__ = "picture"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="size"),)

    digest: Mapped[str] = mapped_column(Text, index=True)
    original: Mapped[str] = mapped_column(Text)  # its key in the storage that nothing serves
    width: Mapped[int]
    height: Mapped[int]
    transparent: Mapped[bool]
    variants: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
