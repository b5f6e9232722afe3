"""Sealed numbers: a shuffle fixed by a secret whose fingerprint stands in the ledger from the announcement on.

The secret follows when the drop has closed and no number of it can be paid any more; from then on anyone can recompute who
was given what. Until then it would tell a buyer the number they may still decline to pay for.
"""

import hashlib
import json
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.db import locked
from storefront.inventory.holds import GRACE, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.ledger.chain import EntryKind, list_entries, record

_TOLD = (EntryKind.DECLARED, EntryKind.SEED_REVEALED)


_silent = select(Edition.ref).where(
    Edition.policy == NumberPolicy.SEALED,
    Edition.seed_revealed_at.is_(None),
    exists().where(
        Piece.edition_id == Edition.id,
        Piece.kind == PieceKind.NUMBERED,
        Piece.state.in_((PieceState.AVAILABLE, PieceState.HELD)),
    ),
)


class SealBroken(Exception):
    """A sealed order that was not kept, in words."""


def shuffled(seed: str, size: int) -> list[int]:
    """The numbers in the order in which they are handed out: sorted by SHA-256("seed:number")."""
    return sorted(range(1, size + 1), key=lambda number: fingerprint(f"{seed}:{number}"))


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def reveal_due(session: Session, *, at: datetime) -> list[int]:
    """Publish the secret of every sealed edition whose drop has closed and of which nothing is left to pay."""
    may_be_paid = exists().where(
        Hold.edition_id == Edition.id,
        or_(
            Hold.state == HoldState.RELEASING,
            (Hold.state == HoldState.ACTIVE) & (Hold.in_attempt | (Hold.held_until > at - GRACE)),
        ),
    )
    query = (
        select(Edition.id)
        .join(Drop, Drop.id == Edition.drop_id)
        .where(
            Edition.seed_revealed_at.is_(None), Edition.seed.is_not(None), Drop.state == DropState.CLOSED, ~may_be_paid
        )
    )
    due = [
        edition for edition in locked(session, Edition, session.scalars(query).all()) if not edition.seed_revealed_at
    ]
    for edition in sorted(due, key=lambda edition: edition.ref):
        edition.seed_revealed_at = at
        record(session, edition.ref, EntryKind.SEED_REVEALED, {"seed": edition.seed}, at=at)
    return [edition.id for edition in due]


def is_silent(session: Session, edition: Edition) -> bool:
    """Whether nothing may be told yet of who was given which number: what is sold would tell what is left."""
    return session.scalars(_silent.where(Edition.id == edition.id)).one_or_none() is not None


def list_silent_refs(session: Session) -> set[str]:
    return set(session.scalars(_silent))


def check_seal(session: Session, edition_ref: str) -> str | None:
    """What a sealed edition's ledger and pieces say about its shuffle; None when the edition is not sealed.

    Computed from the ledger's words alone, as anybody else would; only then compared with what was handed out.
    """
    bodies = {entry.kind: json.loads(entry.body) for entry in list_entries(session, edition_ref) if entry.kind in _TOLD}
    declared, revealed = bodies[EntryKind.DECLARED], bodies.get(EntryKind.SEED_REVEALED)
    if declared["policy"] != NumberPolicy.SEALED:
        return None
    if revealed is None:
        return f"sealed as {declared['seed_hash'][:12]}…, until its drop has closed"
    if fingerprint(revealed["seed"]) != declared["seed_hash"]:
        raise SealBroken("the secret that was published is not the one that was sealed")
    dealt = (
        select(Piece.number)
        .join(Edition, Edition.id == Piece.edition_id)
        .where(Edition.ref == edition_ref, Piece.kind == PieceKind.NUMBERED)
        .order_by(Piece.rank)
    )
    if list(session.scalars(dealt)) != shuffled(revealed["seed"], declared["size"]):
        raise SealBroken("the numbers were not handed out in the order that was sealed")
    return "the secret fits the seal, and the numbers were handed out in its order"
