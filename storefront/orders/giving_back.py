"""Giving numbers back: the buyer's own release, lapsed holds, and orders that can no longer be paid."""

from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from storefront.db import locked
from storefront.inventory.holds import GRACE, MORE_TIME, Hold, HoldState
from storefront.inventory.paying import ask_back, mark_lapsed
from storefront.inventory.releasing import extend, release
from storefront.orders.attempting import end_attempt
from storefront.orders.checkout import cancel_orders, tell_of_lost_hold
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.payments.attempts import (
    AttemptHold,
    AttemptState,
    CheckoutAttempt,
    find_live_attempt,
    list_hold_ids,
)


class BeingPaid(Exception):
    """The payment has gone through or is being decided: the number cannot be given back by its buyer."""


def release_hold(session: Session, hold_id: int, *, at: datetime) -> bool:
    """The buyer gives a number back. True when it is free now; False when the provider has to confirm first.

    Raises BeingPaid. Asking twice, or for a hold that is over, changes nothing.
    """
    hold, attempt = _locked_with_attempt(session, hold_id)
    if hold.state is HoldState.RELEASED:
        return True
    if attempt is None:
        session.execute(update(Hold).where(Hold.id == hold_id).values(release_asked=True))
        return hold_id in release(session, [hold_id], expect=(HoldState.ACTIVE,))
    if attempt.state in (AttemptState.QUEUED, AttemptState.CREATING):
        # Nobody has seen a payment page: abandoning and releasing is one transaction.
        ask_back(session, hold_id)
        end_attempt(session, attempt.id, AttemptState.ABANDONED, at=at)
        return True
    if attempt.state is not AttemptState.OPEN:
        raise BeingPaid
    ask_back(session, hold_id)
    _look_at_now(session, [attempt.id], at=at)
    return False


def more_time(session: Session, hold_id: int, *, at: datetime) -> None:
    """Ten more minutes for the hold; when it is being paid, for every hold of the set that would run out, or for none."""
    hold, attempt = _locked_with_attempt(session, hold_id)
    ids = [hold.id] if attempt is None else list_hold_ids(session, attempt.id)
    soon = [h.id for h in locked(session, Hold, ids) if h.id == hold_id or h.held_until <= at + MORE_TIME]
    extend(session, soon, at=at)


def list_lapsed(session: Session, *, at: datetime, most: int = 100) -> list[int]:
    """Attempts with a hold whose time and grace are over."""
    query = (
        select(CheckoutAttempt.id)
        .join(AttemptHold, AttemptHold.attempt_id == CheckoutAttempt.id)
        .join(Hold, Hold.id == AttemptHold.hold_id)
        .where(
            CheckoutAttempt.state.in_((AttemptState.CREATING, AttemptState.OPEN)),
            AttemptHold.live,
            Hold.state == HoldState.ACTIVE,
            Hold.held_until <= at - GRACE,
        )
        .distinct()
        .order_by(CheckoutAttempt.id)
        .limit(most)
    )
    return list(session.scalars(query))


def let_lapsed_go(session: Session, attempt_id: int, *, at: datetime) -> None:
    """Overdue holds of an attempt begin to be released; if nobody was shown a payment page, they are free at once.

    One attempt in a transaction: two sets locked one after the other could wait for each other in a circle.
    """
    holds = locked(session, Hold, list_hold_ids(session, attempt_id))
    (attempt,) = locked(session, CheckoutAttempt, [attempt_id])
    if attempt.state not in (AttemptState.CREATING, AttemptState.OPEN):
        return
    mark_lapsed(session, [hold.id for hold in holds if hold.is_overdue(at)])
    if attempt.state is AttemptState.CREATING:
        end_attempt(session, attempt_id, AttemptState.ABANDONED, at=at)
    else:
        _look_at_now(session, [attempt_id], at=at)


def list_to_expire(session: Session, *, at: datetime, most: int = 100) -> list[int]:
    """Open attempts with a hold on its way back, whose turn to be asked about has come."""
    query = (
        select(CheckoutAttempt.id)
        .where(
            CheckoutAttempt.state == AttemptState.OPEN,
            CheckoutAttempt.next_check_at <= at,
            exists().where(
                AttemptHold.attempt_id == CheckoutAttempt.id,
                AttemptHold.hold_id == Hold.id,
                Hold.state == HoldState.RELEASING,
            ),
        )
        .order_by(CheckoutAttempt.next_check_at)
        .limit(most)
    )
    return list(session.scalars(query))


def list_unpayable(session: Session, *, at: datetime, most: int = 100) -> list[int]:
    """Placed orders that lost a hold and have no attempt under way: nothing may start from them."""
    gone = exists().where(
        OrderLine.order_id == Order.id,
        OrderLine.state == LineState.RESERVED,
        OrderLine.hold_id == Hold.id,
        or_(Hold.state == HoldState.RELEASED, (Hold.state == HoldState.ACTIVE) & (Hold.held_until <= at - GRACE)),
        ~Hold.in_attempt,
    )
    query = select(Order.id).where(Order.state == OrderState.PLACED, gone).order_by(Order.id).limit(most)
    return list(session.scalars(query))


def cancel_unpayable(session: Session, order_id: int, *, at: datetime) -> bool:
    """Cancel such an order, unless it got more time and an attempt since it was listed.

    The holds are locked and looked at again: an attempt covers all of an order's holds or none.
    """
    lines = select(OrderLine.hold_id).where(OrderLine.order_id == order_id, OrderLine.state == LineState.RESERVED)
    holds = locked(session, Hold, session.scalars(lines).all())
    is_gone = any(hold.state is HoldState.RELEASED or hold.is_overdue(at) for hold in holds)
    if not is_gone or any(hold.in_attempt for hold in holds):
        return False
    cancelled = bool(cancel_orders(session, [order_id]))
    if cancelled and any(hold.is_lapsed(at) for hold in holds):
        tell_of_lost_hold(session, session.get_one(Order, order_id), at=at)
    return cancelled


def _locked_with_attempt(session: Session, hold_id: int) -> tuple[Hold, CheckoutAttempt | None]:
    """The hold and its live attempt, with every hold of the set locked in order of id."""
    while True:
        look = session.begin_nested()
        attempt = find_live_attempt(session, hold_id)
        ids = [hold_id] if attempt is None else list_hold_ids(session, attempt.id)
        holds = locked(session, Hold, ids)
        again = find_live_attempt(session, hold_id)
        if (again and again.id) == (attempt and attempt.id):
            look.commit()
            hold: Hold = next(h for h in holds if h.id == hold_id)
            if again is not None:
                session.refresh(again)
            return hold, again
        look.rollback()  # lets go of the locks: the set is another now, and is locked in order from its first hold


def _look_at_now(session: Session, attempt_ids: list[int], *, at: datetime) -> None:
    session.execute(
        update(CheckoutAttempt).where(CheckoutAttempt.id.in_(attempt_ids)).values(next_check_at=at, checks=0)
    )
