"""What a person held, ordered, paid and owns, told in full."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import PieceKind
from storefront.money import Money
from storefront.orders.orders import LineState, Order, OrderLine
from storefront.payments.attempts import CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund
from storefront.provenance.certificates import Certificate

Sees = Callable[[type[Any]], ColumnElement[bool]]  # a condition on a hold's or an order's row: whose document it is


def tell_holds(session: Session, sees: Sees) -> list[dict[str, Any]]:
    query = (
        select(Hold)
        .where(sees(Hold))
        .order_by(Hold.id)
        .options(
            joinedload(Hold.piece), joinedload(Hold.drop), joinedload(Hold.edition).joinedload(Edition.pin)
        )
    )  # fmt: skip
    return [
        {
            "title": hold.edition.pin.title,
            "drop": hold.drop.slug,
            "number": _number(hold, told=hold.state is HoldState.SOLD),
            "state": hold.state.value,
            "placed_at": instant(hold.placed_at),
            "held_until": instant(hold.held_until),
            "price": _money(hold.price),
        }
        for hold in session.scalars(query)
    ]


def list_orders(session: Session, sees: Sees) -> Sequence[Order]:
    lines = selectinload(Order.lines)
    query = (
        select(Order)
        .where(sees(Order))
        .order_by(Order.id)
        .options(
            joinedload(Order.artist),
            lines.joinedload(OrderLine.piece),
            lines.joinedload(OrderLine.hold).joinedload(Hold.edition).joinedload(Edition.pin),
        )
    )
    return session.scalars(query).all()


def tell_order(session: Session, order: Order) -> dict[str, Any]:
    return {
        "code": order.code,
        "state": order.state.value,
        "placed_at": instant(order.placed_at),
        "paid_at": instant(order.paid_at),
        "email": order.email,
        "address": order.address,
        "language": order.locale,
        "artist": order.artist.name,
        "lines": [_line(line) for line in order.lines],
        "shipping": _money(order.shipping),
        "tax_contained": _money(Money(order.tax_minor, order.currency)),
        "total": _money(order.total),
        "payments": _payments(session, order),
    }


def _line(line: OrderLine) -> dict[str, Any]:
    edition = line.hold.edition
    return {
        "title": edition.pin.title,
        "number": _number(line.hold, told=line.state not in (LineState.RESERVED, LineState.CANCELLED)),
        "of": edition.proofs if line.piece.kind is PieceKind.PROOF else edition.size,
        "is_proof": line.piece.kind is PieceKind.PROOF,
        "state": line.state.value,
        "price": _money(line.price),
    }


def _payments(session: Session, order: Order) -> list[dict[str, Any]]:
    query = select(Payment).join(CheckoutAttempt, CheckoutAttempt.id == Payment.attempt_id)
    payments = session.scalars(query.where(CheckoutAttempt.reference == order.code).order_by(Payment.id))
    return [
        {
            "paid_at": instant(payment.paid_at),
            "amount": _money(Money(payment.captured_minor, payment.currency)),
            "card": payment.card_fingerprint,
            "provider_reference": payment.intent_id,
            "refunds": _refunds(session, payment),
        }
        for payment in payments.all()
    ]


def _refunds(session: Session, payment: Payment) -> list[dict[str, Any]]:
    query = select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)
    return [
        {
            "asked_at": instant(refund.requested_at),
            "amount": _money(Money(refund.amount_minor, payment.currency)),
            "state": refund.state.value,
        }
        for refund in session.scalars(query)
    ]


def tell_certificates(session: Session, orders: Sequence[Order], buyer_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those that came with what they bought, and with what was passed on to them; not those of who has it now."""
    lines = [line.id for order in orders for line in order.lines]
    bought = and_(Certificate.line_id.in_(lines), Certificate.owner_id.is_(None))
    query = select(Certificate).where(or_(bought, Certificate.owner_id.in_(buyer_ids))).order_by(Certificate.id)
    return [
        {
            "code": one.code,
            "issued_at": instant(one.issued_at),
            "standing": one.standing.value,
            "name_shown": one.shown_name,
            "record": one.said,
        }
        for one in session.scalars(query)
    ]


def _number(hold: Hold, *, told: bool) -> int | None:
    """None while it is sealed, to its own buyer too."""
    return hold.piece.number if told or hold.edition.policy is not NumberPolicy.SEALED else None


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None
