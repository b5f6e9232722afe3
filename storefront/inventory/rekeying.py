"""Re-keying: a guest's holds become the holds of the address they give, so that limits count by address."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.catalog.editions import Edition
from storefront.db import locked, violated
from storefront.inventory.holds import LIVE, Hold, HoldState
from storefront.inventory.placing import LimitReached
from storefront.inventory.turns import rekey_turns


def rekey(session: Session, hold_ids: list[int], to_buyer_id: int) -> None:
    """Count these holds against another buyer: all of them, or none and LimitReached."""
    with session.begin_nested():
        for hold in locked(session, Hold, hold_ids):
            if hold.buyer_id != to_buyer_id:
                _into_free_slot(session, hold, to_buyer_id)


def rekey_all(session: Session, from_buyer_id: int, to_buyer_id: int, *, at: datetime) -> None:
    """Count what one buyer holds unpaid against another, as far as its limits reach; the rest stays as it is.

    What it waits for goes along.
    """
    rekey_turns(session, from_buyer_id, to_buyer_id, at=at)
    query = select(Hold.id).where(Hold.buyer_id == from_buyer_id, Hold.state == HoldState.ACTIVE, ~Hold.in_attempt)
    for hold_id in session.scalars(query.order_by(Hold.id)).all():
        with suppress(LimitReached):
            rekey(session, [hold_id], to_buyer_id)


def _into_free_slot(session: Session, hold: Hold, to_buyer_id: int) -> None:
    per_person = session.scalars(select(Edition.per_person).where(Edition.id == hold.edition_id)).one()
    query = select(Hold.slot).where(
        Hold.edition_id == hold.edition_id, Hold.buyer_id == to_buyer_id, Hold.state.in_(LIVE)
    )
    used = set(session.scalars(query))
    for slot in range(1, per_person + 1):
        if slot in used:
            continue
        try:
            with session.begin_nested():
                hold.buyer_id, hold.slot = to_buyer_id, slot
        except IntegrityError as error:
            session.refresh(hold)
            if violated(error, "uq_hold_slot") is None:
                raise
        else:
            return
    raise LimitReached
