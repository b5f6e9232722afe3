"""Transfers: a piece passing to a new owner, by a link that works once.

Its owner offers it and gives the link away; whoever opens it with a confirmed account takes it. The link's token is derived
from the row's nonce by the shop's key, and the row keeps its hash: a stolen database holds no working link.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.accounts.buyers import Buyer, find_account
from storefront.db import Base, HasId, choice, locked, move, partial
from storefront.ids import derived_token, new_token, token_hash
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.messages import post
from storefront.payments.money_moved import Dispute, Payment
from storefront.provenance.certificates import Certificate
from storefront.provenance.issuing import Issuer, reissue

LASTS = timedelta(days=14)
_HARMLESS = ("won", "warning_closed", "prevented")  # disputes after which the money is the shop's


class NotTransferable(Exception):
    """The piece cannot pass on now: its sale is unpaid, disputed, being refunded or undone, or it has passed on already."""


class AlreadyOffered(Exception):
    """One link at a time: the present one has to be called off first."""


class OfferOver(Exception):
    """The link is unknown, used, called off or too old."""


class OwnOffer(Exception):
    """The piece belongs to whoever opened the link already."""


class NobodyTakes(Exception):
    """The account of whoever opened the link has been deleted meanwhile."""


class TransferState(StrEnum):
    OFFERED = "offered"
    DONE = "done"
    OVER = "over"


class Transfer(HasId, Base):
    """`email` is where the link was mailed, and forgotten as soon as the offer is over."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'done') = (taker_id IS NOT NULL)", name="taker"),
        CheckConstraint("email IS NULL OR state = 'offered'", name="email"),
        Index("uq_transfer_offered", "certificate_id", unique=True, **partial("state = 'offered'")),
        Index("uq_transfer_done", "certificate_id", unique=True, **partial("state = 'done'")),
    )
    MOVES: ClassVar[dict[TransferState, frozenset[TransferState]]] = {
        TransferState.OFFERED: frozenset({TransferState.DONE, TransferState.OVER}),
        TransferState.DONE: frozenset(),
        TransferState.OVER: frozenset(),
    }

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("buyer.id"))
    state: Mapped[TransferState] = mapped_column(choice(TransferState))
    email: Mapped[str | None] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    certificate: Mapped[Certificate] = relationship()

    def is_open(self, at: datetime) -> bool:
        return self.state is TransferState.OFFERED and at < self.expires_at


def offer(
    session: Session, certificate_id: int, giver_id: int, *, key: bytes, at: datetime, email: str | None = None
) -> Transfer:
    """Make the piece's link, and mail it where an address is given. Raises NotTransferable, AlreadyOffered."""
    certificate = _locked(session, certificate_id)
    if not is_transferable(session, certificate):
        raise NotTransferable
    present = find_offer(session, certificate.id)
    if present is not None and present.is_open(at):
        raise AlreadyOffered
    if present is not None:
        end_offers(session, [present.id], at=at)
    nonce = new_token()
    made = Transfer(
        certificate_id=certificate.id,
        giver_id=giver_id,
        state=TransferState.OFFERED,
        email=email,
        nonce=nonce,
        token_hash=token_hash(_derived(key, certificate.id, nonce)),
        offered_at=at,
        expires_at=at + LASTS,
    )
    session.add(made)
    session.flush()
    _tell(session, ["transfer_offered"] if email is None else ["transfer_offered", "transfer_link"], made, at=at)
    return made


def call_off(session: Session, certificate_id: int, *, at: datetime) -> bool:
    """The link works no longer. False when there was none, or somebody has taken the piece."""
    where = [Transfer.certificate_id == certificate_id]
    values = {"ended_at": at, "email": None}
    return bool(move(session, Transfer, TransferState.OVER, expect=(TransferState.OFFERED,), where=where, **values))


def find_offer(session: Session, certificate_id: int) -> Transfer | None:
    """The offer that stands, even when its time is over."""
    query = select(Transfer).where(Transfer.certificate_id == certificate_id, Transfer.state == TransferState.OFFERED)
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def get_offer(session: Session, token: str, *, at: datetime) -> Transfer:
    """Looks without using it up. Raises OfferOver, NotTransferable."""
    found = session.scalars(select(Transfer).where(Transfer.token_hash == token_hash(token))).one_or_none()
    if found is None or not found.is_open(at):
        raise OfferOver
    if not is_transferable(session, found.certificate):
        raise NotTransferable
    return found


def take(session: Session, token: str, taker_id: int, issuer: Issuer, *, at: datetime) -> Certificate:
    """The piece passes to whoever has the link; their certificate.

    Raises OfferOver, NotTransferable, OwnOffer, NobodyTakes.
    """
    _keep(session, taker_id)
    found = session.scalars(select(Transfer).where(Transfer.token_hash == token_hash(token))).one_or_none()
    if found is None:
        raise OfferOver
    certificate = _locked(session, found.certificate_id)
    (transfer,) = locked(session, Transfer, [found.id])
    if not transfer.is_open(at):
        raise OfferOver
    if not is_transferable(session, certificate):
        raise NotTransferable
    if taker_id in (certificate.owner_id, certificate.line.order.buyer_id if certificate.owner_id is None else None):
        raise OwnOffer
    values = {"taker_id": taker_id, "ended_at": at, "email": None}
    where = [Transfer.id == transfer.id]
    if not move(session, Transfer, TransferState.DONE, expect=(TransferState.OFFERED,), where=where, **values):
        raise OfferOver
    _tell(session, ["transfer_given", "transfer_taken"], transfer, at=at)
    return reissue(session, certificate, taker_id, issuer, at=at)


def is_transferable(session: Session, certificate: Certificate) -> bool:
    """Bought and paid for, and nothing about the sale in question."""
    line = certificate.line
    good = certificate.moved_at is None and line.state is LineState.SOLD and line.order.state is OrderState.PAID
    return good and not _is_disputed(session, line.order)


def write_out(transfer: Transfer, keys: Iterable[bytes]) -> str | None:
    """The link's token; None when none of the shop's keys made it."""
    for key in keys:
        token = _derived(key, transfer.certificate_id, transfer.nonce)
        if token_hash(token) == transfer.token_hash:
            return token
    return None


def end_old(session: Session, *, at: datetime) -> None:
    """Offers whose time is over end."""
    query = select(Transfer.id).where(Transfer.state == TransferState.OFFERED, Transfer.expires_at <= at)
    end_offers(session, session.scalars(query).all(), at=at)


def end_offers(session: Session, ids: Iterable[int], *, at: datetime) -> None:
    """Their links work no longer, and the addresses they were mailed to are forgotten."""
    statement = update(Transfer).where(Transfer.id.in_(list(ids)), Transfer.state == TransferState.OFFERED)
    session.execute(statement.values(state=TransferState.OVER, ended_at=at, email=None))


def _keep(session: Session, taker_id: int) -> None:
    """A deletion of the taker's account waits for us from here on; one that came first has left nobody behind the buyer."""
    query = select(Buyer).where(Buyer.id == taker_id).with_for_update(read=True)
    account = find_account(session, session.scalars(query, execution_options={"populate_existing": True}).one())
    if account is None or account.erased_at is not None:
        raise NobodyTakes


def _locked(session: Session, certificate_id: int) -> Certificate:
    """The certificate, with all that a refund or a dispute would change, locked in the order in which they lock it."""
    seen = session.get_one(Certificate, certificate_id)
    order = session.get_one(Order, session.get_one(OrderLine, seen.line_id).order_id)
    locked(session, Order, [order.id])
    session.scalars(select(Payment.id).where(Payment.attempt_id == order.attempt_id).with_for_update()).one_or_none()
    locked(session, OrderLine, [seen.line_id])
    certificate: Certificate = locked(session, Certificate, [certificate_id])[0]
    return certificate


def _is_disputed(session: Session, order: Order) -> bool:
    query = (
        select(Dispute.id)
        .join(Payment, Payment.id == Dispute.payment_id)
        .where(Payment.attempt_id == order.attempt_id, Dispute.status.not_in(_HARMLESS))
    )
    return session.scalars(query.limit(1)).first() is not None


def _tell(session: Session, kinds: Iterable[str], transfer: Transfer, *, at: datetime) -> None:
    for kind in kinds:
        post(session, kind, f"{kind}:{transfer.id}", {"transfer_id": transfer.id}, at=at)


def _derived(key: bytes, certificate_id: int, nonce: str) -> str:
    return derived_token(key, "transfer", f"{certificate_id}:{nonce}")
