"""Races around the queue, each with its control: what comes back is the queue's, and each turn has it once."""

import re
import threading
import time

import pytest
from sqlalchemy import event, func, select

from conftest import FixedClock
from factories import NOON, a_buyer, a_drop, a_key, an_edition
from queues import KEY, a_turn, hold_all
from races.guards import without_locks
from races.test_controls import BROKEN
from storefront.db import Database
from storefront.ids import new_token
from storefront.inventory.claims import Claim, Claims
from storefront.inventory.dealing import Identity, Request, Table
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.placing import AllHeld, PlacedHold, SoldOut
from storefront.inventory.releasing import release
from storefront.inventory.turns import Turn, TurnState
from storefront.waitlist import joining, leaving
from storefront.waitlist.leaving import NotWaiting
from storefront.waitlist.offering import offer_one

WAITING, WALK_INS = 6, 24
LONGEST = 20  # seconds
PATIENCE = 0.03  # one after the other leaves, so that somebody does in the midst of their offer
_GUARD = re.compile(r"NOT (\(EXISTS \(SELECT waitlist_turn\.id.*?'waiting'\)\))", re.DOTALL)


@pytest.fixture
def second(database_url):
    second = Database(database_url, pool_size=100)
    yield second
    second.dispose()


@pytest.fixture
def queue(database):
    """An edition in strangers' hands and people who wait for it: its id, its slug, the holds, the turns."""
    with database.transaction() as session:
        drop = a_drop(session)
        edition = an_edition(session, drop, size=WAITING, per_person=2)
        holds = [placed.hold_id for placed in hold_all(session, edition)]
        turns = [a_turn(session, edition).id for _ in range(WAITING)]
        return edition.id, drop.slug, holds, turns


def the_numbers_come_back(database, second, crowd, queue):
    """One gives back, one is the clock, the others press without a pause. What the walk-ins got, and the turns."""
    edition_id, slug, holds, turns = queue
    doors = [Claims(each, FixedClock()) for each in (database, second)]
    table, over = Table(slug, edition_id, Identity.GUEST), threading.Event()

    def give_back():
        for hold in holds:
            with database.transaction() as session:
                release(session, [hold], expect=(HoldState.ACTIVE,))
            time.sleep(0.05)

    def offer():
        offered, until = 0, time.monotonic() + LONGEST / 4
        while offered < len(turns) and time.monotonic() < until:
            with second.transaction() as session:
                offered += offer_one(session, edition_id, at=NOON) is not None
            time.sleep(0.03)
        over.set()

    def press(i):
        got = []
        while not over.is_set() and not got:
            try:
                got.append(doors[i % 2].place(Claim(table, Request(new_token(), a_key()))))
            except (AllHeld, SoldOut):
                time.sleep(0.002)
        return got

    def act(i):
        return give_back() if i == 0 else offer() if i == 1 else press(i)

    got = [placed for results in crowd(WALK_INS + 2, act)[2:] for placed in results]
    with database.reading() as session:
        return got, list(session.scalars(select(Turn).order_by(Turn.seq)))


def test_no_walk_in_gets_what_came_back_while_somebody_waits(database, second, crowd, queue):
    got, turns = the_numbers_come_back(database, second, crowd, queue)

    assert got == []
    assert {turn.state for turn in turns} == {TurnState.OFFERED}
    offers = [turn.hold_id for turn in turns]
    assert offers == sorted(set(offers)), "in the order in which they joined, a number each"


def test_without_the_condition_a_walk_in_overtakes(database, second, crowd, queue):
    for each in (database, second):
        event.listen(each.engine, "before_cursor_execute", _unguarded, retval=True)

    got, _turns = the_numbers_come_back(database, second, crowd, queue)

    assert any(isinstance(placed, PlacedHold) for placed in got)


def two_clocks_offer(database, crowd, queue):
    edition_id, _slug, holds, turns = queue
    with database.transaction() as session:
        release(session, holds, expect=(HoldState.ACTIVE,))

    def offer(_i):
        until = time.monotonic() + LONGEST / 4
        while time.monotonic() < until:
            with database.transaction() as session:
                offer_one(session, edition_id, at=NOON)
            with database.reading() as session:
                left = select(Turn.id).where(Turn.state == TurnState.WAITING)
                if session.scalars(left).first() is None:
                    return

    crowd(4, offer)
    with database.reading() as session:
        found = list(session.scalars(select(Turn).order_by(Turn.seq)))
        assert {turn.state for turn in found} == {TurnState.OFFERED}
        assert len({turn.hold_id for turn in found}) == len(turns)
        offers = select(func.count()).where(Hold.offered_until.is_not(None))
        assert session.scalar(offers) == len(turns)


def test_clocks_side_by_side_offer_each_turn_one_number(database, crowd, queue):
    two_clocks_offer(database, crowd, queue)


def test_without_locks_clocks_meet_at_one_turn(database, crowd, queue, monkeypatch):
    without_locks(database, monkeypatch)

    with pytest.raises(BROKEN):
        two_clocks_offer(database, crowd, queue)


def many_join(database, crowd, edition_id, people):
    def join(i):
        with database.transaction() as session:
            who = joining.Joiner(people[i], f"p{i}@example.org", "en")
            joining.join(session, session.get_one(joining.Edition, edition_id), who, key=KEY, at=NOON)

    crowd(len(people), join)
    with database.reading() as session:
        places = list(session.scalars(select(Turn.seq).where(Turn.buyer_id.in_(people)).order_by(Turn.seq)))
    assert places == list(range(WAITING + 1, WAITING + 1 + len(people)))


@pytest.fixture
def people(database):
    with database.transaction() as session:
        return [a_buyer(session).id for _ in range(12)]


def test_many_who_join_at_once_have_a_place_each(database, crowd, queue, people):
    many_join(database, crowd, queue[0], people)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)  # on SQLite one statement gives the place
def test_without_the_lock_two_ask_for_one_place(database, crowd, queue, people, monkeypatch):
    without_locks(database, monkeypatch)

    with pytest.raises(BROKEN):
        many_join(database, crowd, queue[0], people)


def leave_while_offered(database, crowd, queue):
    edition_id, _slug, holds, turns = queue
    with database.transaction() as session:
        release(session, holds, expect=(HoldState.ACTIVE,))

    def act(i):
        for turn_id in turns:
            time.sleep(0 if i else PATIENCE)
            with database.transaction() as session:
                if i:
                    offer_one(session, edition_id, at=NOON)
                else:
                    leaving.leave(session, session.get_one(Turn, turn_id), at=NOON)

    crowd(2, act, refusals=(NotWaiting,))
    with database.reading() as session:
        offered = {turn.hold_id for turn in session.scalars(select(Turn).where(Turn.hold_id.is_not(None)))}
        assert offered == set(session.scalars(select(Hold.id).where(Hold.offered_until.is_not(None))))
        assert session.scalar(select(func.count()).where(Turn.state == TurnState.LEFT, Turn.hold_id.is_not(None))) == 0


def test_who_leaves_just_then_has_left_or_has_a_number(database, crowd, queue):
    leave_while_offered(database, crowd, queue)


def test_without_locks_a_number_is_held_for_who_left(database, crowd, queue, monkeypatch):
    without_locks(database, monkeypatch)

    with pytest.raises(BROKEN):
        leave_while_offered(database, crowd, queue)


def _unguarded(_connection, _cursor, statement, parameters, *_rest):
    return _GUARD.sub(r"(\1 IS NOT NULL)", statement), parameters
