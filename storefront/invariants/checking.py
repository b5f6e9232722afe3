"""Checking: every invariant asked at once, and the ledgers computed anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from storefront.db import UtcDateTime
from storefront.invariants.statements import BODY, INVARIANTS, Invariant
from storefront.ledger import chain

IN_TRANSIT = timedelta(seconds=60)
_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """An invariant and the rows that contradict it: at most twenty, and how many there are."""

    id: str
    says: str
    rows: tuple[dict[str, Any], ...]  # the columns differ from question to question
    count: int

    @property
    def holds(self) -> bool:
        return self.count == 0


def check_all(session: Session, *, at: datetime) -> list[Finding]:
    """Every invariant that is a question, in order. It reads, and changes nothing."""
    return [check(session, invariant, at=at) for invariant in INVARIANTS]


def check(session: Session, invariant: Invariant, *, at: datetime) -> Finding:
    question = _question(invariant, session.get_bind().dialect.name)
    values = {"settled": at - IN_TRANSIT} if ":settled" in invariant.sql else {}
    rows = [dict(row) for row in session.execute(question, values).mappings()]
    return Finding(invariant.id, invariant.says, tuple(rows[:_SHOWN]), len(rows))


def check_ledgers(session: Session) -> Finding:
    """Compute the hash of every entry of every edition anew: what no question in SQL can ask."""
    breaks = [found for ref in chain.list_chains(session) if (found := chain.verify(session, ref)) is not None]
    rows = [{"edition_ref": b.edition_ref, "seq": b.seq, "problem": b.reason} for b in breaks]
    return Finding("I8c", "Every ledger entry is as it was written.", tuple(rows[:_SHOWN]), len(rows))


@cache
def _question(invariant: Invariant, dialect: str) -> TextClause:
    sql = invariant.sql
    for name, spelled in BODY[dialect].items():
        sql = sql.replace(f"{{{name}}}", spelled)
    question = text(sql)
    return question.bindparams(bindparam("settled", type_=UtcDateTime())) if ":settled" in sql else question
