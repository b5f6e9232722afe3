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
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Text, and_, cast, func, literal, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from storefront.catalog.editions import Edition
from storefront.inventory.holds import GRACE, Hold, HoldState

REMEMBERED = timedelta(hours=1)  # from the end of a hold's time, given back early or not
COOL_DOWN = timedelta(minutes=10)
SHARE = 3  # percent of an edition that the guests of one block may keep from others
AT_LEAST = 5  # so that a family, a class or a café is no crowd in a small edition
ALWAYS = 2  # numbers at a time for a block that has used up its allowance
A_PURCHASE = 2  # holds that a purchase makes up for


class CoolDown(Exception):
    """Too much was held and not bought. `wait` is how long at most; `shared` when others of the address block did it."""

    def __init__(self, wait: timedelta, *, shared: bool) -> None:
        super().__init__(wait)
        self.wait, self.shared = wait, shared


@dataclass(frozen=True)
class Asker:
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
    that would place a hold: not for a key that has placed one, nor at the limit, nor once all are sold.
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
    return max(per_person, min(size // 2, max(AT_LEAST, size * SHARE // 100)))


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
    places = sorted({asker.place for asker in askers if asker.place is not None})
    buyers = sorted({asker.buyer_id for asker in askers if asker.buyer_id is not None})
    of_places = _records(connection, Hold.place, places, edition_id, at)
    of_buyers = _records(connection, Hold.placed_by, buyers, edition_id, at)
    found: tuple[dict[str, _Record], dict[int | None, _Record]] = ({}, {})
    for is_place, who, *counted in connection.execute(union_all(of_places, of_buyers)):
        if is_place:
            found[0][who] = _Record(*counted)
        else:
            found[1][int(who)] = _Record(*counted)
    return found


def _records(connection: Connection, column: Any, asked: Sequence[str | int], edition_id: int, at: datetime) -> Any:
    """The records of these places or buyers, found one after the other by the column's index."""
    is_place = literal(column is Hold.place).label("is_place")
    recent = (Hold.edition_id == edition_id, Hold.held_until > at - REMEMBERED)
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(asked)).table_valued("value")
        return (
            select(is_place, cast(column, Text).label("who"), *_counts(at))
            .where(column.in_(select(each.c.value)), *recent)
            .group_by(column)
        )
    # LATERAL, since a join may be planned as a walk over the whole table while nobody has analysed it yet.
    kind = Text if column is Hold.place else BigInteger
    listed = func.unnest(literal(list(asked), ARRAY(kind))).table_valued("value").render_derived()
    one = select(*_counts(at)).where(column == listed.c.value, *recent).lateral()
    return select(is_place, cast(listed.c.value, Text).label("who"), *one.c).join_from(listed, one, true())


def _counts(at: datetime) -> list[Any]:
    unpaid = Hold.state != HoldState.SOLD
    released = Hold.state == HoldState.RELEASED
    overdue = and_(Hold.state == HoldState.ACTIVE, ~Hold.in_attempt, Hold.held_until <= at - GRACE)
    dropped = or_(released, overdue)
    live = and_(unpaid, ~dropped)
    return [
        func.count().filter(live).label("live"),
        func.coalesce(func.sum(1 + Hold.extensions).filter(unpaid), 0).label("spent"),
        func.count().filter(~unpaid).label("paid"),
        func.count().filter(dropped).label("dropped"),
        func.max(Hold.held_until).filter(live).label("live_until"),
        func.max(Hold.held_until).filter(dropped).label("dropped_until"),
    ]
