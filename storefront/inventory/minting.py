"""Minting: every piece of an edition is made in one transaction, when its drop is announced."""

import secrets
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.sealing import shuffled
from storefront.ledger.chain import EntryKind, begin_chain, record

_BATCH = 2_000


class AlreadyMinted(Exception):
    """An edition is minted once."""


def mint(session: Session, edition: Edition, *, at: datetime) -> None:
    """Make pieces 1…size and proofs 1…M, reserved numbers withheld from the start, and declare them in the ledger."""
    if edition.minted_at is not None:
        raise AlreadyMinted(edition.ref)
    if edition.policy is NumberPolicy.SEALED:
        edition.seed = secrets.token_hex(32)
    ranks = {number: rank for rank, number in enumerate(order_of_numbers(edition), start=1)}
    reserved = set(edition.reserved)
    rows: list[dict[str, object]] = [
        {
            "edition_id": edition.id,
            "kind": PieceKind.NUMBERED,
            "number": number,
            "rank": ranks[number],
            "state": PieceState.WITHHELD if number in reserved else PieceState.AVAILABLE,
        }
        for number in range(1, edition.size + 1)
    ]
    rows += [
        {
            "edition_id": edition.id,
            "kind": PieceKind.PROOF,
            "number": number,
            "rank": None,
            "state": PieceState.WITHHELD,
        }
        for number in range(1, edition.proofs + 1)
    ]
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(Piece), rows[start : start + _BATCH])
    edition.minted_at = at
    session.flush()
    begin_chain(session, edition.ref)
    record(session, edition.ref, EntryKind.DECLARED, _declaration(edition), at=at)


def order_of_numbers(edition: Edition) -> list[int]:
    """The numbers in the order in which they are handed out."""
    if edition.policy is NumberPolicy.SEALED and edition.seed is not None:
        return shuffled(edition.seed, edition.size)
    return list(range(1, edition.size + 1))


def _declaration(edition: Edition) -> dict[str, object]:
    return {
        "size": edition.size,
        "proofs": edition.proofs,
        "reserved": sorted(edition.reserved),
        "policy": edition.policy.value,
        "per_person": edition.per_person,
        "price_minor": edition.price_minor,
        "currency": edition.currency,
        "seed_hash": edition.seed_hash,
    }
