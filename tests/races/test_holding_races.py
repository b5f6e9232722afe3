"""Races for numbers, each with the control that shows the test can fail: the same race with its guard removed."""

from collections import Counter

import pytest
from sqlalchemy import event, func, select

from factories import NOON, a_buyer, a_key, an_edition
from races.guards import without_guards
from storefront.db import Database
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.placing import AllHeld, LimitReached, PlacedHold, SoldOut, place_hold

REFUSALS = (AllHeld, SoldOut, LimitReached)


def an_open_edition(database, **values):
    with database.transaction() as session:
        return an_edition(session, **values)


def some_buyers(database, count):
    with database.transaction() as session:
        return [a_buyer(session).id for _ in range(count)]


def hold(database, edition, buyer, key=None):
    with database.transaction() as session:
        return place_hold(session, edition, buyer, key=key or a_key(), at=NOON)


def held_twice(database):
    """Pieces with more than one live hold."""
    with database.reading() as session:
        query = (
            select(Hold.piece_id).where(Hold.state == HoldState.ACTIVE).group_by(Hold.piece_id).having(func.count() > 1)
        )
        return session.scalars(query).all()


def most_per_buyer(database):
    with database.reading() as session:
        buyers = Counter(session.scalars(select(Hold.buyer_id).where(Hold.state == HoldState.ACTIVE)))
    return max(buyers.values())


def race_for_twenty(database, second, crowd):
    """Half of the crowd comes through another process's engine: nothing in memory may be what keeps them apart."""
    edition = an_open_edition(database, size=20)
    buyers = some_buyers(database, 200)
    doors = (database, second)
    return crowd(200, lambda i: hold(doors[i % 2], edition, buyers[i]), REFUSALS)


@pytest.fixture
def second(database_url):
    """The same database as another process has it."""
    second = Database(database_url, pool_size=100)
    yield second
    second.dispose()


def race_of_the_greedy(database, crowd, edition, turns=20):
    """2,000 attempts by 100 buyers who may have two each; in every turn twenty threads are the same five buyers."""
    buyers = some_buyers(database, 100)

    def some_tries(i):
        got = []
        for turn in range(turns):
            try:
                got.append(hold(database, edition, buyers[turn * 5 + i % 5]))
            except REFUSALS as refusal:
                got.append(refusal)
        return got

    return [result for results in crowd(100, some_tries) for result in results]


def test_two_hundred_buyers_for_twenty_pieces_get_exactly_twenty(database, second, crowd):
    results = race_for_twenty(database, second, crowd)

    numbers = sorted(r.number for r in results if isinstance(r, PlacedHold))
    assert numbers == list(range(1, 21))
    assert sum(isinstance(r, AllHeld) for r in results) == 180
    assert held_twice(database) == []


def test_without_its_guards_the_same_race_gives_a_piece_to_two(database, second, crowd, monkeypatch):
    with without_guards([database, second], monkeypatch, "uq_hold_piece"):
        for _ in range(5):
            race_for_twenty(database, second, crowd)
            if twice := held_twice(database):
                break

    assert twice


def test_two_thousand_attempts_never_pass_the_limit_of_two(database, crowd):
    edition = an_open_edition(database, size=300, per_person=2)

    results = race_of_the_greedy(database, crowd, edition)

    assert sum(isinstance(r, PlacedHold) for r in results) == 200
    assert sum(isinstance(r, LimitReached) for r in results) == 1800
    assert most_per_buyer(database) == 2
    assert held_twice(database) == []


def test_without_the_slot_index_somebody_gets_more_than_two(database, crowd, monkeypatch):
    edition = an_open_edition(database, size=300, per_person=2)
    # On SQLite two racers also meet at the same piece and are told apart there: both indexes have to go.
    with without_guards([database], monkeypatch, "uq_hold_slot", "uq_hold_piece"):
        race_of_the_greedy(database, crowd, edition, turns=4)
        most = most_per_buyer(database)

    assert most > 2


def test_a_double_click_from_many_tabs_is_one_hold(database, crowd):
    edition, key = an_open_edition(database, per_person=5), a_key()
    (buyer,) = some_buyers(database, 1)

    results = crowd(20, lambda _i: hold(database, edition, buyer, key), REFUSALS)

    assert len({r.hold_id for r in results}) == 1


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_claims_lock_is_in_what_is_sent(database):
    edition = an_open_edition(database)
    (buyer,) = some_buyers(database, 1)
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))

    hold(database, edition, buyer)

    assert any("FROM piece" in s and "FOR NO KEY UPDATE SKIP LOCKED" in s for s in seen)
