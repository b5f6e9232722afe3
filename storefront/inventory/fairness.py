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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
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
PLACE, BUYER = "place", "buyer"  # what a row tells of


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


class Records(NamedTuple):
    """What those who ask did of late, by the name of their place and by their buyer's id."""

    places: dict[str, _Record]
    buyers: dict[int | None, _Record]


def list_held_back(
    connection: Connection, edition: Edition, askers: Sequence[Asker], *, at: datetime
) -> list[CoolDown | None]:
    """As `judge`, with what one statement tells of all askers."""
    told = {
        **asked(edition.id, (asker.place for asker in askers), at),
        "buyers": sorted({asker.buyer_id for asker in askers if asker.buyer_id is not None}),
    }
    rows = connection.execute(_statement(is_sqlite=connection.dialect.name == "sqlite"), told).all()
    return judge(askers, read(rows), size=edition.size, per_person=edition.per_person, at=at)


def judge(
    askers: Sequence[Asker], records: Records, *, size: int, per_person: int, at: datetime
) -> list[CoolDown | None]:
    """For each asker, in their order: why they may not hold now, or None.

    Those let through count for those after them, so that many who ask together get no more than if they had asked one
    by one. Ask it only for requests that could place a hold: not for a key that has placed one, nor at the limit; and
    tell it only while a piece is free.
    """
    most = allowance(size, per_person)
    answers: list[CoolDown | None] = []
    for asker in askers:
        answer = _pause(records.buyers.get(asker.buyer_id), per_person, at)
        if answer is None and asker.place is not None:
            answer = _take(records.places.setdefault(asker.place, _Record()), most, at)
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


def asked(edition_id: int, places: Iterable[str | None], at: datetime) -> dict[str, Any]:
    """What a statement with `told_of_places` is told."""
    return {
        "edition": edition_id,
        "since": at - REMEMBERED,
        "overdue": at - GRACE,
        "places": sorted({place for place in places if place is not None}),
    }


def read(rows: Iterable[Sequence[Any]]) -> Records:
    """What rows of `told_of_places` and `told_of_buyers` tell; others are passed over."""
    records = Records({}, {})
    for tells, who, *counted in rows:
        if tells == PLACE:
            records.places[who] = _Record(*counted)
        elif tells == BUYER:
            records.buyers[int(who)] = _Record(*counted)
    return records


@cache  # it is asked for with every hold, and takes longer to put together than to execute
def _statement(*, is_sqlite: bool) -> Any:  # a CompoundSelect; its row type is longer than what it would tell
    buyers = _listed("buyers", BigInteger, is_sqlite=is_sqlite)
    return union_all(told_of_places(is_sqlite=is_sqlite), told_of_buyers(buyers, is_sqlite=is_sqlite))


def told_of_places(*, is_sqlite: bool) -> Any:  # a Select, as above
    """Rows of eight: what is told of, whom by name, four numbers and two instants. To be put together with others."""
    return _told(PLACE, Hold.place, _listed("places", Text, is_sqlite=is_sqlite), is_sqlite=is_sqlite)


def told_of_buyers(ids: Any, *, is_sqlite: bool) -> Any:  # as above
    """The same of the buyers whose ids are the `value` of these rows."""
    return _told(BUYER, Hold.placed_by, ids, is_sqlite=is_sqlite)


def _listed(name: str, kind: Any, *, is_sqlite: bool) -> Any:  # as above
    unfold = func.json_each if is_sqlite else func.unnest
    listed = unfold(bindparam(name, type_=Many(kind))).table_valued("value")
    return select((listed if is_sqlite else listed.render_derived()).c.value)


def _told(tells: str, column: Any, among: Any, *, is_sqlite: bool) -> Any:  # as above
    """LATERAL on PostgreSQL, since a join may be planned as a walk over the whole table while nobody has analysed it yet."""
    name = literal_column(f"'{tells}'", Text).label("tells")
    if is_sqlite:
        counts = select(name, cast(column, Text).label("who"), *_counts())
        return counts.where(column.in_(among), *_recent()).group_by(column)
    listed = among.subquery()
    one = select(*_counts()).where(column == listed.c.value, *_recent()).having(func.count() > 0).lateral()
    return select(name, cast(listed.c.value, Text).label("who"), *one.c).join_from(listed, one, true())


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
