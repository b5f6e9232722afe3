"""Issuing: a certificate for each sale when it is first asked for, and another when the piece passes to a new owner."""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.pins import PictureRole, Pin
from storefront.db import locked
from storefront.ids import new_code
from storefront.inventory.holds import Hold
from storefront.inventory.pieces import Piece
from storefront.ledger.chain import EntryKind, LedgerHead, append, lock_head
from storefront.orders.orders import Order, OrderLine
from storefront.provenance.certificates import OWNED, Certificate
from storefront.provenance.keys import Vault, current_key
from storefront.provenance.records import canonical, sign


class NotOwned(Exception):
    """The sale is not paid, or was undone: there is nothing to certify."""


@dataclass(frozen=True)
class Issuer:
    """Who issues: the shop's name in the record, and what opens its keys."""

    shop: str
    vault: Vault


def issue(session: Session, line_ids: Collection[int], issuer: Issuer, *, at: datetime) -> dict[int, Certificate]:
    """The certificates that buyers got with their sales, by line, made where there are none yet. One whose piece was passed
    on since has moved. Raises NotOwned when a sale is undone.

    Ledgers are written in one order for everybody, so that two writers never wait in a circle.
    """
    lines = locked(session, OrderLine, line_ids)
    if any(line.state not in OWNED for line in lines):
        raise NotOwned
    query = select(Certificate).where(Certificate.line_id.in_(line_ids), Certificate.owner_id.is_(None))
    known = {found.line_id: found for found in session.scalars(query)}
    fresh = [(session.get_one(Hold, line.hold_id).edition, line) for line in lines if line.id not in known]
    for edition, line in sorted(fresh, key=lambda pair: pair[0].ref):
        known[line.id] = _issued(session, line, lock_head(session, edition.ref), issuer, at)
    return known


def find_present(session: Session, line_id: int) -> Certificate | None:
    """That of whoever owns the piece now."""
    query = select(Certificate).where(Certificate.line_id == line_id, Certificate.moved_at.is_(None))
    return session.scalars(query).one_or_none()


def reissue(session: Session, past: Certificate, owner_id: int, issuer: Issuer, *, at: datetime) -> Certificate:
    """The piece has passed to a new owner: its certificate has moved, and theirs takes its place. The caller has locked
    the order, its line and the certificate.
    """
    past.moved_at, past.shown_name = at, None
    session.flush()  # a piece has one present certificate at every moment
    line = session.get_one(OrderLine, past.line_id)
    head = lock_head(session, session.get_one(Hold, line.hold_id).edition.ref)
    append(session, head, EntryKind.TRANSFERRED, _named(session, line), at=at)
    return _issued(session, line, head, issuer, at, owner_id=owner_id)


def _issued(
    session: Session, line: OrderLine, head: LedgerHead, issuer: Issuer, at: datetime, *, owner_id: int | None = None
) -> Certificate:
    key = current_key(session, issuer.vault, at=at)
    code = new_code()
    record = _record(session, line, code=code, at=at) | {
        "shop": issuer.shop,
        "key": key.key_id,
        "ledger": {"seq": head.seq, "hash": head.hash},
    }
    if owner_id is not None:
        record["passed_on_at"] = _instant(at)
    certificate = Certificate(
        line_id=line.id,
        owner_id=owner_id,
        code=code,
        record=canonical(record).decode(),
        signature=base64.b64encode(sign(record, issuer.vault.open(key.sealed))).decode(),
        signing_key_id=key.id,
        issued_at=at,
    )
    session.add(certificate)
    append(session, head, EntryKind.CERTIFIED, {**_named(session, line), "signed_with": key.key_id}, at=at)
    return certificate


def _named(session: Session, line: OrderLine) -> dict[str, Any]:
    """The piece, as the ledger names it."""
    piece = session.get_one(Piece, line.piece_id)
    return {"number": piece.number, "kind": piece.kind.value}


def _record(session: Session, line: OrderLine, *, code: str, at: datetime) -> dict[str, Any]:
    edition = session.get_one(Hold, line.hold_id).edition
    pin = session.get_one(Pin, edition.pin_id)
    order = session.get_one(Order, line.order_id)
    front = pin.picture(PictureRole.FRONT)
    return {
        "version": 1,
        "code": code,
        "title": pin.title,
        "artist": session.get_one(Artist, pin.artist_id).name,
        "year": pin.year,
        "edition": {"ref": edition.ref, "size": edition.size, "proofs": edition.proofs},
        "piece": _named(session, line),
        "technique": pin.technique.value,
        "metal": pin.metal.value,
        "millimetres": f"{pin.width_tenths / 10:g} x {pin.height_tenths / 10:g}",
        "picture_sha256": front.picture.digest if front else "",
        "sold_at": _instant(order.paid_at or at),
        "issued_at": _instant(at),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
