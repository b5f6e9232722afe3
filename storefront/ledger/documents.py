"""The chain as a document anybody can keep: entries with all that was hashed, so that it is checked without the shop.

A long chain comes in several parts: each says after which link it begins, and names the address of the next.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from storefront.ledger.chain import GENESIS, EntryKind, LedgerEntry, LedgerHead, entry_hash, stamped

PART = 10_000  # entries in one part: some two megabytes
_BEFORE_ANY_NUMBER = (EntryKind.DECLARED, EntryKind.OPENED, EntryKind.CLOSED)


class NotAChain(Exception):
    """The documents do not add up; the text says where, in a sentence."""


@dataclass(frozen=True)
class Checked:
    """What holds: the edition, its last link, and the hash of every link."""

    edition: str
    seq: int
    hash: str
    hashes: dict[int, str]
    is_sealed: bool


def tell_part(session: Session, edition_ref: str, *, after: int, silent: bool) -> dict[str, Any]:
    """The entries behind `after`. Of a silent edition only those that say nothing of a number: a hash of so little could
    be guessed open. Raises LookupError where there is no such link.
    """
    head = session.get_one(LedgerHead, edition_ref, populate_existing=True)
    before = _hash_at(session, edition_ref, after, silent=silent)
    query = select(LedgerEntry).where(LedgerEntry.edition_ref == edition_ref, LedgerEntry.seq > after)
    found = session.scalars(query.order_by(LedgerEntry.seq).limit(PART)).all()
    if silent:
        found = _up_to_the_first_number(found)
    told = [_told(entry) for entry in found]
    return {
        "version": 1,
        "edition": edition_ref,
        "sealed": silent,
        "head": None if silent else {"seq": head.seq, "hash": head.hash},
        "after": {"seq": after, "hash": before},
        "entries": told,
        "more": not silent and bool(told) and told[-1]["seq"] < head.seq,
    }


def check_parts(texts: Iterable[str]) -> Checked:
    """Compute every link anew. Raises NotAChain."""
    edition, seq, prev, hashes, part = "", 0, GENESIS, {0: GENESIS}, {}
    for text in texts:
        part = _read(text)
        edition = edition or part["edition"]
        if part["edition"] != edition or part["after"] != {"seq": seq, "hash": prev}:
            raise NotAChain(f"A part is missing or out of order: the next one begins after entry {seq}.")
        for entry in part["entries"]:
            seq += 1
            prev = _next(edition, seq, prev, entry)
            hashes[seq] = prev
    if not part:
        raise NotAChain("There is nothing to check.")
    head = part["head"]
    if head is not None and head != {"seq": seq, "hash": prev}:
        raise NotAChain(f"The chain ends with entry {seq}, and its head says {head['seq']}.")
    return Checked(edition, seq, prev, hashes, part["sealed"])


def check_heads(checked: Checked, heads: dict[str, Any]) -> int | None:
    """The link at which the heads of a day saw this chain; None when they do not name it. Raises NotAChain."""
    head = heads["heads"].get(checked.edition)
    if head is None:
        return None
    if checked.hashes.get(head["seq"]) != head["hash"]:
        raise NotAChain(f"Entry {head['seq']} is not the one that was signed on {heads['day']}.")
    return int(head["seq"])


def _up_to_the_first_number(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    kept = []
    for entry in entries:
        if entry.kind not in _BEFORE_ANY_NUMBER:
            break
        kept.append(entry)
    return kept


def _hash_at(session: Session, edition_ref: str, seq: int, *, silent: bool) -> str:
    """Of a silent edition nothing from the first number on, not even a hash: see `tell_part`."""
    if seq == 0:
        return GENESIS
    query = select(LedgerEntry.hash).where(LedgerEntry.edition_ref == edition_ref, LedgerEntry.seq == seq)
    if silent:
        known = aliased(LedgerEntry)
        numbers = exists().where(
            known.edition_ref == edition_ref, known.seq <= seq, known.kind.not_in(_BEFORE_ANY_NUMBER)
        )
        query = query.where(~numbers)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise LookupError(seq)
    return found


def _told(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "kind": entry.kind.value,
        "at": stamped(entry.at),
        "body": json.loads(entry.body),
        "hash": entry.hash,
    }


def _next(edition: str, seq: int, prev: str, entry: dict[str, Any]) -> str:
    """The hash of this entry, if it is the next one and says what was hashed."""
    try:
        at = datetime.fromisoformat(entry["at"])
        computed = entry_hash(prev, edition, seq, entry["kind"], at, json.dumps(entry["body"]))
        fits = entry["seq"] == seq and entry["hash"] == computed
    except (KeyError, TypeError, ValueError):
        fits, computed = False, ""
    if not fits:
        raise NotAChain(f"Entry {seq} does not follow from the one before it: it is missing, or was changed.")
    return computed


def _read(text: str) -> dict[str, Any]:
    try:
        part = json.loads(text)
        good = isinstance(part["entries"], list) and {"edition", "head", "after", "sealed"} <= part.keys()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        good = False
    if not good:
        raise NotAChain("This is no part of a ledger.")
    found: dict[str, Any] = part
    return found
