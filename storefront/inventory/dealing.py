"""Dealing: many requests for numbers of one edition, served in one transaction of a few statements.

A batch gives pieces to everyone it plainly can. Whatever is out of the ordinary (a repeated key, the limit, a race that
was lost, nothing free) it leaves alone, for `place_hold` to look at; so there is one place where refusals are decided.
The rules themselves stand in the tables' constraints, and the order of work is what `place_hold` does for one request:
lock the pieces, insert the holds, then mark the pieces of those holds that were really inserted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Integer, Row, and_, bindparam, exists, or_, select, tuple_, update

from storefront.accounts.buyers import Buyer
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import Edition
from storefront.db import insert_new
from storefront.inventory.fairness import Asker, CoolDown, list_held_back
from storefront.inventory.holds import GRACE, HOLD_FOR, LIVE, UNSOLD, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.placing import AllHeld, PlacedHold, SoldOut


class Identity(StrEnum):
    """What the shop knows of who asks."""

    GUEST = "guest"
    ACCOUNT = "account"
    CONFIRMED = "confirmed"

    @property
    def admitted_by(self) -> tuple[WhoMayHold, ...]:
        """The drops in which it may hold."""
        if self is Identity.GUEST:
            return (WhoMayHold.ANYONE,)
        return tuple(WhoMayHold) if self is Identity.CONFIRMED else (WhoMayHold.ANYONE, WhoMayHold.ACCOUNTS)


@dataclass(frozen=True)
class Table:
    """What the requests of a batch have in common."""

    slug: str
    edition_id: int
    identity: Identity


@dataclass(frozen=True)
class Request:
    """`who` is a guest's hash, or the id of an account where `Table.identity` is not GUEST; `place` as in `places`."""

    who: str | int
    key: str
    place: str | None = None


class Missed(StrEnum):
    """Why a batch gave a request nothing."""

    NOT_SELLING = "not_selling"
    NONE_FREE = "none_free"
    ALONE = "alone"  # to be looked at by itself


@dataclass(frozen=True)
class Dealt:
    """One answer per request, in their order; `last_rank` is where the next search may begin."""

    answers: list[PlacedHold | CoolDown | Missed]
    last_rank: int


def deal(
    connection: Connection, table: Table, requests: Sequence[Request], *, at: datetime, from_rank: int = 0
) -> Dealt:
    """Place what can be placed, in the order of the requests, in the caller's transaction.

    No two requests are the same person's same key. `from_rank` is where the search for a free piece begins; before a
    request is told that none is free, everything before it is searched as well.
    """
    selling = connection.execute(_LOCK_SELLING, _asked(table, at)).one_or_none()
    if selling is None:
        return Dealt([Missed.NOT_SELLING] * len(requests), from_rank)
    buyers = _find_buyers(connection, table, requests)
    slots = _choose_slots(connection, table, requests, buyers, selling.per_person, at)
    held_back = _find_held_back(connection, selling, requests, buyers, slots, at)
    slots = {turn: slot for turn, slot in slots.items() if turn not in held_back}
    pieces = _lock_pieces(connection, table.edition_id, len(slots), from_rank)
    served = dict(zip(slots, pieces, strict=False))  # which request would get which piece
    if table.identity is Identity.GUEST:
        buyers |= _make_guests(connection, {requests[turn].who for turn in served} - buyers.keys(), at)
    rows = [
        {
            "piece_id": piece.id,
            "buyer_id": buyers[requests[turn].who],
            "placed_by": buyers[requests[turn].who],
            "slot": slots[turn],
            "idempotency_key": requests[turn].key,
            "place": requests[turn].place,
        }
        for turn, piece in served.items()
        if requests[turn].who in buyers
    ]
    placed = _place(connection, selling, rows, at)
    answers: list[PlacedHold | CoolDown | Missed] = [Missed.ALONE] * len(requests)
    for turn in slots:
        piece = served.get(turn)
        if piece is None:
            answers[turn] = Missed.NONE_FREE
        elif piece.id in placed:
            answers[turn] = PlacedHold(placed[piece.id], piece.id, piece.number)
    if held_back:
        is_any_free = connection.execute(_STOCK, _asked(table, at)).one().has_free
        for turn, why in held_back.items():
            answers[turn] = why if is_any_free else Missed.NONE_FREE
    return Dealt(answers, max((piece.rank or 0 for piece in pieces), default=from_rank))


def look(
    connection: Connection, table: Table, requests: Sequence[Request], *, at: datetime
) -> list[type[Exception] | None]:
    """Without locking anything: AllHeld or SoldOut for each request that only lacks a free piece, else None.

    One statement tells the stock, so there is an instant between question and answer at which it was true.
    """
    stock = connection.execute(_STOCK, _asked(table, at)).one_or_none()
    if stock is None or stock.has_free or stock.has_overdue:
        return [None] * len(requests)
    buyers = _find_buyers(connection, table, requests)
    hopeful = _choose_slots(connection, table, requests, buyers, stock.per_person, at)
    refusal = AllHeld if stock.has_held else SoldOut
    return [refusal if turn in hopeful else None for turn in range(len(requests))]


def _asked(table: Table, at: datetime) -> dict[str, Any]:
    """What the statements are told of a table."""
    return {
        "edition": table.edition_id,
        "slug": table.slug,
        "admitted": table.identity.admitted_by,
        "at": at,
        "overdue": at - GRACE,
    }


def _find_buyers(connection: Connection, table: Table, requests: Sequence[Request]) -> dict[str | int, int]:
    query = _GUESTS if table.identity is Identity.GUEST else _ACCOUNTS
    rows = connection.execute(query, {"askers": [request.who for request in requests]})
    return {row[0]: row[1] for row in rows}


def _choose_slots(
    connection: Connection,
    table: Table,
    requests: Sequence[Request],
    buyers: dict[str | int, int],
    per_person: int,
    at: datetime,
) -> dict[int, int]:
    """For each request that may be given a piece, the lowest slot its buyer has free."""
    known = _known_keys(connection, requests, buyers)
    used, unclear = _used_slots(connection, table, buyers, at)
    chosen = {}
    for turn, request in enumerate(requests):
        is_new_account = request.who not in buyers and table.identity is not Identity.GUEST
        if is_new_account or request.who in unclear or (buyers.get(request.who), request.key) in known:
            continue
        own = used.setdefault(request.who, set())
        slot = next((slot for slot in range(1, per_person + 1) if slot not in own), None)
        if slot is not None:
            own.add(slot)
            chosen[turn] = slot
    return chosen


def _find_held_back(
    connection: Connection,
    selling: Any,  # a row, as above
    requests: Sequence[Request],
    buyers: dict[str | int, int],
    slots: dict[int, int],
    at: datetime,
) -> dict[int, CoolDown]:
    """Those who would get a piece, had they not kept too much from others."""
    askers = [Asker(buyers.get(requests[turn].who), requests[turn].place) for turn in slots]
    if all(asker.buyer_id is None and asker.place is None for asker in askers):
        return {}
    reasons = list_held_back(connection, selling, askers, at=at)
    return {turn: why for turn, why in zip(slots, reasons, strict=True) if why is not None}


def _used_slots(
    connection: Connection, table: Table, buyers: dict[str | int, int], at: datetime
) -> tuple[dict[str | int, set[int]], set[str | int]]:
    """The slots each has in use; and those who have an overdue hold, which has to be released first."""
    used: dict[str | int, set[int]] = {}
    unclear = set()
    if buyers:
        names = {buyer_id: who for who, buyer_id in buyers.items()}
        told = {**_asked(table, at), "buyers": list(buyers.values())}
        for row in connection.execute(_SLOTS, told):
            used.setdefault(names[row.buyer_id], set()).add(row.slot)
            if row.is_overdue:
                unclear.add(names[row.buyer_id])
    return used, unclear


def _known_keys(
    connection: Connection, requests: Sequence[Request], buyers: dict[str | int, int]
) -> set[tuple[int | None, str]]:
    pressed = [(buyers[request.who], request.key) for request in requests if request.who in buyers]
    if not pressed:
        return set()
    return {(row.placed_by, row.idempotency_key) for row in connection.execute(_KEYS, {"pressed": pressed})}


def _lock_pieces(
    connection: Connection, edition_id: int, count: int, from_rank: int
) -> list[Row[int, int, int | None]]:
    if not count:
        return []
    told = {"edition": edition_id, "count": count, "from_rank": from_rank}
    found = list(connection.execute(_LOCK_FROM, told))
    if len(found) < count and from_rank:
        found += connection.execute(_LOCK_BEFORE, {**told, "count": count - len(found)})
    return found


def _make_guests(connection: Connection, hashes: set[Any], at: datetime) -> dict[str | int, int]:
    """The buyers of guests who hold for the first time; one that another process makes at this moment is left alone."""
    rows = [{"guest_hash": guest_hash} for guest_hash in sorted(hashes)]  # one order for all: no deadlock
    made = insert_new(connection, Buyer, rows, {"created_at": at}, Buyer.guest_hash, Buyer.id)
    return {row.guest_hash: row.id for row in made}


def _place(connection: Connection, selling: Any, rows: list[dict[str, Any]], at: datetime) -> dict[int, int]:
    """Insert the holds and mark their pieces held: the hold of each piece for which that succeeded."""
    shared = {
        "drop_id": selling.drop_id,
        "edition_id": selling.id,
        "state": HoldState.ACTIVE,
        "in_attempt": False,
        "release_asked": False,
        "placed_at": at,
        "held_until": at + HOLD_FOR,
        "extensions": 0,
        "price_minor": selling.price_minor,
        "currency": selling.currency,
    }
    in_order = sorted(rows, key=lambda row: (row["buyer_id"], row["slot"]))  # one order for all: no deadlock
    placed = {row.piece_id: row.id for row in insert_new(connection, Hold, in_order, shared, Hold.piece_id, Hold.id)}
    if placed:
        connection.execute(_TAKE, {"taken": list(placed)})
    return placed


# The statements, built once: building them anew for each batch would take longer than the database does.
_ONE_EDITION = Hold.edition_id == bindparam("edition")
_OVERDUE = and_(Hold.state == HoldState.ACTIVE, ~Hold.in_attempt, Hold.held_until <= bindparam("overdue"))
_FREE = select(Piece.id, Piece.number, Piece.rank).where(
    Piece.edition_id == bindparam("edition"), Piece.kind == PieceKind.NUMBERED, Piece.state == PieceState.AVAILABLE
)
_SELLING = (
    select(
        Drop.id.label("drop_id"), Edition.id, Edition.size, Edition.per_person, Edition.price_minor, Edition.currency
    )
    .join(Drop, Drop.id == Edition.drop_id)
    .where(
        Edition.id == bindparam("edition"),
        Drop.slug == bindparam("slug"),
        Drop.state.in_((DropState.ANNOUNCED, DropState.OPEN)),
        Drop.opens_at <= bindparam("at"),
        or_(Drop.closes_at.is_(None), Drop.closes_at > bindparam("at")),
        Drop.who_may_hold.in_(bindparam("admitted", expanding=True)),
    )
)
_LOCK_SELLING = _SELLING.with_for_update(read=True, of=Drop)
_STOCK = _SELLING.add_columns(
    exists(_FREE).label("has_free"),
    exists(select(Hold.id).where(_ONE_EDITION, _OVERDUE)).label("has_overdue"),
    exists(select(Hold.id).where(_ONE_EDITION, Hold.state.in_(UNSOLD))).label("has_held"),
)
_GUESTS = select(Buyer.guest_hash, Buyer.id).where(Buyer.guest_hash.in_(bindparam("askers", expanding=True)))
_ACCOUNTS = select(Buyer.account_id, Buyer.id).where(Buyer.account_id.in_(bindparam("askers", expanding=True)))
_SLOTS = select(Hold.buyer_id, Hold.slot, _OVERDUE.label("is_overdue")).where(
    _ONE_EDITION, Hold.buyer_id.in_(bindparam("buyers", expanding=True)), Hold.state.in_(LIVE)
)
_KEYS = select(Hold.placed_by, Hold.idempotency_key).where(
    tuple_(Hold.placed_by, Hold.idempotency_key).in_(bindparam("pressed", expanding=True))
)
_LOCK = (
    _FREE.order_by(Piece.rank)
    .limit(bindparam("count", type_=Integer))
    .with_for_update(key_share=True, skip_locked=True)
)
_LOCK_FROM = _LOCK.where(Piece.rank >= bindparam("from_rank"))
_LOCK_BEFORE = _LOCK.where(Piece.rank < bindparam("from_rank"))
_TAKE = update(Piece).where(Piece.id.in_(bindparam("taken", expanding=True))).values(state=PieceState.HELD)
