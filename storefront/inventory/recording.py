"""Writing what happened to pieces into their editions' ledgers."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition
from storefront.inventory.pieces import Piece
from storefront.ledger.chain import EntryKind, LedgerHead, append


def record_pieces(session: Session, pieces: Iterable[Piece], kind: EntryKind, *, at: datetime, **more: str) -> None:
    """One entry per piece, edition by edition in one order for everybody, so that two writers never wait in a circle."""
    found = list(pieces)
    query = (
        select(Edition.id, LedgerHead)
        .join(LedgerHead, LedgerHead.edition_ref == Edition.ref)
        .where(Edition.id.in_({piece.edition_id for piece in found}))
        .order_by(Edition.ref)
        .with_for_update(of=LedgerHead)
    )
    rows = session.execute(query, execution_options={"populate_existing": True})
    heads = {edition_id: head for edition_id, head in rows}  # noqa: C416  rows are not yet pairs to the types
    for piece in sorted(found, key=lambda p: (heads[p.edition_id].edition_ref, p.kind, p.number)):
        append(
            session, heads[piece.edition_id], kind, {"number": piece.number, "kind": piece.kind.value, **more}, at=at
        )
