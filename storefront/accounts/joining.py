"""Joining: a confirmed address brings its account the buyer known by that address, guest orders and limits included."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account


class Rekey(Protocol):
    """Counts what one buyer (id) holds against another (id)."""

    def __call__(self, session: Session, from_buyer_id: int, to_buyer_id: int, *, at: datetime) -> None: ...


def join_address(session: Session, account: Account, *, rekey: Rekey, at: datetime) -> Buyer:
    """The account's buyer, joined with the buyer of its address, which has just been confirmed.

    Rows keep the buyer they were written for; the one that gave way stands for the other from now on. An address that
    another account had confirmed before stays that account's.
    """
    own = _locked(session, Buyer.account_id == account.id)
    of_address = _locked(session, Buyer.email_key == account.email_key)
    if of_address is None:
        return _take_address(session, own, account, at)
    if own is None:
        return _take_buyer(session, of_address, account, at)
    if of_address.id == own.id or of_address.joined_to is not None or of_address.account_id is not None:
        return own
    if own.email_key is None:
        return _give_way(session, own, of_address, account, rekey, at)
    of_address.joined_to = own.id
    session.flush()
    rekey(session, of_address.id, own.id, at=at)
    return own


def _take_address(session: Session, own: Buyer | None, account: Account, at: datetime) -> Buyer:
    """Nobody bought with this address before."""
    if own is None:
        own = Buyer(email_key=account.email_key, account_id=account.id, created_at=at)
        session.add(own)
    elif own.email_key is None:
        own.email_key = account.email_key
    else:
        # The former address goes on counting here, so the new one gets a row that stands for it.
        session.add(Buyer(email_key=account.email_key, joined_to=own.id, created_at=at))
    session.flush()
    return own


def _take_buyer(session: Session, of_address: Buyer, account: Account, at: datetime) -> Buyer:
    if of_address.account_id is None and of_address.joined_to is None:
        of_address.account_id = account.id
        session.flush()
        return of_address
    own = Buyer(account_id=account.id, created_at=at)
    session.add(own)
    session.flush()
    return own


def _give_way(session: Session, own: Buyer, of_address: Buyer, account: Account, rekey: Rekey, at: datetime) -> Buyer:
    own.account_id, own.joined_to = None, of_address.id
    session.flush()  # an account has one buyer at every moment
    of_address.account_id = account.id
    session.flush()
    rekey(session, own.id, of_address.id, at=at)
    return of_address


def _locked(session: Session, which: ColumnElement[bool]) -> Buyer | None:
    query = select(Buyer).where(which).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
