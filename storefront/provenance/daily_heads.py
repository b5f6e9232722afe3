"""Daily heads: once a day the last link of every edition's ledger, signed, so that no history can be rewritten unseen.

Whoever keeps one of these documents can hold the shop to it: each names the one before it by its hash.
"""

import base64
import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, inserting
from storefront.inventory.sealing import list_silent_refs
from storefront.ledger.chain import LedgerHead
from storefront.provenance.issuing import Issuer
from storefront.provenance.keys import current_key
from storefront.provenance.records import canonical, sign, written_out


class DailyHeads(Base):
    """`document` is the signed document of one day (UTC), as it was written and never changed."""

    __tablename__ = "daily_heads"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


def write_heads(session: Session, issuer: Issuer, *, at: datetime) -> bool:
    """Write this day's document, if nobody has. Editions whose numbers are still a secret come in when it is told."""
    day = day_of(at)
    if session.get(DailyHeads, day) is not None:
        return False
    before = find_heads(session)
    key = current_key(session, issuer.vault, at=at)
    record = {
        "version": 1,
        "shop": issuer.shop,
        "day": day.isoformat(),
        "written_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "heads": _heads(session),
        "previous": _named(before) if before is not None else {},
        "key": key.key_id,
    }
    document = written_out(record, sign(record, issuer.vault.open(key.sealed)), base64.b64decode(key.public_key))
    row = inserting(session, DailyHeads).values(day=day, document=document, written_at=at)
    session.execute(row.on_conflict_do_nothing(index_elements=["day"]))
    return True


def day_of(at: datetime) -> date:
    return at.astimezone(UTC).date()


def find_heads(session: Session, day: date | None = None) -> DailyHeads | None:
    """That day's document, or the newest."""
    query = select(DailyHeads).order_by(DailyHeads.day.desc()).limit(1)
    return session.scalars(query if day is None else query.where(DailyHeads.day == day)).one_or_none()


def list_days(session: Session, *, most: int) -> list[date]:
    """The newest first."""
    return list(session.scalars(select(DailyHeads.day).order_by(DailyHeads.day.desc()).limit(most)))


def _heads(session: Session) -> dict[str, dict[str, Any]]:
    silent = list_silent_refs(session)
    query = select(LedgerHead).order_by(LedgerHead.edition_ref)
    return {
        head.edition_ref: {"seq": head.seq, "hash": head.hash}
        for head in session.scalars(query)
        if head.edition_ref not in silent
    }


def _named(heads: DailyHeads) -> dict[str, str]:
    signed = canonical(json.loads(heads.document)["record"])
    return {"day": heads.day.isoformat(), "record_sha256": hashlib.sha256(signed).hexdigest()}
