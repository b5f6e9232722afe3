"""What the shop writes when a piece passes to a new owner, and to that owner when its sale is undone after all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storefront.accounts.buyers import Buyer, find_account
from storefront.catalog.pins import Pin
from storefront.extensions import services
from storefront.inventory.pieces import PieceKind
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post
from storefront.payments.money_moved import Refund
from storefront.provenance.certificates import Certificate
from storefront.provenance.issuing import find_present
from storefront.provenance.transfers import Transfer, TransferState, write_out
from storefront.web.certificates import grouped
from storefront.web.letters import Letter, keys, link_to


@dataclass(frozen=True)
class Named:
    """The piece, in the words of a mail."""

    title: str
    artist: str
    number: int
    of: int
    is_proof: bool


def offered(refs: dict[str, Any]) -> Letter | None:
    """To the giver: somebody who got hold of their account must not give the piece away in silence."""
    with services().database.reading() as session:
        transfer = session.get_one(Transfer, refs["transfer_id"])
        if not transfer.is_open(services().clock.now()):
            return None
        return _to_giver(session, transfer, "own_pin.show")


def link(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        transfer = session.get_one(Transfer, refs["transfer_id"])
        if transfer.email is None or not transfer.is_open(services().clock.now()):
            return None
        token = write_out(transfer, keys())
        if token is None:
            raise LookupError("none of the shop's keys made this token")
        facts = {"piece": _named(session, transfer.certificate), "link": link_to("transfers.show", token=token)}
        return Letter(transfer.email, facts)


def given(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        transfer = session.get_one(Transfer, refs["transfer_id"])
        return _to_giver(session, transfer, None)


def taken(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        transfer = session.get_one(Transfer, refs["transfer_id"])
        present = find_present(session, transfer.certificate.line_id)
        if transfer.taker_id is None or present is None or present.owner_id != transfer.taker_id:
            return None
        return _to_owner(session, present, "own_pin.show")


def recalled(refs: dict[str, Any]) -> Letter | None:
    with services().database.reading() as session:
        return _to_owner(session, session.get_one(Certificate, refs["certificate_id"]), None)


def tell_new_owners(session: Session, line_ids: list[int], refund: Refund) -> None:
    """A refund takes back what was passed on, too: whoever has it now is not the one the money goes to, and is told."""
    for line_id in line_ids:
        present = find_present(session, line_id)
        if refund.number_returns and present is not None and present.owner_id is not None:
            key = f"{Kind.PIECE_RECALLED}:{present.id}:{refund.idempotency_key}"
            post(session, Kind.PIECE_RECALLED, key, {"certificate_id": present.id}, at=services().clock.now())


def _to_giver(session: Session, transfer: Transfer, endpoint: str | None) -> Letter | None:
    """Who bought the piece is written to where they wanted the receipt, anybody else at their account's address."""
    certificate, more = transfer.certificate, {"until": transfer.expires_at}
    if transfer.state is TransferState.OVER:
        return None
    if certificate.owner_id is not None:
        return _to_owner(session, certificate, endpoint, **more)
    order = certificate.line.order
    return _letter(session, certificate, order.email, order.locale, endpoint, **more)


def _to_owner(session: Session, certificate: Certificate, endpoint: str | None, **more: object) -> Letter | None:
    owner = session.get(Buyer, certificate.owner_id) if certificate.owner_id is not None else None
    account = find_account(session, owner) if owner is not None else None
    if account is None:
        return None
    return _letter(session, certificate, account.email, account.locale, endpoint, **more)


def _letter(
    session: Session, certificate: Certificate, to: str, locale: str | None, endpoint: str | None, **more: object
) -> Letter:
    """With the address of the owner's page, where there is something to do on it."""
    link = link_to(endpoint, locale, code=grouped(certificate.code)) if endpoint is not None else ""
    return Letter(to, {"piece": _named(session, certificate), "link": link, **more}, locale)


def _named(session: Session, certificate: Certificate) -> Named:
    edition, piece = certificate.line.hold.edition, certificate.line.piece
    is_proof = piece.kind is PieceKind.PROOF
    pin = session.get_one(Pin, edition.pin_id)
    return Named(pin.title, pin.artist.name, piece.number, edition.proofs if is_proof else edition.size, is_proof)
