"""Certificates: the signed statement that a piece is one of its edition, sold once; one for each sale."""

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin
from storefront.db import Base, HasId, locked
from storefront.ids import new_code
from storefront.inventory.holds import Hold
from storefront.inventory.pieces import Piece
from storefront.ledger.chain import EntryKind, append, lock_head
from storefront.orders.orders import LineState, Order, OrderLine
from storefront.provenance.keys import SigningKey, Vault, current_key
from storefront.provenance.records import Record, canonical, sign, written_out

OWNED = (LineState.SOLD, LineState.REFUNDING)


class NotOwned(Exception):
    """The sale is not paid, or was undone: there is nothing to certify."""


class Standing(StrEnum):
    GENUINE = "genuine"
    REVOKED = "revoked"


class Certificate(HasId, Base):
    """`record` is the canonical JSON that was signed, `signature` base64."""

    __tablename__ = "certificate"

    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    record: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    signing_key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    issued_at: Mapped[datetime]

    line: Mapped[OrderLine] = relationship()
    key: Mapped[SigningKey] = relationship()

    @property
    def standing(self) -> Standing:
        """A refund revokes it; the number, should it be sold again, gets another."""
        return Standing.GENUINE if self.line.state in OWNED else Standing.REVOKED

    @property
    def said(self) -> Record:
        said: Record = json.loads(self.record)
        return said

    @property
    def document(self) -> str:
        """The signed record, as `storefront verify` reads it."""
        return written_out(self.said, base64.b64decode(self.signature), base64.b64decode(self.key.public_key))


@dataclass(frozen=True)
class Issuer:
    """Who issues: the shop's name in the record, and what opens its keys."""

    shop: str
    vault: Vault


def find_certificate(session: Session, code: str) -> Certificate | None:
    """Whatever case and hyphens it is typed with."""
    query = select(Certificate).where(Certificate.code == code.replace("-", "").strip().upper())
    return session.scalars(query.options(joinedload(Certificate.line), joinedload(Certificate.key))).one_or_none()


def issue(session: Session, line_ids: Collection[int], issuer: Issuer, *, at: datetime) -> dict[int, Certificate]:
    """The certificates of sales by line, made where they are not there yet. Raises NotOwned when one of them is undone.

    Ledgers are written in one order for everybody, so that two writers never wait in a circle.
    """
    lines = locked(session, OrderLine, line_ids)
    if any(line.state not in OWNED for line in lines):
        raise NotOwned
    known = {
        found.line_id: found for found in session.scalars(select(Certificate).where(Certificate.line_id.in_(line_ids)))
    }
    fresh = [(session.get_one(Hold, line.hold_id).edition, line) for line in lines if line.id not in known]
    for edition, line in sorted(fresh, key=lambda pair: pair[0].ref):
        known[line.id] = _issued(session, line, edition, issuer, at)
    return known


def _issued(session: Session, line: OrderLine, edition: Edition, issuer: Issuer, at: datetime) -> Certificate:
    key = current_key(session, issuer.vault, at=at)
    head = lock_head(session, edition.ref)
    code = new_code()
    record = _record(session, line, edition, code=code, at=at) | {
        "shop": issuer.shop,
        "key": key.key_id,
        "ledger": {"seq": head.seq, "hash": head.hash},
    }
    certificate = Certificate(
        line_id=line.id,
        code=code,
        record=canonical(record).decode(),
        signature=base64.b64encode(sign(record, issuer.vault.open(key.sealed))).decode(),
        signing_key_id=key.id,
        issued_at=at,
    )
    session.add(certificate)
    piece = session.get_one(Piece, line.piece_id)
    # The field's name comes after "number": a piece's entries are found by how they begin.
    said = {"number": piece.number, "kind": piece.kind.value, "signed_with": key.key_id}
    append(session, head, EntryKind.CERTIFIED, said, at=at)
    return certificate


def _record(session: Session, line: OrderLine, edition: Edition, *, code: str, at: datetime) -> dict[str, Any]:
    piece = session.get_one(Piece, line.piece_id)
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
        "piece": {"kind": piece.kind.value, "number": piece.number},
        "technique": pin.technique.value,
        "metal": pin.metal.value,
        "millimetres": f"{pin.width_tenths / 10:g} x {pin.height_tenths / 10:g}",
        "picture_sha256": front.picture.digest if front else "",
        "sold_at": _instant(order.paid_at or at),
        "issued_at": _instant(at),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
