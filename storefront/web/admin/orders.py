"""Orders: finding one, what became of it, and sending its money back."""

from dataclasses import dataclass

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.extensions import services
from storefront.inventory.holds import Hold
from storefront.money import Money
from storefront.orders.orders import Order, OrderLine, OrderState
from storefront.orders.refunding import NotRefundable, request_refund
from storefront.payments.attempts import CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund, RefundState
from storefront.web.admin.page import back, page, paged
from storefront.web.forms import tidy_line

pages = Blueprint("orders", __name__, url_prefix="/orders")
REFUND_REASONS = ("wish", "fault", "lost", "duplicate", "other")


@dataclass(frozen=True)
class Attempted:
    """One try to pay an order. The address of its payment page stays in the database: whoever has it can pay."""

    attempt: CheckoutAttempt
    payment: Payment | None
    refunds: list[Refund]

    @property
    def captured(self) -> Money | None:
        return Money(self.payment.captured_minor, self.payment.currency) if self.payment else None


@pages.get("")
def index() -> ResponseReturnValue:
    with services().database.reading() as session:
        query = select(Order).order_by(Order.id.desc()).options(joinedload(Order.artist), selectinload(Order.lines))
        return page(
            "orders",
            paged=paged(session, query.where(*_wanted())),
            states=list(OrderState),
            artists=session.execute(select(Artist.slug, Artist.name).order_by(Artist.name)).all(),
            asked=request.args,
        )


def _wanted() -> list[ColumnElement[bool]]:
    """The address's filters; one that makes no sense finds nothing rather than everything."""
    asked = {name: tidy_line(value) for name, value in request.args.items()}
    wanted: list[ColumnElement[bool]] = []
    if state := asked.get("state"):
        wanted.append(Order.state == (OrderState(state) if state in set(OrderState) else abort(404)))
    if artist := asked.get("artist"):
        wanted.append(Order.artist_id.in_(select(Artist.id).where(Artist.slug == artist)))
    if asked.get("refund") == "failed":
        wanted.append(_has_failed_refund())
    if text := asked.get("q"):
        wanted.append(or_(Order.code == text.upper(), func.lower(Order.email) == text.lower()))
    return wanted


def _has_failed_refund() -> ColumnElement[bool]:
    return exists().where(
        CheckoutAttempt.reference == Order.code,
        Payment.attempt_id == CheckoutAttempt.id,
        Refund.payment_id == Payment.id,
        Refund.state == RefundState.FAILED,
    )


@pages.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        return _page(session, code)


@pages.post("/<code>/refunds")
def refund(code: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        with services().database.transaction() as session:
            order = session.scalars(_one(code)).one_or_none() or abort(404)
            if reason not in REFUND_REASONS:
                return _page(session, code, _("Choose why the money goes back."))
            request_refund(session, order, reason=reason, at=services().clock.now())
    except NotRefundable:
        return back(
            _("Nothing to send back: the order is not paid, or its refund is under way."), "warn", ".show", code=code
        )
    said = _("The refund is asked for. The number comes back to you when the provider has sent the money.")
    return back(said, "ok", ".show", code=code)


def _one(code: str) -> Select[Order]:
    line = selectinload(Order.lines)
    return (
        select(Order)
        .where(Order.code == code)
        .options(
            joinedload(Order.artist),
            line.joinedload(OrderLine.piece),
            line.joinedload(OrderLine.hold).joinedload(Hold.edition).joinedload(Edition.pin),
        )
    )


def _page(session: Session, code: str, error: str = "") -> tuple[str, int]:
    order = session.scalars(_one(code)).one_or_none() or abort(404)
    attempts = _list_attempts(session, code)
    refunds = [refund for one in attempts for refund in one.refunds]
    moving = any(refund.state is not RefundState.FAILED for refund in refunds)
    return page(
        "order",
        422 if error else 200,
        order=order,
        tax=Money(order.tax_minor, order.currency),
        attempts=attempts,
        may_refund=order.state in (OrderState.PAID, OrderState.REVIEW) and not moving,
        reasons=REFUND_REASONS,
        error=error,
    )


def _list_attempts(session: Session, code: str) -> list[Attempted]:
    found = session.execute(
        select(CheckoutAttempt, Payment)
        .outerjoin(Payment, Payment.attempt_id == CheckoutAttempt.id)
        .where(CheckoutAttempt.reference == code)
        .order_by(CheckoutAttempt.id)
    ).all()
    paid = [payment.id for _attempt, payment in found if payment is not None]
    refunds = session.scalars(select(Refund).where(Refund.payment_id.in_(paid)).order_by(Refund.id)).all()
    return [
        Attempted(attempt, payment, [r for r in refunds if payment is not None and r.payment_id == payment.id])
        for attempt, payment in found
    ]
