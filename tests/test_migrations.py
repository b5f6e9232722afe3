"""The migrations build exactly what the models say, and the triggers that keep what must never change."""

from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, Enum, String, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import DefaultClause

from factories import NOON, a_pin, an_edition
from sales import a_sale
from schemas import allowed_words, blank_database, copied, described
from storefront import migrate
from storefront.ledger.chain import EntryKind, record
from storefront.provenance.daily_heads import DailyHeads
from storefront.provenance.issuing import Issuer, issue
from storefront.provenance.keys import Vault
from storefront.provenance.transfers import find_offer, offer
from storefront.schema import metadata


@pytest.fixture
def migrated(engine_name, tmp_path):
    with blank_database(engine_name, tmp_path) as database:
        migrate.upgrade(database.engine)
        yield database


@pytest.fixture
def blank(engine_name, tmp_path):
    with blank_database(engine_name, tmp_path) as database:
        yield database


def test_the_migrated_schema_is_the_models(migrated, blank):
    metadata.create_all(blank.engine)

    assert described(migrated) == described(blank)


def test_every_enumerated_column_admits_the_words_of_its_enum(migrated):
    declared = {
        (table.name, column.name): set(column.type.enums)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    }

    assert allowed_words(migrated) == declared


def test_the_comparison_misses_no_kind_of_difference(migrated, blank):
    """The negative control of the first test: one change of each kind, and each is seen."""
    changed = copied()
    spoil(changed.tables)

    changed.create_all(blank.engine)

    ours, theirs = described(migrated), described(blank)
    assert {(table, part) for table in ours for part in ours[table] if ours[table][part] != theirs[table][part]} == {
        ("order", "checks"),
        ("hold", "checks"),
        ("piece", "checks"),
        ("hold", "indexes"),
        ("order_line", "indexes"),
        ("hold", "unique"),
        ("order_line", "foreign keys"),
        ("order", "columns"),
        ("artist", "columns"),
        ("outbox_message", "columns"),
    }


def spoil(tables):
    tables["order"].constraints.remove(named(tables["order"].constraints, "ck_order_attempt"))
    replace_check(tables["hold"], "slot", "slot >= 0")
    replace_check(tables["piece"], "state", "state IN ('available', 'lost')")
    named(tables["hold"].indexes, "uq_hold_slot").unique = False
    line = named(tables["order_line"].indexes, "uq_order_line_hold")
    for dialect in ("postgresql", "sqlite"):
        line.dialect_options[dialect]["where"] = text("state IN ('reserved', 'sold')")
    tables["hold"].constraints.remove(named(tables["hold"].constraints, "uq_hold_key"))
    tables["order_line"].constraints.remove(named(tables["order_line"].constraints, "fk_order_line_hold_id"))
    tables["order"].c.email.nullable = True
    tables["artist"].c.name.type = String(200)
    tables["outbox_message"].c.tries.server_default = DefaultClause("0")


def replace_check(table, name, words):
    table.constraints.remove(named(table.constraints, f"ck_{table.name}_{name}"))
    table.append_constraint(CheckConstraint(words, name=name))


def named(guards, name):
    return next(guard for guard in guards if guard.name == name)


def test_going_down_leaves_nothing_and_going_up_again_works(migrated):
    before = described(migrated)

    with migrated.engine.connect() as connection:
        command.downgrade(migrate.config(connection), "base")
        connection.commit()
    after = described(migrated)
    left = functions(migrated)
    migrate.upgrade(migrated.engine)

    assert (after, left) == ({}, [])
    assert described(migrated) == before
    assert migrate.is_current(migrated.engine)


def test_what_is_sold_and_passed_on_survives_the_steps_since(migrated):
    """On SQLite a table that others point at is not built anew: its rows would be missed for a moment."""
    issuer = Issuer("Vitrine", Vault(["a secret of the shop"]))
    with migrated.transaction() as session:
        order = a_sale(session)
        certificate = issue(session, [order.lines[0].id], issuer, at=NOON)[order.lines[0].id]
        offer(session, certificate.id, order.buyer_id, key=b"a key of the shop", at=NOON)

    with migrated.engine.connect() as connection:
        command.downgrade(migrate.config(connection), "0009")
        connection.commit()
    migrate.upgrade(migrated.engine)

    with migrated.reading() as session:
        assert find_offer(session, certificate.id) is not None


def functions(database):
    """Functions of triggers; SQLite keeps a trigger's body in the trigger."""
    if database.is_sqlite:
        return []
    with database.reading() as session:
        return list(session.scalars(text("SELECT proname FROM pg_proc WHERE proname LIKE 'guard_%'")))


def test_migrating_twice_changes_nothing(migrated):
    before = described(migrated)

    migrate.upgrade(migrated.engine)

    assert described(migrated) == before


FORBIDDEN = {
    "changing a ledger entry": ("UPDATE ledger_entry SET body = '{}'", "never changed"),
    "deleting a ledger entry": ("DELETE FROM ledger_entry", "never deleted"),
    "changing a day's heads": ("UPDATE daily_heads SET document = '{}'", "never changed"),
    "deleting a day's heads": ("DELETE FROM daily_heads", "never changed"),
    "deleting an announced edition": ("DELETE FROM edition", "is kept"),
    "renumbering a piece": ("UPDATE piece SET number = 99 WHERE number = 3", "keeps its number"),
    "re-ranking a piece": ("UPDATE piece SET rank = 99 WHERE number = 3", "keeps its number"),
    "making a piece a proof": ("UPDATE piece SET kind = 'proof', rank = NULL WHERE number = 3", "keeps its number"),
    "moving a piece to another edition": ("UPDATE piece SET edition_id = edition_id + 1", "keeps its number"),
    "deleting a piece": ("DELETE FROM piece WHERE number = 3", "never deleted"),
    **{
        f"changing an announced edition's {column}": (f"UPDATE edition SET {column} = {value}", "is frozen")
        for column, value in {
            "size": "11",
            "proofs": "2",
            "reserved": "'[5]'",
            "price_minor": "1",
            "currency": "'JPY'",
            "per_person": "9",
            "policy": "'pick'",
            "seed": "'another'",
            "pin_id": "pin_id + 1",
        }.items()
    },
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_database_itself_refuses(what, database):
    statement, sentence = FORBIDDEN[what]
    with database.transaction() as session:
        edition = an_edition(session)
        record(session, edition.ref, EntryKind.OPENED, {}, at=NOON)
        session.add(DailyHeads(day=NOON.date(), document="{}", written_at=NOON))

    with pytest.raises(DBAPIError, match=sentence), database.transaction() as session:
        session.execute(text(statement))


def test_an_edition_that_is_not_yet_announced_may_change_in_everything(session):
    edition = an_edition(session, minted=False)

    edition.size, edition.proofs, edition.reserved, edition.price_minor = 20, 3, [1], 100
    edition.currency, edition.per_person, edition.pin_id = "JPY", 5, a_pin(session).id
    session.flush()
    session.delete(edition)
    session.flush()


def test_an_announced_editions_place_and_words_may_still_change(session):
    edition = an_edition(session)

    edition.position, edition.reserved_note, edition.drop_id = 2, "Number 1 stays with the museum.", None

    session.flush()


def test_a_piece_may_change_its_state(session):
    an_edition(session)

    session.execute(text("UPDATE piece SET state = 'withheld' WHERE number = 3"))


def test_foreign_keys_are_enforced(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(
            text("INSERT INTO artist_member (account_id, artist_id, joined_at) VALUES (7, 7, :at)"),
            {"at": (NOON + timedelta(days=1)).replace(tzinfo=None)},
        )
