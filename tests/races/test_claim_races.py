"""Races for numbers through the claims of two processes, each with its control: the same race with its guard removed."""

import pytest
from sqlalchemy import event, func, select

from conftest import FixedClock
from factories import a_buyer, a_drop, a_key, an_edition
from races.guards import without_guards
from storefront.accounts.buyers import Buyer
from storefront.db import Database
from storefront.ids import new_token
from storefront.inventory.claims import Claim, Claims, ShopBusy
from storefront.inventory.dealing import Identity, Request, Table
from storefront.inventory.holds import LIVE, Hold
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import AllHeld, LimitReached, PlacedHold, SoldOut

REFUSALS = (AllHeld, SoldOut, LimitReached)


@pytest.fixture
def second(database_url):
    """The same database as another process has it."""
    second = Database(database_url, pool_size=100)
    yield second
    second.dispose()


@pytest.fixture
def doors(database, second):
    """The claims of two processes: nothing in one's memory may be what keeps buyers apart."""
    return [Claims(each, FixedClock()) for each in (database, second)]


def a_table(database, **values):
    with database.transaction() as session:
        drop = a_drop(session)
        return Table(drop.slug, an_edition(session, drop, **values).id, Identity.GUEST)


def race_for_twenty(database, doors, crowd, refusals=REFUSALS):
    table = a_table(database, size=20)
    return crowd(200, lambda i: doors[i % 2].place(Claim(table, Request(new_token(), a_key()))), refusals)


def race_of_the_greedy(database, doors, crowd, tries=4):
    """Five guests with two slots each press from twenty tabs, through both processes, with a key for each press."""
    table, guests = a_table(database, size=300, per_person=2), [new_token() for _ in range(5)]
    with database.transaction() as session:  # two processes that make the same buyer wait for each other there already
        for guest in guests:
            a_buyer(session, guest_hash=guest)

    def press(i):
        results = []
        for n in range(tries):
            try:
                results.append(doors[(i + n) % 2].place(Claim(table, Request(guests[i % 5], a_key()))))
            except REFUSALS as refusal:
                results.append(refusal)
        return results

    return [result for results in crowd(100, press) for result in results]


def counted(database, column):
    """The most live holds that share a value of this column."""
    with database.reading() as session:
        return session.scalar(
            select(func.count()).where(Hold.state.in_(LIVE)).group_by(column).order_by(func.count().desc()).limit(1)
        )


def stranded(database):
    """Held pieces without a live hold, or holds of a piece that is not held."""
    live = select(Hold.piece_id).where(Hold.state.in_(LIVE))
    with database.reading() as session:
        return [
            *session.scalars(select(Piece.id).where(Piece.state == PieceState.HELD, Piece.id.not_in(live))),
            *session.scalars(select(Piece.id).where(Piece.state != PieceState.HELD, Piece.id.in_(live))),
        ]


def test_two_hundred_guests_for_twenty_pieces_get_exactly_twenty(database, doors, crowd):
    results = race_for_twenty(database, doors, crowd)

    assert sorted(r.number for r in results if isinstance(r, PlacedHold)) == list(range(1, 21))
    assert sum(isinstance(r, AllHeld) for r in results) == 180
    assert counted(database, Hold.piece_id) == 1
    assert stranded(database) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Buyer)) == 20, "whoever got nothing left no row"


def test_without_its_guards_the_same_race_gives_a_piece_to_two(database, second, doors, crowd, monkeypatch):
    with without_guards([database, second], monkeypatch, "uq_hold_piece"):
        for _ in range(10):
            race_for_twenty(database, doors, crowd, (*REFUSALS, ShopBusy))  # unlocked batches may wait for each other
            if (most := counted(database, Hold.piece_id)) > 1:
                break

    assert most > 1


def test_greedy_guests_never_pass_their_limit(database, doors, crowd):
    results = race_of_the_greedy(database, doors, crowd)

    assert sum(isinstance(r, PlacedHold) for r in results) == 10
    assert sum(isinstance(r, LimitReached) for r in results) == 390
    assert counted(database, Hold.buyer_id) == 2
    assert stranded(database) == []


def test_without_the_slot_index_a_greedy_guest_gets_more(database, second, doors, crowd, monkeypatch):
    # On SQLite two racers also meet at the same piece and are told apart there: both indexes have to go.
    with without_guards([database, second], monkeypatch, "uq_hold_slot", "uq_hold_piece"):
        for _ in range(10):
            race_of_the_greedy(database, doors, crowd, tries=2)
            if (most := counted(database, Hold.buyer_id)) > 2:
                break

    assert most > 2


def test_a_double_click_from_many_tabs_is_one_hold(database, doors, crowd):
    table, request = a_table(database, per_person=5), Request(new_token(), a_key())

    results = crowd(40, lambda i: doors[i % 2].place(Claim(table, request)), REFUSALS)

    assert len({r.hold_id for r in results}) == 1
    assert stranded(database) == []


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_batchs_locks_are_in_what_is_sent(database, doors):
    table, seen = a_table(database), []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))

    doors[0].place(Claim(table, Request(new_token(), a_key())))

    assert any("FROM piece" in s and "FOR NO KEY UPDATE SKIP LOCKED" in s for s in seen)
    assert any("FROM edition" in s and "FOR SHARE OF drop" in s for s in seen)
