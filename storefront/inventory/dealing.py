"""Dealing: many requests for numbers of one edition, served together in a few statements of which one writes.

A batch gives pieces to everyone it plainly can. Whatever is out of the ordinary (a repeated key, the limit, a race that
was lost, nothing free) it leaves alone, for `place_hold` to look at; so there is one place where refusals are decided.
The rules themselves stand in the tables' constraints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    literal_column,
    null,
    select,
    union_all,
)

from storefront.accounts.buyers import Buyer
from storefront.catalog.drops import Drop, WhoMayHold
from storefront.catalog.editions import Edition
from storefront.db import among, one_of
from storefront.failpoints import reach
from storefront.inventory import fairness
from storefront.inventory.fairness import Asker, CoolDown
from storefront.inventory.holds import GRACE, LIVE, UNSOLD, Hold, HoldState
from storefront.inventory.placing import AllHeld, PlacedHold, SoldOut
from storefront.inventory.taking import FREE, ON_SALE, Wish, take
from storefront.inventory.turns import nobody_waits


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


class Table(NamedTuple):
    """What the requests of a batch have in common."""

    slug: str
    edition_id: int
    identity: Identity


class Request(NamedTuple):
    """`who` is a guest's hash, or the id of an account where `Table.identity` is not GUEST; `place` as in `places`."""

    who: str | int
    key: str
    place: str | None = None


class Missed(StrEnum):
    """Why a batch gave a request nothing."""

    NOT_SELLING = "not_selling"
    NONE_FREE = "none_free"
    ALONE = "alone"  # to be looked at by itself


class _Selling(NamedTuple):
    """Of an edition that is on sale."""

    size: int
    per_person: int


class _Opening(NamedTuple):
    """What is known before pieces are taken; `selling` is None when nothing is on sale."""

    selling: _Selling | None
    buyers: dict[str | int, int]
    records: fairness.Records


@dataclass(frozen=True)
class Dealt:
    """One answer per request, in their order; `last_rank` is where the next search may begin."""

    answers: list[PlacedHold | CoolDown | Missed]
    last_rank: int


def deal(
    connection: Connection, table: Table, requests: Sequence[Request], *, at: datetime, from_rank: int = 0
) -> Dealt:
    """Place what can be placed, in the order of the requests.

    It needs no transaction: what was read first may be old when `take` writes, which asks again what matters. No two requests are the same person's same key. `from_rank` is where the search for a free piece begins; before a
    request is told that none is free, everything before it is searched as well.
    """
    opening = _open(connection, table, requests, at)
    if opening.selling is None:
        return Dealt([Missed.NOT_SELLING] * len(requests), from_rank)
    buyers = opening.buyers
    slots = _choose_slots(connection, table, requests, buyers, opening.selling.per_person, at)
    askers = [Asker(buyers.get(requests[turn].who), requests[turn].place) for turn in slots]
    reasons = fairness.judge(askers, opening.records, **opening.selling._asdict(), at=at)
    held_back = {turn: why for turn, why in zip(slots, reasons, strict=True) if why is not None}
    slots = {turn: slot for turn, slot in slots.items() if turn not in held_back}
    wishes = [_wish(table, requests[turn], buyers, slot) for turn, slot in slots.items()]
    reach("F1")
    taken = take(connection, wishes, _asked(table, at), at=at, from_rank=from_rank)
    answers: list[PlacedHold | CoolDown | Missed] = [Missed.ALONE] * len(requests)
    for turn, piece in zip_longest(slots, taken):
        if piece is None:
            answers[turn] = Missed.NONE_FREE
        elif piece.hold_id is not None:
            answers[turn] = PlacedHold(piece.hold_id, piece.piece_id, piece.number)
    if held_back:
        stock = connection.execute(_STOCK, _asked(table, at)).one_or_none()  # None: the sale was stopped meanwhile
        is_any_free = stock is not None and stock.has_free
        for turn, why in held_back.items():
            answers[turn] = why if is_any_free else Missed.NONE_FREE
    return Dealt(answers, taken[-1].rank if taken else from_rank)


def look(
    connection: Connection, table: Table, requests: Sequence[Request], *, at: datetime
) -> list[type[Exception] | None]:
    """Without locking anything: AllHeld or SoldOut for each request that only lacks a free piece, else None.

    One statement tells the stock, so there is an instant between question and answer at which it was true.
    """
    told = {**_asked(table, at), "askers": [request.who for request in requests]}
    rows = connection.execute(_stock_for(table.identity), told).all()
    stock = rows[0] if rows else None
    if stock is None or stock.has_free or stock.has_overdue:
        return [None] * len(requests)
    buyers = {row.asker: row.buyer_id for row in rows if row.buyer_id is not None}
    hopeful = _choose_slots(connection, table, requests, buyers, stock.per_person, at)
    refusal = AllHeld if stock.has_held else SoldOut
    return [refusal if turn in hopeful else None for turn in range(len(requests))]


def _asked(table: Table, at: datetime) -> dict[str, Any]:
    """What the statements are told of a table."""
    return {
        "edition": table.edition_id,
        "slug": table.slug,
        "admitted": [who.value for who in table.identity.admitted_by],
        "at": at,
        "overdue": at - GRACE,
    }


def _open(connection: Connection, table: Table, requests: Sequence[Request], at: datetime) -> _Opening:
    """All that is to be known before pieces are taken: it saves two round trips."""
    told = {
        **_asked(table, at),
        **fairness.asked(table.edition_id, (request.place for request in requests), at),
        "askers": [request.who for request in requests],
    }
    statement = _opening_for(table.identity, is_sqlite=connection.dialect.name == "sqlite")
    rows = connection.execute(statement, told).all()
    selling = next((_Selling(row[2], row[3]) for row in rows if row[0] == _EDITION), None)
    kind = str if table.identity is Identity.GUEST else int
    buyers = {kind(row[1]): row[2] for row in rows if row[0] == _ASKER}
    return _Opening(selling, buyers, fairness.read(rows))


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
    if not buyers:
        return set()
    pressed = {"buyers": list(buyers.values()), "keys": [request.key for request in requests]}
    return {(row.placed_by, row.idempotency_key) for row in connection.execute(_KEYS, pressed)}


def _wish(table: Table, request: Request, buyers: dict[str | int, int], slot: int) -> Wish:
    guest_hash = str(request.who) if table.identity is Identity.GUEST else None
    return Wish(buyers.get(request.who), guest_hash, slot, request.key, request.place)


# The statements, built once: building them anew for each batch would take longer than the database does.
_ONE_EDITION = Hold.edition_id == bindparam("edition")
_OVERDUE = and_(Hold.state == HoldState.ACTIVE, ~Hold.in_attempt, Hold.held_until <= bindparam("overdue"))
_EDITION, _ASKER = "edition", "asker"  # what a row of the opening tells of, beside what fairness asks
_STOCK = (
    select(
        Edition.per_person,
        exists(FREE).label("has_free"),
        exists(select(Hold.id).where(_ONE_EDITION, _OVERDUE, nobody_waits(bindparam("edition")))).label("has_overdue"),
        exists(select(Hold.id).where(_ONE_EDITION, one_of(Hold.state, UNSOLD))).label("has_held"),
    )
    .join(Drop, Drop.id == Edition.drop_id)
    .where(*ON_SALE)
)
_SLOTS = select(Hold.buyer_id, Hold.slot, _OVERDUE.label("is_overdue")).where(
    _ONE_EDITION, among(Hold.buyer_id, "buyers"), one_of(Hold.state, LIVE)
)
_KEYS = select(Hold.placed_by, Hold.idempotency_key).where(
    among(Hold.placed_by, "buyers"), among(Hold.idempotency_key, "keys")
)


@cache
def _opening_for(identity: Identity, *, is_sqlite: bool) -> Any:  # its row type is longer than what it would tell
    asker = _asker(identity)
    ids = select(Buyer.id.label("value")).where(among(asker, "askers"))
    selling = select(*_row(_EDITION, Edition.size, Edition.per_person)).join(Drop, Drop.id == Edition.drop_id)
    return union_all(  # the first tells the columns' types
        fairness.told_of_places(is_sqlite=is_sqlite),
        fairness.told_of_buyers(ids, is_sqlite=is_sqlite),
        select(*_row(_ASKER, Buyer.id, who=cast(asker, Text))).where(among(asker, "askers")),
        selling.where(*ON_SALE),
    )


def _row(tells: str, *numbers: Any, who: Any = None) -> list[Any]:  # columns
    """Columns as fairness has them."""
    filled = [*numbers, *[null()] * (4 - len(numbers))]
    return [literal_column(f"'{tells}'", Text), null() if who is None else who, *filled, null(), null()]


@cache
def _stock_for(identity: Identity) -> Any:  # as above
    """One row more for each buyer among those who ask, and one when there is none: it saves a round trip."""
    asker = _asker(identity)
    return _STOCK.add_columns(asker.label("asker"), Buyer.id.label("buyer_id")).outerjoin(Buyer, among(asker, "askers"))


def _asker(identity: Identity) -> Any:  # a column
    return Buyer.guest_hash if identity is Identity.GUEST else Buyer.account_id
