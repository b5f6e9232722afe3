"""The chain: one hash-linked list of entries per edition, only ever added to.

hash = SHA-256(prev_hash + canonical JSON of {edition, seq, kind, at, body}); the first entry's prev_hash is "genesis".
Canonical JSON: keys sorted, no spaces, UTF-8, `at` in ISO 8601 UTC with microseconds. Nothing personal goes in.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Index, Integer, Text, UniqueConstraint, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storefront.db import Base, HasId, choice

GENESIS = "genesis"
_PAGE = 1_000


class EntryKind(StrEnum):
    DECLARED = "declared"
    OPENED = "opened"
    CLOSED = "closed"
    SEED_REVEALED = "seed_revealed"
    SOLD = "sold"
    REFUNDED = "refunded"
    RELISTED = "relisted"
    WITHHELD = "withheld"
    VOIDED = "voided"
    REPLACED = "replaced"
    TRANSFERRED = "transferred"
    CERTIFIED = "certified"
    REVOKED = "revoked"


class NumberInBody(FunctionElement[int]):
    """The number an entry's body names, read by the database itself, so that the two can never differ."""

    type = Integer()
    inherit_cache = True


@compiles(NumberInBody, "postgresql")
def _number_by_pattern(_element: NumberInBody, _compiler: SQLCompiler, **_options: Any) -> str:
    return """CAST(substring(body from '"number":([0-9]{1,9})[,}]') AS INTEGER)"""


@compiles(NumberInBody, "sqlite")
def _number_by_path(_element: NumberInBody, _compiler: SQLCompiler, **_options: Any) -> str:
    return "CASE WHEN json_valid(body) THEN json_extract(body, '$.number') END"


class LedgerEntry(HasId, Base):
    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("edition_ref", "seq"),
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_ledger_entry_number", "edition_ref", "number"),
    )

    edition_ref: Mapped[str] = mapped_column(Text)
    seq: Mapped[int]
    prev_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "kind"))
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    number: Mapped[int | None] = mapped_column(Computed(NumberInBody(), persisted=True))


class LedgerHead(Base):
    __tablename__ = "ledger_head"

    edition_ref: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Break:
    """Where a chain stops adding up, and why."""

    edition_ref: str
    seq: int
    reason: str


def begin_chain(session: Session, edition_ref: str) -> None:
    """Give a new edition its empty chain; once, in the transaction that declares it."""
    session.add(LedgerHead(edition_ref=edition_ref, seq=0, hash=GENESIS))
    session.flush()


def record(session: Session, edition_ref: str, kind: EntryKind, body: dict[str, Any], *, at: datetime) -> LedgerEntry:
    """Add an entry at the head of the edition's chain. Last in the lock order: call it after every other lock."""
    return append(session, lock_head(session, edition_ref), kind, body, at=at)


def lock_head(session: Session, edition_ref: str) -> LedgerHead:
    query = select(LedgerHead).where(LedgerHead.edition_ref == edition_ref).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def append(session: Session, head: LedgerHead, kind: EntryKind, body: dict[str, Any], *, at: datetime) -> LedgerEntry:
    """As `record`, for a head that was locked in this transaction."""
    ref, text = head.edition_ref, _canonical(body)
    digest = entry_hash(head.hash, ref, head.seq + 1, kind, at, text)
    entry = LedgerEntry(
        edition_ref=ref, seq=head.seq + 1, prev_hash=head.hash, hash=digest, kind=kind, at=at, body=text
    )
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
    session.flush()
    return entry


def verify(session: Session, edition_ref: str) -> Break | None:
    """Recompute one edition's chain from its first entry; None when every link and the head hold."""
    before = _head(session, edition_ref)
    prev, seq = GENESIS, 0
    for entry in list_entries(session, edition_ref):
        seq += 1
        if entry.seq != seq:
            return Break(edition_ref, seq, f"entry {seq} is missing")
        if entry.prev_hash != prev:
            return Break(edition_ref, seq, "does not follow the entry before it")
        if not _is_as_written(entry):
            return Break(edition_ref, seq, "was changed after it was written")
        prev = entry.hash
    # A sale may be recorded while we read: then the last entry is that of neither head, but stands between them.
    after = _head(session, edition_ref)
    if (seq, prev) not in (before, after) and not before[0] < seq < after[0]:
        return Break(edition_ref, seq, "the head does not match the last entry")
    return None


def list_entries(session: Session, edition_ref: str) -> Iterator[LedgerEntry]:
    """Every entry in order, read a thousand at a time: a chain may be long."""
    seq = 0
    while True:
        query = select(LedgerEntry).where(LedgerEntry.edition_ref == edition_ref, LedgerEntry.seq > seq)
        entries = session.scalars(query.order_by(LedgerEntry.seq).limit(_PAGE)).all()
        yield from entries
        if len(entries) < _PAGE:
            return
        seq = entries[-1].seq


def list_piece_entries(session: Session, edition_ref: str, kind: str, number: int) -> list[LedgerEntry]:
    """What happened to one piece, by its kind and number, oldest first."""
    # The canonical form begins a piece's body with its kind and number, so its text says which piece it is of.
    body = _canonical({"kind": kind, "number": number})[:-1]
    query = select(LedgerEntry).where(LedgerEntry.edition_ref == edition_ref, LedgerEntry.number == number)
    ours = (LedgerEntry.body == body + "}") | LedgerEntry.body.startswith(body + ",", autoescape=True)
    return list(session.scalars(query.where(ours).order_by(LedgerEntry.seq)))


def list_chains(session: Session) -> list[str]:
    return list(session.scalars(select(LedgerHead.edition_ref).order_by(LedgerHead.edition_ref)))


def entry_hash(prev: str, edition_ref: str, seq: int, kind: str, at: datetime, body: str) -> str:
    row = {"edition": edition_ref, "seq": seq, "kind": str(kind), "at": stamped(at), "body": json.loads(body)}
    return hashlib.sha256((prev + _canonical(row)).encode()).hexdigest()


def stamped(at: datetime) -> str:
    """The one way in which an entry's time is written."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _head(session: Session, edition_ref: str) -> tuple[int, str]:
    query = select(LedgerHead.seq, LedgerHead.hash).where(LedgerHead.edition_ref == edition_ref)
    head = session.execute(query).one_or_none()
    return (head.seq, head.hash) if head else (-1, "")


def _is_as_written(entry: LedgerEntry) -> bool:
    try:
        return entry.hash == entry_hash(entry.prev_hash, entry.edition_ref, entry.seq, entry.kind, entry.at, entry.body)
    except ValueError:  # not even JSON any more
        return False


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
