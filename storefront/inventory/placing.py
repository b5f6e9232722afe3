"""Placing a hold: the one operation that decides whose number it is."""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.db import inserting
from storefront.inventory.fairness import Asker, CoolDown, list_held_back
from storefront.inventory.holds import HOLD_FOR, LIVE, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.releasing import release_overdue
from storefront.inventory.stock import counts, free_pieces, is_any_free

_PAUSE, _TRIES = 0.02, 50  # a second in all for pieces that others have locked and may let go of


class PlacedHold(NamedTuple):
    """What a request got: `replayed` when the same key had placed it before."""

    hold_id: int
    piece_id: int
    number: int
    replayed: bool = False


class DropNotOpen(Exception):
    """Too early: `wait_ms` are left by the server's clock."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(wait_ms)
        self.wait_ms = wait_ms


class DropPaused(Exception):
    """The artist has paused the sale."""


class DropOver(Exception):
    """The drop has closed or was cancelled."""


class SoldOut(Exception):
    """Every numbered piece is sold, withheld or void."""


class AllHeld(Exception):
    """Nothing is free now, but pieces that are held may come back."""


class NumberTaken(Exception):
    """The picked number is not free."""


class LimitReached(Exception):
    """The buyer holds or owns as many pieces of this edition as one person may."""


# Every way in which a hold can be refused.
REFUSALS = (DropNotOpen, DropPaused, DropOver, LimitReached, CoolDown, NumberTaken, AllHeld, SoldOut)


def place_hold(
    session: Session,
    edition: Edition,
    buyer_id: int,
    *,
    key: str,
    at: datetime,
    number: int | None = None,
    place: str | None = None,
) -> PlacedHold:
    """Set one piece aside for ten minutes: the picked number, or the next by the edition's policy.

    The same key from the same buyer is the same hold. `place` is where a guest comes from (see `places`). Raises one
    of REFUSALS.
    """
    if (known := _placed_with(session, buyer_id, key)) is not None:
        return known
    drop = _selling_drop(session, edition, at)
    release_overdue(session, edition.id, at=at, buyer_id=buyer_id)
    asker = Asker(buyer_id, place)
    while True:
        slot = get_free_slot(session, edition, buyer_id)
        piece = _take_free_piece(session, edition.id, number, at)
        if piece is None:
            if (known := _placed_with(session, buyer_id, key)) is not None:
                return known
            raise _refusal(session, edition.id, number)
        (held_back,) = list_held_back(session.connection(), edition, [asker], at=at)
        if held_back is not None:
            raise held_back
        hold_id = _insert(session, drop, edition, piece, asker, slot, key, at)
        if hold_id is not None:
            session.execute(update(Piece).where(Piece.id == piece.id).values(state=PieceState.HELD))
            return PlacedHold(hold_id, piece.id, piece.number)
        if (known := _placed_with(session, buyer_id, key)) is not None:
            return known  # another press of the same button was faster


def policy_allows(edition: Edition, number: int | None) -> bool:
    """Only where the artist lets buyers pick may a request name a number."""
    return number is None or edition.policy is NumberPolicy.PICK


def _take_free_piece(session: Session, edition_id: int, number: int | None, at: datetime) -> "Row[int, int] | None":
    """A free piece, locked. None only when nothing is free: not when free pieces are merely locked by others."""
    piece = _lock_free_piece(session, edition_id, number)
    if piece is None:
        release_overdue(session, edition_id, at=at)  # an overdue hold is as good as free
        piece = _lock_free_piece(session, edition_id, number)
    tries = 0
    while piece is None and tries < _TRIES and is_any_free(session, edition_id, number):
        # Others have locked what is free and may yet let go of it: look again rather than say "all held". Not by waiting
        # for a row's lock: a crowd behind one row passes it on one by one, to find it taken.
        time.sleep(_PAUSE)
        tries += 1
        piece = _lock_free_piece(session, edition_id, number)
    return piece


def _placed_with(session: Session, buyer_id: int, key: str) -> PlacedHold | None:
    query = (
        select(Hold.id, Hold.piece_id, Piece.number)
        .join(Piece, Piece.id == Hold.piece_id)
        .where(Hold.placed_by == buyer_id, Hold.idempotency_key == key)
    )
    row = session.execute(query).one_or_none()
    return PlacedHold(row.id, row.piece_id, row.number, replayed=True) if row else None


def _selling_drop(session: Session, edition: Edition, at: datetime) -> Drop:
    # FOR SHARE: a pause or a close takes effect for the next hold, and waits for the ones under way.
    query = select(Drop).where(Drop.id == edition.drop_id).with_for_update(read=True)
    drop = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if drop is None or drop.is_over(at) or drop.state is DropState.DRAFT:
        raise DropOver
    if drop.state is DropState.PAUSED:
        raise DropPaused
    if at < drop.opens_at:
        left = drop.opens_at - at
        raise DropNotOpen(wait_ms=max(1, round(left / timedelta(milliseconds=1))))
    return drop


def get_free_slot(session: Session, edition: Edition, buyer_id: int) -> int:
    """The lowest of the edition's slots that this buyer has free. Raises LimitReached."""
    query = select(Hold.slot).where(Hold.edition_id == edition.id, Hold.buyer_id == buyer_id, Hold.state.in_(LIVE))
    used = set(session.scalars(query))
    for slot in range(1, edition.per_person + 1):
        if slot not in used:
            return slot
    raise LimitReached


def _lock_free_piece(session: Session, edition_id: int, number: int | None) -> "Row[int, int] | None":
    query = free_pieces(edition_id, number).order_by(Piece.rank).limit(1)
    query = query.with_for_update(key_share=True, skip_locked=True)
    return session.execute(query).one_or_none()


def _insert(
    session: Session,
    drop: Drop,
    edition: Edition,
    piece: "Row[int, int]",
    asker: Asker,
    slot: int,
    key: str,
    at: datetime,
) -> int | None:
    """The hold's id; None when a concurrent request took the slot or used the key."""
    statement = (
        inserting(session, Hold)
        .values(
            drop_id=drop.id,
            edition_id=edition.id,
            piece_id=piece.id,
            buyer_id=asker.buyer_id,
            placed_by=asker.buyer_id,
            slot=slot,
            state=HoldState.ACTIVE,
            in_attempt=False,
            release_asked=False,
            placed_at=at,
            held_until=at + HOLD_FOR,
            extensions=0,
            price_minor=edition.price_minor,
            currency=edition.currency,
            idempotency_key=key,
            place=asker.place,
        )
        .on_conflict_do_nothing()
        .returning(Hold.id)
    )
    return session.scalars(statement).one_or_none()


def _refusal(session: Session, edition_id: int, number: int | None) -> Exception:
    stock = counts(session, edition_id)
    if stock[PieceState.HELD] + stock[PieceState.AVAILABLE] == 0:
        return SoldOut()
    return AllHeld() if number is None else NumberTaken()
