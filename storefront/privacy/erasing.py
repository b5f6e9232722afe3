"""Deleting an account with all that hangs on it. Orders that were paid stay, as tax law asks."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.accounts import saved_addresses
from storefront.accounts.erasing import erase_account, lock_account
from storefront.db import locked
from storefront.following import follows
from storefront.inventory.holds import UNSOLD, Hold, HoldState
from storefront.inventory.releasing import release
from storefront.orders.giving_back import BeingPaid
from storefront.orders.orders import Order, OrderState
from storefront.payments.attempts import UNENDED, AttemptState, CheckoutAttempt
from storefront.provenance.owning import forget_owner
from storefront.waitlist.leaving import forget_buyers

_NEVER_PAID = (OrderState.PLACED, OrderState.CANCELLED)
_UNPAID_ENDS = (AttemptState.EXPIRED, AttemptState.ABANDONED, AttemptState.FAILED)


def erase_person(session: Session, account_id: int, *, at: datetime) -> None:
    """Nobody is behind the account any more; what was held is free, what was never paid is nobody's.

    Raises BeingPaid while a payment runs, LastAdmin or LastInStudio.
    """
    account, buyers = lock_account(session, account_id)
    ids = [buyer.id for buyer in buyers]
    _let_holds_go(session, ids)
    _forget_unpaid(session, ids)
    forget_buyers(session, ids, at=at)
    saved_addresses.forget(session, account.id)
    if account.confirmed_at is not None:  # until then the address may be somebody else's
        follows.end_all(session, account.email_key)
    forget_owner(session, ids, at=at)
    erase_account(session, account, buyers, at=at)


def _let_holds_go(session: Session, buyer_ids: Collection[int]) -> None:
    mine = Hold.buyer_id.in_(buyer_ids) | Hold.placed_by.in_(buyer_ids)
    query = select(Hold.id).where(mine, Hold.state.in_(UNSOLD))
    holds = locked(session, Hold, session.scalars(query).all())
    # Looked at under the lock: a payment that began in the meantime has its holds, and keeps them.
    if any(hold.in_attempt and hold.state in UNSOLD for hold in holds):
        raise BeingPaid
    release(session, [hold.id for hold in holds], expect=(HoldState.ACTIVE,))


def _forget_unpaid(session: Session, buyer_ids: Collection[int]) -> None:
    """An order nobody paid is no invoice: who it was for goes, and what was told the provider about them."""
    mine = Order.buyer_id.in_(buyer_ids) | Order.placed_by.in_(buyer_ids)
    waiting = select(CheckoutAttempt.reference).where(CheckoutAttempt.state.in_(UNENDED))
    query = select(Order).where(mine, Order.state.in_(_NEVER_PAID), Order.code.not_in(waiting))
    orders = session.scalars(query.order_by(Order.id).with_for_update()).all()
    for order in orders:
        order.email, order.address, order.link_hash = "", {"country": order.address.get("country", "")}, None
    session.execute(
        update(CheckoutAttempt)
        .where(CheckoutAttempt.reference.in_([order.code for order in orders]), CheckoutAttempt.state.in_(_UNPAID_ENDS))
        .values(params=None)
    )
