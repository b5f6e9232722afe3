"""Claims served together get what each would have got alone."""

import gc
import threading
import weakref
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from conftest import FixedClock
from factories import NOON, a_buyer, a_drop, a_key, an_account, an_edition
from storefront.accounts.buyers import Buyer
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.ids import new_token
from storefront.inventory import claims as claiming
from storefront.inventory import dealing
from storefront.inventory.claims import Claim, Claims, NoSuchEdition, NotAdmitted, ShopBusy
from storefront.inventory.dealing import Identity, Missed, Request, Table, deal, look
from storefront.inventory.holds import GRACE, HOLD_FOR, Hold, HoldState
from storefront.inventory.placing import (
    REFUSALS,
    AllHeld,
    DropNotOpen,
    DropOver,
    DropPaused,
    LimitReached,
    NumberTaken,
    PlacedHold,
    SoldOut,
    place_hold,
)
from storefront.inventory.running import pause


def table_of(session, edition, identity=Identity.GUEST):
    session.flush()
    session.refresh(edition)
    return Table(edition.drop.slug, edition.id, identity)


def guests(count):
    return [Request(new_token(), a_key()) for _ in range(count)]


def numbers(answers):
    return [a.number if isinstance(a, PlacedHold) else a for a in answers]


def dealt(session, edition, requests, **options):
    return deal(session.connection(), table_of(session, edition), requests, at=NOON, **options).answers


def test_a_batch_gives_the_lowest_free_numbers_in_the_order_of_asking(session):
    edition = an_edition(session, size=4, reserved=[2])

    assert numbers(dealt(session, edition, guests(4))) == [1, 3, 4, Missed.NONE_FREE]


def test_a_hold_of_a_batch_is_like_any_other(session):
    edition, requests = an_edition(session), guests(1)

    (placed,) = dealt(session, edition, requests)
    hold = session.get(Hold, placed.hold_id)

    assert (hold.placed_at, hold.held_until, hold.slot) == (NOON, NOON + HOLD_FOR, 1)
    assert (hold.price_minor, hold.currency, hold.idempotency_key) == (2800, "EUR", requests[0].key)
    assert hold.buyer_id == hold.placed_by == session.scalars(select(Buyer.id)).one()
    assert hold.piece.state == "held"


def test_a_guest_who_got_nothing_leaves_no_row(session):
    edition = an_edition(session, size=1)

    dealt(session, edition, guests(3))

    assert session.scalar(select(func.count()).select_from(Buyer)) == 1


def test_one_persons_presses_take_slot_after_slot_up_to_the_limit(session):
    edition, who = an_edition(session, per_person=2), new_token()

    answers = dealt(session, edition, [Request(who, a_key()) for _ in range(3)])

    assert numbers(answers) == [1, 2, Missed.ALONE]


def test_a_key_that_was_used_is_looked_at_alone(session):
    edition, (request,) = an_edition(session, per_person=5), guests(1)
    dealt(session, edition, [request])

    assert dealt(session, edition, [request, *guests(1)])[0] is Missed.ALONE


@pytest.mark.parametrize(
    "values",
    [
        {"state": DropState.PAUSED},
        {"state": DropState.CLOSED},
        {"state": DropState.CANCELLED},
        {"state": DropState.DRAFT},
        {"opens_at": NOON + timedelta(seconds=1)},
        {"opens_at": NOON - timedelta(hours=2), "closes_at": NOON},
        {"who_may_hold": WhoMayHold.ACCOUNTS},
        {"who_may_hold": WhoMayHold.CONFIRMED},
    ],
)
def test_nothing_is_dealt_where_a_guest_may_not_hold_now(session, values):
    edition = an_edition(session, a_drop(session, **values))

    assert dealt(session, edition, guests(2)) == [Missed.NOT_SELLING] * 2


def test_an_edition_is_only_sold_under_its_own_drops_name(session):
    edition = an_edition(session)
    stranger = Table(a_drop(session).slug, edition.id, Identity.GUEST)

    assert deal(session.connection(), stranger, guests(1), at=NOON).answers == [Missed.NOT_SELLING]


def test_a_search_that_began_late_goes_round_before_it_says_none(session):
    edition = an_edition(session, size=4)

    assert numbers(dealt(session, edition, guests(5), from_rank=3)) == [3, 4, 1, 2, Missed.NONE_FREE]


def test_a_look_says_what_the_stock_says(session):
    edition = an_edition(session, size=1)
    table = table_of(session, edition)

    def seen(request, at=NOON):
        return look(session.connection(), table, [request], at=at)

    (mine, other) = guests(2)
    assert seen(other) == [None]
    (placed,) = dealt(session, edition, [mine])
    assert seen(other) == [AllHeld]
    assert seen(mine) == [None], "whoever placed it already is not refused"
    assert seen(other, NOON + HOLD_FOR + GRACE) == [None], "an overdue hold is as good as free"
    hold = session.get(Hold, placed.hold_id)
    hold.state, hold.piece.state = HoldState.SOLD, "sold"
    session.flush()
    session.get(Hold, placed.hold_id)
    assert seen(other) == [SoldOut]


@pytest.fixture
def shop_clock():
    return FixedClock()


@pytest.fixture
def claims(database, shop_clock):
    return Claims(database, shop_clock)


def edition_in(database, drop=None, **values):
    with database.transaction() as session:
        edition = an_edition(session, a_drop(session, **(drop or {})), **values)
        return edition, table_of(session, edition)


def claim(claims, table, request=None, number=None):
    return claims.place(Claim(table, request or guests(1)[0], number))


def test_a_repeated_press_is_the_same_hold(claims, database):
    _edition, table = edition_in(database, per_person=5)
    (request,) = guests(1)

    first, second = claim(claims, table, request), claim(claims, table, request)

    assert (second.hold_id, second.replayed) == (first.hold_id, True)


def test_at_the_limit_a_person_is_told_so_until_the_first_hold_is_over(claims, database, shop_clock):
    _edition, table = edition_in(database)
    who = new_token()
    claim(claims, table, Request(who, a_key()))
    with pytest.raises(LimitReached):
        claim(claims, table, Request(who, a_key()))
    shop_clock.tick(seconds=(HOLD_FOR + GRACE).total_seconds())

    assert claim(claims, table, Request(who, a_key())).number in (1, 2)


def test_what_was_refused_is_given_when_it_comes_back(claims, database, shop_clock):
    _edition, table = edition_in(database, size=1)
    claim(claims, table)
    for _ in range(2):  # the second is refused by a look
        with pytest.raises(AllHeld):
            claim(claims, table)
    shop_clock.tick(seconds=(HOLD_FOR + GRACE).total_seconds())

    assert claim(claims, table).number == 1


def test_a_released_number_is_found_although_the_search_begins_later(claims, database):
    _edition, table = edition_in(database, size=3)
    first = claim(claims, table)
    claim(claims, table)
    with database.transaction() as session:
        hold = session.get(Hold, first.hold_id)
        hold.state, hold.piece.state = HoldState.RELEASED, "available"
        session.get(type(hold.piece), hold.piece_id).state = "available"

    assert sorted([claim(claims, table).number, claim(claims, table).number]) == [1, 3]


@pytest.mark.parametrize(
    ("drop", "refusal"),
    [
        ({"state": DropState.PAUSED}, DropPaused),
        ({"state": DropState.CLOSED}, DropOver),
        ({"opens_at": NOON + timedelta(seconds=2)}, DropNotOpen),
        ({"who_may_hold": WhoMayHold.ACCOUNTS}, NotAdmitted),
        ({"announced_at": None, "state": DropState.DRAFT}, NoSuchEdition),
    ],
)
def test_a_refusal_names_its_reason(claims, database, drop, refusal):
    _edition, table = edition_in(database, drop)

    with pytest.raises(refusal) as refused:
        claim(claims, table)
    if refusal is DropNotOpen:
        assert refused.value.wait_ms == 2000


def test_accounts_hold_where_they_are_admitted(claims, database):
    _edition, table = edition_in(database, {"who_may_hold": WhoMayHold.CONFIRMED})
    with database.transaction() as session:
        account = an_account(session).id

    def as_(identity):
        return claim(claims, Table(table.slug, table.edition_id, identity), Request(account, a_key()))

    with pytest.raises(NotAdmitted):
        as_(Identity.ACCOUNT)
    assert as_(Identity.CONFIRMED).number == 1  # looked at alone: the account has no buyer yet
    with pytest.raises(LimitReached):
        as_(Identity.CONFIRMED)


def test_a_picked_number_is_given_or_nothing(claims, database):
    _edition, table = edition_in(database, policy=NumberPolicy.PICK)

    assert claim(claims, table, number=7).number == 7
    with pytest.raises(NumberTaken):
        claim(claims, table, number=7)


def test_strangers_cannot_fill_the_memory_with_editions_that_do_not_exist(claims):
    for n in range(20):
        with pytest.raises(NoSuchEdition):
            claim(claims, Table(f"nothing-{n}", n + 1, Identity.GUEST))

    assert claims._queues == {}


def test_a_refusal_leaves_nothing_to_the_garbage_collector(claims, database):
    with database.transaction() as session:
        edition = an_edition(session, size=1)
        table = table_of(session, edition)
    claim(claims, table)
    with pytest.raises(AllHeld):
        claim(claims, table)
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(AllHeld) as refused:
            claim(claims, table)
        watched = weakref.ref(refused.value)
        del refused
        assert watched() is None
    finally:
        gc.enable()


def test_whoever_gathers_stops_as_soon_as_as_many_are_there_as_came_last_time(claims, database, monkeypatch):
    monkeypatch.setattr(claiming, "_GATHER", 30)
    monkeypatch.setattr(claiming, "_GATHER_AT_MOST", 60)
    with database.transaction() as session:
        table = table_of(session, an_edition(session, size=9))
    claim(claims, table)
    claims._queues[table].crowd = 3
    claims._queues[table].is_complete.clear()
    results = []
    threads = [threading.Thread(target=lambda: results.append(claim(claims, table).number)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sorted(results) == [2, 3, 4]
    assert claims._queues[table].crowd == 3


def test_those_who_wait_are_served_together(claims, database, monkeypatch):
    _edition, table = edition_in(database, size=30)
    seen, gate, inside = [], threading.Event(), threading.Event()
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))
    real = claiming.deal

    def slow(*args, **options):
        inside.set()
        gate.wait(10)
        return real(*args, **options)

    monkeypatch.setattr(claiming, "deal", slow)
    results = []
    threads = [threading.Thread(target=lambda: results.append(claim(claims, table).number)) for _ in range(12)]
    threads[0].start()
    assert inside.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(claims._queues[table].waiting) < 11:
        pass
    gate.set()
    for thread in threads:
        thread.join(10)

    assert sorted(results) == list(range(1, 13))
    assert len([statement for statement in seen if "INSERT INTO hold" in statement]) == 2


# On SQLite a batch is one transaction, which nobody comes between.
@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("had", [0, 5], ids=["admitted", "held back"])
def test_a_pause_between_reading_and_taking_counts(claims, database, monkeypatch, caplog, had):
    edition, table = edition_in(database, {"state": DropState.OPEN}, size=30)
    neighbours = [Request(new_token(), a_key(), "a café") for _ in range(had + 1)]
    for request in neighbours[1:]:
        claim(claims, table, request)
    real = dealing.take

    def late(*args, **options):
        with database.transaction() as session:
            pause(session, session.get_one(Drop, edition.drop_id), "the press broke", at=NOON)
        return real(*args, **options)

    monkeypatch.setattr(dealing, "take", late)

    with pytest.raises(DropPaused):
        claim(claims, table, neighbours[0])
    with database.reading() as session:
        assert len(session.scalars(select(Hold)).all()) == had
    assert "a batch failed" not in caplog.text


def test_a_batch_that_breaks_leaves_everybody_to_be_looked_at_alone(claims, database, monkeypatch, caplog):
    _edition, table = edition_in(database)

    def broken(*_args, **_options):
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(claiming, "deal", broken)

    assert claim(claims, table).number == 1
    assert "looked at alone" in caplog.text


def test_a_database_that_is_away_is_said_to_be_busy_and_the_next_is_served(claims, database, monkeypatch):
    _edition, table = edition_in(database)
    real = claiming.deal

    def away(*_args, **_options):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(claiming, "deal", away)
    with pytest.raises(ShopBusy):
        claim(claims, table)
    monkeypatch.setattr(claiming, "deal", real)

    assert claim(claims, table).number == 1


def test_whoever_waited_too_long_leaves_the_queue_to_the_others(claims, database, monkeypatch):
    _edition, table = edition_in(database, size=5)
    gate, inside = threading.Event(), threading.Event()
    real = claiming.deal

    def slow(*args, **options):
        inside.set()
        gate.wait(10)
        return real(*args, **options)

    monkeypatch.setattr(claiming, "deal", slow)
    monkeypatch.setattr(claiming, "_LONGEST_WAIT", 0.05)
    first = threading.Thread(target=lambda: claim(claims, table))
    first.start()
    assert inside.wait(10)
    with pytest.raises(ShopBusy):
        claim(claims, table)
    gate.set()
    first.join(10)

    assert claim(claims, table).number == 2


def test_a_turn_that_was_lost_is_taken_up_by_the_next(claims, database, monkeypatch):
    _edition, table = edition_in(database, size=5)
    monkeypatch.setattr(claiming, "_LONGEST_WAIT", 0.05)
    claim(claims, table)
    claims._queues[table].is_served = True  # by somebody who is gone without a word
    with pytest.raises(ShopBusy):
        claim(claims, table)

    assert claim(claims, table).number == 2


def test_whoever_serves_and_is_stopped_leaves_the_turn_to_the_next(claims, database, monkeypatch):
    _edition, table = edition_in(database, size=5)

    def stopped(*_args, **_options):
        raise SystemExit

    monkeypatch.setattr(claiming, "deal", stopped)
    with pytest.raises(SystemExit):
        claim(claims, table)
    monkeypatch.undo()

    assert claim(claims, table).number == 1


ACTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([0, 0, 0, 700])), min_size=1, max_size=8
)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 4), per_person=st.integers(1, 2), acts=ACTS)
def test_in_batches_or_one_by_one_the_outcome_is_the_same(database, size, per_person, acts):
    """Buyers press with a few keys each, time passes now and then: twin editions, one claimed from, one held from."""
    _edition, table = edition_in(database, size=size, per_person=per_person)
    with database.transaction() as session:
        twin = an_edition(session, size=size, per_person=per_person)
    clock = FixedClock()
    claims = Claims(database, clock)
    people = [new_token() for _ in range(4)]
    with database.transaction() as session:
        buyers = [a_buyer(session).id for _ in people]
    run = a_key()

    def outcome(act):
        try:
            return act().number
        except REFUSALS as refusal:
            return type(refusal)

    for person, key, wait in acts:
        clock.tick(seconds=wait)
        together = outcome(lambda: claim(claims, table, Request(people[person], f"{run}-{key}")))  # noqa: B023
        with database.transaction() as session:
            alone = outcome(lambda: place_hold(session, twin, buyers[person], key=f"{run}-{key}", at=clock.now()))  # noqa: B023
        assert together == alone
