"""Fairness: nobody keeps numbers from others by holding them again and again without buying.

What is kept from others is counted in holds of ten minutes; a hold that was lengthened counts once more for each time.
Two rules, both for one edition and for the last hour:

*A buyer* who let go as many numbers twice over as one person may have pauses for a while.

*An address block* (see `places`) has an allowance for what its guests hold and let go. What they buy adds to it, twice:
so a museum's wifi full of buyers is soon hardly limited at all, and one that only drops is down to two numbers at a
time. It never counts for confirmed accounts, who answer for themselves, so nobody is shut out by their neighbours.

The rules are soft: they count without locking, and processes that count at the same moment may let a few too many
through. What must never happen is a constraint, and stands elsewhere.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from storefront.catalog.editions import Edition
from storefront.db import Many, UtcDateTime
from storefront.inventory.holds import GRACE, Hold, HoldState

REMEMBERED = timedelta(hours=1)  # from the end of a hold's time, given back early or not
COOL_DOWN = timedelta(minutes=10)
SHARE = 40  # the guests of one block may keep one in so many pieces of an edition from others
AT_LEAST = 5  # so that a family, a class or a café is no crowd in a small edition
ALWAYS = 2  # numbers at a time for a block that has used up its allowance
A_PURCHASE = 2  # holds that a purchase makes up for


class CoolDown(Exception):
    """Too much was held and not bought: by this buyer, or by those who share its address block (`shared`).

    After `wait` it is worth another try; among those who share, a purchase may make room sooner.
    """

    def __init__(self, wait: timedelta, *, shared: bool) -> None:
        super().__init__(wait)
        self.wait, self.shared = wait, shared


class Asker(NamedTuple):
    """Who wants to hold: None for a buyer not yet written down; no place for whoever answers for themselves."""

    buyer_id: int | None
    place: str | None


@dataclass
class _Record:
    """What one buyer or one place did of late."""

    live: int = 0
    spent: int = 0
    paid: int = 0
    dropped: int = 0
    live_until: datetime | None = None
    dropped_until: datetime | None = None


def list_held_back(
    connection: Connection, edition: Edition | Row[Any], askers: Sequence[Asker], *, at: datetime
) -> list[CoolDown | None]:
    """For each asker, in their order: why they may not hold now, or None.

    One statement for all of them. Those let through count for those after them, so that many who ask together get no
    more than if they had asked one by one. Of `edition` only id, size and per_person are read. Ask it only for requests
    that could place a hold: not for a key that has placed one, nor at the limit; and tell it only while a piece is free.
    """
    places, buyers = _read(connection, edition.id, askers, at)
    most = allowance(edition.size, edition.per_person)
    answers: list[CoolDown | None] = []
    for asker in askers:
        answer = _pause(buyers.get(asker.buyer_id), edition.per_person, at)
        if answer is None and asker.place is not None:
            answer = _take(places.setdefault(asker.place, _Record()), most, at)
        answers.append(answer)
    return answers


def allowance(size: int, per_person: int) -> int:
    """How many holds the guests of one block may hold or let go in an hour; never more than half of an edition."""
    return max(per_person, min(size // 2, max(AT_LEAST, size // SHARE)))


def most_let_go(per_person: int) -> int:
    """How many holds a buyer may let go in an hour before a pause."""
    return 2 * per_person


def _pause(buyer: _Record | None, per_person: int, at: datetime) -> CoolDown | None:
    if buyer is None or buyer.dropped_until is None or buyer.dropped < most_let_go(per_person):
        return None
    wait = buyer.dropped_until + COOL_DOWN - at
    return CoolDown(wait, shared=False) if wait > timedelta() else None


def _take(place: _Record, most: int, at: datetime) -> CoolDown | None:
    """One more from this place, or the reason against it."""
    used_up = place.spent - A_PURCHASE * place.paid >= most
    if used_up and place.live >= min(ALWAYS, most):
        until = place.live_until or at
        return CoolDown(max(until + GRACE - at, GRACE), shared=True)
    place.live += 1
    place.spent += 1
    return None


def _read(
    connection: Connection, edition_id: int, askers: Sequence[Asker], at: datetime
) -> tuple[dict[str, _Record], dict[int | None, _Record]]:
    is_sqlite = connection.dialect.name == "sqlite"
    asked: list[list[Any]] = [
        sorted({asker.place for asker in askers if asker.place is not None}),
        sorted({asker.buyer_id for asker in askers if asker.buyer_id is not None}),
    ]
    places, buyers = map(json.dumps, asked) if is_sqlite else asked
    values = {
        "edition": edition_id,
        "since": at - REMEMBERED,
        "overdue": at - GRACE,
        "places": places,
        "buyers": buyers,
    }
    of_places: dict[str, _Record] = {}
    of_buyers: dict[int | None, _Record] = {}
    for is_place, who, *counted in connection.execute(_statement(is_sqlite=is_sqlite), values).all():
        if is_place:
            of_places[who] = _Record(*counted)
        else:
            of_buyers[int(who)] = _Record(*counted)
    return of_places, of_buyers


@cache  # it is asked for with every batch, and takes longer to put together than to execute
def _statement(*, is_sqlite: bool) -> Any:  # a CompoundSelect; its row type is longer than what it would tell
    records = _records_sqlite if is_sqlite else _records_postgres
    return union_all(records(Hold.place, "places", Text), records(Hold.placed_by, "buyers", BigInteger))


def _records_sqlite(column: Any, asked: str, _kind: Any) -> Any:  # as above
    listed = func.json_each(bindparam(asked, type_=Text)).table_valued("value")
    return (
        select(_is_place(column), cast(column, Text).label("who"), *_counts())
        .where(column.in_(select(listed.c.value)), *_recent())
        .group_by(column)
    )


def _records_postgres(column: Any, asked: str, kind: Any) -> Any:  # as above
    """LATERAL, since a join may be planned as a walk over the whole table while nobody has analysed it yet."""
    listed = func.unnest(bindparam(asked, type_=Many(kind))).table_valued("value").render_derived()
    one = select(*_counts()).where(column == listed.c.value, *_recent()).having(func.count() > 0).lateral()
    return select(_is_place(column), cast(listed.c.value, Text).label("who"), *one.c).join_from(listed, one, true())


def _is_place(column: Any) -> Any:
    return literal(column is Hold.place).label("is_place")


def _recent() -> list[ColumnElement[bool]]:
    return [Hold.edition_id == bindparam("edition"), Hold.held_until > bindparam("since", type_=UtcDateTime)]


def _counts() -> list[ColumnElement[Any]]:
    unpaid = Hold.state != HoldState.SOLD
    past = Hold.held_until <= bindparam("overdue", type_=UtcDateTime)
    dropped = or_(Hold.state == HoldState.RELEASED, and_(Hold.state == HoldState.ACTIVE, ~Hold.in_attempt, past))
    live = and_(unpaid, ~dropped)
    return [
        func.count().filter(live).label("live"),
        func.coalesce(func.sum(1 + Hold.extensions).filter(unpaid), 0).label("spent"),
        func.count().filter(~unpaid).label("paid"),
        func.count().filter(dropped).label("dropped"),
        func.max(Hold.held_until).filter(live).label("live_until"),
        func.max(Hold.held_until).filter(dropped).label("dropped_until"),
    ]
