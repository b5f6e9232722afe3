"""An order's attempts to be paid: queued, given its turn, opened at the provider, ended."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.db import locked, move
from storefront.ids import new_token
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import HoldNotPayable, enter_attempt, give_paying_time, leave_attempt
from storefront.orders.checkout import cancel_orders, tell_of_lost_hold
from storefront.orders.orders import LineState, Order, OrderState
from storefront.payments.attempts import UNENDED, AttemptHold, AttemptState, CheckoutAttempt
from storefront.payments.gateway import SessionFacts

SESSION_LIFE = timedelta(minutes=35)  # the provider's least is 30; clocks differ
REPLAY_AFTER = timedelta(seconds=20)
_FIRST_CHECK = timedelta(minutes=2)
_LEAST_LIFE = timedelta(minutes=31)  # the provider refuses a session with less than 30 left, by its own clock
Params = Callable[[Order, CheckoutAttempt, datetime], dict[str, Any]]


def start_attempt(session: Session, order_id: int, *, at: datetime) -> CheckoutAttempt:
    """Queue an attempt to pay the order, or return the one that is under way. Raises HoldNotPayable."""
    order = session.get_one(Order, order_id, populate_existing=True)
    hold_ids = sorted(line.hold_id for line in order.lines if line.state is LineState.RESERVED)
    holds = locked(session, Hold, hold_ids)
    (order,) = locked(session, Order, [order_id])
    if order.attempt_id is not None:
        attempt = session.get_one(CheckoutAttempt, order.attempt_id, populate_existing=True)
        if attempt.state in UNENDED or attempt.state is AttemptState.PAID:
            return attempt
    if order.state is not OrderState.PLACED or not holds or len(hold_ids) != len(order.lines):
        raise HoldNotPayable
    enter_attempt(session, hold_ids, at=at)
    attempt = CheckoutAttempt(
        idempotency_key=_new_key(),
        reference=order.code,
        amount_minor=order.total_minor,
        currency=order.currency,
        state=AttemptState.QUEUED,
        queued_at=at,
        next_check_at=at,
    )
    session.add(attempt)
    session.flush()
    session.add_all(AttemptHold(attempt_id=attempt.id, hold_id=hold_id, live=True) for hold_id in hold_ids)
    order.attempt_id = attempt.id
    session.flush()
    return attempt


def give_turn(
    session: Session,
    attempt_id: int,
    *,
    at: datetime,
    params: Params,
) -> CheckoutAttempt | None:
    """Its turn has come: the exact parameters are stored before anybody calls the provider. None when it has ended.

    Queueing cannot stretch a hold for ever: who has no time left when the turn comes is not sent to a page that closes.
    """
    hold_ids, order, attempt = lock_set(session, attempt_id)
    if attempt.state is not AttemptState.QUEUED:
        return None
    give_paying_time(session, hold_ids, at=at)
    if any(hold.held_until <= at for hold in locked(session, Hold, hold_ids)):
        end_attempt(session, attempt_id, AttemptState.ABANDONED, at=at, problem="the queue took too long")
        return None
    _write_down(attempt, order, params, at=at)
    attempt.next_check_at = at + REPLAY_AFTER
    session.flush()
    _move(session, attempt, AttemptState.CREATING, expect=(AttemptState.QUEUED,))
    return attempt


def put_off(session: Session, attempt_id: int, *, at: datetime, wait: timedelta) -> None:
    """No answer yet: it is asked for again later. The waiting is the provider's fault, so it costs the buyer no time."""
    hold_ids, _order, attempt = lock_set(session, attempt_id)
    if attempt.state is AttemptState.CREATING:
        give_paying_time(session, hold_ids, at=at)
    attempt.next_check_at = at + wait
    attempt.checks += 1


def is_stale(attempt: CheckoutAttempt, *, at: datetime) -> bool:
    """What was written down for the provider would be refused by now: the session would be too short."""
    return attempt.session_expires_at is not None and attempt.session_expires_at - at < _LEAST_LIFE


def renew(session: Session, attempt_id: int, *, at: datetime, wait: timedelta, params: Params) -> None:
    """Ask for another session, under another key; the place in line and the holds stay.

    Should the old question still make a session, nobody is shown it and no attempt knows it: the sweep ends it.
    """
    _hold_ids, order, attempt = lock_set(session, attempt_id)
    if attempt.state is AttemptState.CREATING:
        attempt.idempotency_key = _new_key()
        _write_down(attempt, order, params, at=at)
        attempt.next_check_at = at + wait
        attempt.checks += 1


def opened(session: Session, attempt_id: int, facts: SessionFacts, *, at: datetime) -> bool:
    """Write down the session the provider made. False: nobody may see it, and the caller has to expire it.

    The create may have answered late, after the buyer gave the number back: so everything is looked at again, locked.
    """
    hold_ids, _order, attempt = lock_set(session, attempt_id)
    holds = locked(session, Hold, hold_ids)
    if attempt.state is AttemptState.OPEN and attempt.session_id == facts.id:
        return True
    if attempt.state is not AttemptState.CREATING or any(hold.state is not HoldState.ACTIVE for hold in holds):
        return False
    attempt.session_id, attempt.url, attempt.session_expires_at = facts.id, facts.url, facts.expires_at
    attempt.next_check_at, attempt.checks = at + _FIRST_CHECK, 0
    session.flush()
    _move(session, attempt, AttemptState.OPEN, expect=(AttemptState.CREATING,))
    give_paying_time(session, hold_ids, at=at)
    return True


def end_attempt(
    session: Session, attempt_id: int, to: AttemptState, *, at: datetime, problem: str | None = None
) -> bool:
    """The attempt ended unpaid (expired, abandoned or failed). False when it had ended, or was paid, before.

    A session that ends by itself closes only the attempt; one that was ended because a hold had to go takes the order
    with it.
    """
    hold_ids, order, attempt = lock_set(session, attempt_id)
    before = tuple(state for state in UNENDED if to in CheckoutAttempt.MOVES[state])
    if attempt.state not in before:
        return False
    attempt.ended_at, attempt.problem, attempt.url = at, problem, None
    session.flush()
    _move(session, attempt, to, expect=before)
    session.execute(update(AttemptHold).where(AttemptHold.attempt_id == attempt_id).values(live=False))
    holds = locked(session, Hold, hold_ids)
    ran_out = any(hold.state is HoldState.RELEASING and not hold.release_asked for hold in holds)
    if leave_attempt(session, holds, at=at):
        cancel_orders(session, [order.id])
        if ran_out:
            tell_of_lost_hold(session, order, at=at)
    return True


def _new_key() -> str:
    return f"checkout:{new_token()}"


def _write_down(attempt: CheckoutAttempt, order: Order, params: Params, *, at: datetime) -> None:
    attempt.session_expires_at, attempt.created_at = at + SESSION_LIFE, at
    attempt.params = json.dumps(params(order, attempt, attempt.session_expires_at), sort_keys=True)


def lock_set(session: Session, attempt_id: int) -> tuple[list[int], Order, CheckoutAttempt]:
    """The ids of the attempt's holds, its order and itself, locked in that order."""
    hold_ids = lock_holds(session, attempt_id)
    query = (
        select(Order, CheckoutAttempt)
        .join(CheckoutAttempt, CheckoutAttempt.reference == Order.code)
        .where(CheckoutAttempt.id == attempt_id)
        .with_for_update()
    )
    order, attempt = session.execute(query, execution_options={"populate_existing": True}).one()
    return hold_ids, order, attempt


def lock_holds(session: Session, attempt_id: int) -> list[int]:
    """Lock the holds of an attempt in order of id, before anything else; their ids."""
    query = (
        select(Hold.id)
        .join(AttemptHold, AttemptHold.hold_id == Hold.id)
        .where(AttemptHold.attempt_id == attempt_id)
        .order_by(Hold.id)
        .with_for_update(of=Hold)
    )
    return list(session.scalars(query))


def _move(session: Session, attempt: CheckoutAttempt, to: AttemptState, *, expect: tuple[AttemptState, ...]) -> None:
    move(session, CheckoutAttempt, to, expect=expect, where=[CheckoutAttempt.id == attempt.id])
    session.refresh(attempt)
