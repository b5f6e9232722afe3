"""Every race, without the guard it proves: it has to fail, else it could not have seen the mistake either."""

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import AddConstraint

from accounts import test_changing, test_throttle, test_tokens
from factories import a_key
from inventory import test_running
from orders import test_news
from races import test_holding_races as holding
from races import test_payment_races as paying
from races import test_transfer_races as passing
from races.guards import without_locks
from storefront import db
from storefront.accounts import throttle
from storefront.schema import metadata

BROKEN = (AssertionError, SQLAlchemyError)  # a broken promise, or rows that must not be there stopping the shop itself


@pytest.fixture
def unguarded(database, monkeypatch):
    without_locks(database, monkeypatch)


@pytest.fixture
def careless(monkeypatch):
    """Rows are moved whatever their state is."""
    monkeypatch.setattr(
        db, "_moving", lambda model, to, _expect, where, values: update(model).where(*where).values(state=to, **values)
    )


@pytest.fixture
def dropped(database):
    """`dropped(table, *names)`: without these constraints and indexes, until the test is over. On PostgreSQL: SQLite keeps
    a table's constraints in its words, and they are the same ones (tests/test_migrations.py)."""
    back = []

    def drop(table_name, *names):
        table = metadata.tables[table_name]
        back.append((table, names))
        with database.engine.begin() as connection:
            for name in names:
                is_index = name in {index.name for index in table.indexes}
                words = f"DROP INDEX {name}" if is_index else f'ALTER TABLE "{table_name}" DROP CONSTRAINT {name}'
                connection.execute(text(words))

    yield drop
    for table, names in back:
        with database.engine.begin() as connection:
            connection.execute(text(f'TRUNCATE "{table.name}" CASCADE'))
            for index in table.indexes:
                index.create(connection, checkfirst=True)
            for constraint in table.constraints:
                if constraint.name in names:
                    connection.execute(AddConstraint(constraint))


def test_many_settlements_at_once(shop, crowd, unguarded):
    with pytest.raises(BROKEN):
        paying.test_a_return_page_and_many_events_at_once_are_one_sale(shop, crowd)


def test_a_refund_from_two_sides(shop, crowd, till, unguarded):
    with pytest.raises(BROKEN):
        paying.test_a_refund_asked_for_and_made_by_hand_at_once_is_one_refund(shop, crowd, till)


def test_pay_pressed_in_many_tabs(shop, crowd, sandbox, unguarded):
    with pytest.raises(BROKEN):
        paying.test_pressing_pay_in_many_tabs_is_one_attempt_and_one_session(shop, crowd, sandbox)


def test_two_who_use_a_token(database, unguarded):
    with pytest.raises(BROKEN):
        test_tokens.test_two_who_use_a_token_at_once_use_it_once(database)


def test_clerks(database, unguarded):
    with pytest.raises(BROKEN):
        test_running.test_clerks_working_at_once_open_a_drop_once(database)


def test_two_events_of_a_dispute(shop, till, monkeypatch, unguarded):
    with pytest.raises(BROKEN):
        test_news.test_two_events_of_one_dispute_at_the_same_moment_are_one_dispute(shop, till, monkeypatch)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_who_register(database, unguarded, dropped):
    dropped("account", "uq_account_email_key")

    with pytest.raises(AssertionError):
        test_changing.test_two_who_register_an_address_at_once_make_one_account(database)


def test_tries_side_by_side(database, unguarded, monkeypatch):
    """The guard is one statement that counts; here somebody looks first and writes down what they saw, plus one."""
    monkeypatch.setattr(test_throttle, "count_try", look_and_write)

    with pytest.raises(BROKEN):
        test_throttle.test_tries_side_by_side_are_all_counted(database)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_double_click(database, crowd, unguarded, dropped):
    dropped("hold", "uq_hold_key", "uq_hold_slot", "uq_hold_piece")

    with pytest.raises(BROKEN):
        holding.test_a_double_click_from_many_tabs_is_one_hold(database, crowd)


def test_two_rounds(shop, crowd, sandbox, till, unguarded, monkeypatch):
    """The guard is the key that goes with a create: here each asks under a key of its own."""
    create = till.gateway.create_session
    monkeypatch.setattr(till.gateway, "create_session", lambda params, _key: create(params, a_key()), raising=False)

    with pytest.raises(BROKEN):
        paying.test_two_rounds_at_once_do_everything_once(shop, crowd, sandbox)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_two_guests_of_one_address(shop, crowd, monkeypatch):
    """The guard is that both wait for the buyer's row first."""
    unlocked = lambda _connection, _cursor, statement, parameters, *_: (  # noqa: E731  as the event wants it
        statement.replace(" FOR NO KEY UPDATE", "") if "FROM buyer" in statement else statement,
        parameters,
    )
    event.listen(shop.database.engine, "before_cursor_execute", unlocked, retval=True)

    with pytest.raises(BROKEN):
        paying.test_two_guests_of_one_address_do_not_wait_for_each_other_in_a_circle(shop, crowd, monkeypatch)


def look_and_write(session, limit, whom, *, key, at):
    name, window_at = throttle._name(limit, whom, key), throttle._window(limit, at)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(throttle.ThrottleCount).values(name=name, window_at=window_at, count=0).on_conflict_do_nothing()
    )
    row = session.get_one(throttle.ThrottleCount, (name, window_at), populate_existing=True)
    row.count += 1
    return None if row.count <= limit.most else limit.within


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)  # on SQLite one writer at a time takes a minute
@pytest.mark.parametrize("names", [("settle", "expire", "release", "more time", "start")])
def test_everything_at_once(shop, crowd, act, names, unguarded, careless):
    with pytest.raises(BROKEN):
        paying.test_whatever_happens_to_a_set_at_once_it_is_sold_or_free_and_never_both(
            shop, crowd, act, names, "in time"
        )


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_many_who_take_one_piece(database, crowd, link, unguarded, careless, dropped):
    dropped("transfer", "uq_transfer_done")

    with pytest.raises(BROKEN):
        passing.test_of_many_who_open_one_link_one_takes_the_piece(database, crowd, link)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_transfer_beside_a_refund(database, crowd, link, unguarded):
    with pytest.raises(BROKEN):
        passing.test_a_piece_never_passes_on_after_its_refund(database, crowd, link)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_name_that_comes_while_a_piece_passes_on(database, link, unguarded):
    with pytest.raises(BROKEN):
        passing.test_a_name_that_comes_while_the_piece_passes_on_is_shown_nowhere(database, link)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_piece_that_is_taken_while_the_account_goes(database, link, unguarded):
    with pytest.raises(BROKEN):
        passing.test_a_piece_never_passes_to_an_account_that_was_just_deleted(database, link)


act = paying.act
link = passing.link
