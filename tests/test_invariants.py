"""Every invariant is silent about a sound shop and speaks up about one deliberate lie, on both databases.

The lies are told in a database whose tables carry no constraint and no trigger: the real ones would refuse most of them.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from factories import NOON, a_drop, an_edition
from queues import a_turn, hold_all
from sales import a_hold, a_refund, a_sale, an_open_attempt, an_order
from schemas import blank_database, unguarded
from storefront import migrate
from storefront.catalog.editions import NumberPolicy
from storefront.invariants.checking import check_all, check_ledgers
from storefront.invariants.statements import INVARIANTS
from storefront.inventory.holds import HoldState
from storefront.inventory.piece_states import relist, void, withhold
from storefront.inventory.pieces import Piece
from storefront.inventory.releasing import release
from storefront.schema import metadata
from storefront.waitlist.offering import offer_one

LATER = NOON + timedelta(minutes=5)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def unguarded_database(request, tmp_path_factory):
    """A busy shop in a database that would let anything happen to it."""
    folder = tmp_path_factory.mktemp("unguarded")
    with blank_database(request.param, folder) as sound, blank_database(request.param, folder) as unsound:
        migrate.upgrade(sound.engine)
        with sound.transaction() as session:
            a_busy_shop(session)
        unguarded().create_all(unsound.engine)
        copy_rows(sound, unsound)
        yield unsound


def copy_rows(source, target):
    with source.reading() as reader, target.transaction() as writer:
        for table in metadata.sorted_tables:
            written = select(*[column for column in table.columns if column.computed is None])
            if rows := [dict(row) for row in reader.execute(written).mappings()]:
                writer.execute(insert(table), rows)


@contextmanager
def undone(database):
    """A session of which nothing stays."""
    with database.transaction() as session:
        yield session
        session.rollback()


def a_busy_shop(session):
    """Every kind of row the money path writes: sold, refunded and put back, being paid, held, withheld, void, sealed."""
    edition = an_edition(session, drop=a_drop(session), size=12, proofs=2, reserved=[2], per_person=3)
    a_sale(session, edition, pieces=2)
    a_refund(session, a_sale(session, edition))
    a_refund(session, a_sale(session, edition))
    an_open_attempt(session, an_order(session, [a_hold(session, edition)]))
    an_order(session, [a_hold(session, edition)])
    a_hold(session, edition)
    numbers = {piece.number: piece for piece in session.query(Piece).filter_by(edition_id=edition.id, kind="numbered")}
    relist(session, numbers[4].id, reason="returned", at=NOON)
    withhold(session, numbers[11].id, reason="gift", at=NOON)
    withhold(session, numbers[12].id, reason="damaged", at=NOON)
    void(session, numbers[12].id, reason="damaged", at=NOON)
    a_sale(session, an_edition(session, policy=NumberPolicy.SEALED))
    a_queue(session)
    an_edition(session, minted=False)
    session.flush()
    return edition


def a_queue(session):
    """One who was offered what came back, one who waits behind them."""
    edition = an_edition(session, size=2)
    held = hold_all(session, edition)
    for _ in range(2):
        a_turn(session, edition)
    release(session, [held[0].hold_id], expect=(HoldState.ACTIVE,))
    offer_one(session, edition.id, at=NOON)


def broken(session, *, at=LATER):
    return {
        finding.id: finding.rows
        for finding in [*check_all(session, at=at), check_ledgers(session)]
        if not finding.holds
    }


def test_a_busy_shop_contradicts_no_invariant(session):
    a_busy_shop(session)

    assert broken(session) == {}


def test_an_empty_shop_contradicts_no_invariant(session):
    assert broken(session) == {}


# What is done to a busy shop, and the invariants that must notice. Others may notice too.
LIES = {
    "a number twice in an edition": (
        "UPDATE piece SET number = 1 WHERE number = 2 AND kind = 'numbered'",
        {"I1", "I2"},
    ),
    "a piece in two sold lines": (
        "UPDATE order_line SET piece_id = (SELECT min(piece_id) FROM order_line WHERE state = 'sold') WHERE state = 'sold'",
        {"I1", "I1b", "I11"},
    ),
    "a sold piece nobody bought": (
        "UPDATE piece SET state = 'sold' WHERE number = 10 AND kind = 'numbered' AND state = 'available'",
        {"I1b", "I8b"},
    ),
    "a bought piece on sale again": ("UPDATE piece SET state = 'available' WHERE state = 'sold'", {"I1b", "I8b"}),
    "a sold hold released behind the order's back": (
        "UPDATE hold SET state = 'released' WHERE state = 'sold'",
        {"I1b", "I4"},
    ),
    "a piece too few": ("DELETE FROM piece WHERE number = 7 AND kind = 'numbered'", {"I2"}),
    "a proof too many": (
        "INSERT INTO piece (id, edition_id, kind, number, state) SELECT 9999, min(edition_id), 'proof', 3, 'withheld' FROM piece",
        {"I2"},
    ),
    "pieces of an edition that was never announced": ("UPDATE edition SET minted_at = NULL", {"I2"}),
    "a paid order without money": ("DELETE FROM payment", {"I3"}),
    "a paid order paid short": (
        "UPDATE payment SET captured_minor = captured_minor - 1 WHERE refunded_minor = 0",
        {"I3"},
    ),
    "money for an order that was never paid": (
        """UPDATE "order" SET state = 'cancelled', paid_at = NULL WHERE state = 'paid'""",
        {"I3", "I6"},
    ),
    "a refunded order whose money stayed": (
        "UPDATE payment SET refunded_minor = 0 WHERE refunded_minor > 0",
        {"I3", "I3c"},
    ),
    "money that belongs to no order": ("""UPDATE "order" SET attempt_id = NULL WHERE state = 'paid'""", {"I3", "I3b"}),
    "a refund that was not counted": ("UPDATE refund SET amount_minor = amount_minor - 1", {"I3c"}),
    "a number given up while its payment page is open": (
        "UPDATE hold SET state = 'released' WHERE in_attempt AND state = 'active'",
        {"I4", "I10"},
    ),
    "a hold that has forgotten its attempt": ("UPDATE hold SET in_attempt = (1 = 0) WHERE state = 'active'", {"I4b"}),
    "an attempt that has forgotten its hold": ("UPDATE attempt_hold SET live = (1 = 0)", {"I4b"}),
    "an ended attempt that keeps its hold": (
        "UPDATE checkout_attempt SET state = 'expired', ended_at = queued_at WHERE state = 'open'",
        {"I4b"},
    ),
    "one buyer of everything": ("UPDATE hold SET buyer_id = 1 WHERE state IN ('active', 'sold')", {"I5"}),
    "a slot beyond the limit": ("UPDATE hold SET slot = 4 WHERE state = 'active'", {"I5"}),
    "a paid order without a time": ("""UPDATE "order" SET paid_at = NULL""", {"I6"}),
    "a line that is sold in a cancelled order": (
        """UPDATE "order" SET state = 'cancelled' WHERE state = 'placed'""",
        {"I6"},
    ),
    "an ended attempt without an end": ("UPDATE checkout_attempt SET ended_at = NULL", {"I6"}),
    "a finished refund without an end": ("UPDATE refund SET settled_at = NULL", {"I6"}),
    "an open drop nobody announced": ("""UPDATE "drop" SET announced_at = NULL""", {"I6"}),
    "a sent message that is waiting": ("UPDATE outbox_message SET sent_at = created_at", {"I6"}),
    "one charge paid two orders": ("UPDATE payment SET charge_id = 'ch_1'", {"I7"}),
    "one intent paid two orders": ("UPDATE payment SET intent_id = 'pi_1'", {"I7"}),
    "one session for two attempts": ("UPDATE checkout_attempt SET session_id = 'cs_1'", {"I7"}),
    "one refund twice": ("UPDATE refund SET provider_id = 're_1'", {"I7"}),
    "one mail twice": ("UPDATE outbox_message SET dedupe_key = 'same'", {"I7"}),
    "a ledger entry taken out": ("DELETE FROM ledger_entry WHERE seq = 3", {"I8", "I8c"}),
    "the last ledger entry taken out": (
        "DELETE FROM ledger_entry WHERE seq = (SELECT max(seq) FROM ledger_entry)",
        {"I8", "I8c"},
    ),
    "a ledger entry linked elsewhere": ("UPDATE ledger_entry SET prev_hash = 'genesis' WHERE seq = 3", {"I8", "I8c"}),
    "a head moved back": ("UPDATE ledger_head SET seq = seq - 1", {"I8", "I8c"}),
    "an edition without a ledger": ("DELETE FROM ledger_entry", {"I8", "I8c"}),
    "a ledger entry rewritten": (
        """UPDATE ledger_entry SET body = '{"kind":"numbered","number":9}' WHERE kind = 'sold' AND seq = 2""",
        {"I8b", "I8c"},
    ),
    "a ledger entry moved in time": ("UPDATE ledger_entry SET at = '2026-01-01 00:00:00' WHERE seq = 2", {"I8c"}),
    "a ledger entry that cannot be read": (
        "UPDATE ledger_entry SET body = 'smudged' WHERE kind = 'sold'",
        {"I8b", "I8c"},
    ),
    "a void piece on sale": ("UPDATE piece SET state = 'available' WHERE state = 'void'", {"I8b"}),
    "a relisted piece still withheld": (
        "UPDATE piece SET state = 'withheld' WHERE number = 4 AND kind = 'numbered' AND state = 'available'",
        {"I8b"},
    ),
    "a held piece without a hold": ("DELETE FROM hold WHERE state = 'active'", {"I10"}),
    "a hold on a piece that is free": ("UPDATE piece SET state = 'available' WHERE state = 'held'", {"I10"}),
    "an order that charges more": ("""UPDATE "order" SET total_minor = total_minor + 1""", {"I11"}),
    "a line dearer than its hold": (
        """UPDATE order_line SET price_minor = price_minor + 1""",
        {"I11"},
    ),
    "an order in another currency": ("""UPDATE "order" SET currency = 'JPY'""", {"I11"}),
    "a hold cheaper than the edition": ("UPDATE hold SET price_minor = 1", {"I11"}),
    "an attempt that charges another amount": ("UPDATE checkout_attempt SET amount_minor = 1", {"I11"}),
    "an attempt that pays other holds": ("UPDATE attempt_hold SET hold_id = hold_id + 1000", {"I11"}),
    "an address in the public ledger": (
        """UPDATE ledger_entry SET body = '{"kind":"numbered","number":1,"to":"m@example.org"}' WHERE seq = 2""",
        {"I12", "I8c"},
    ),
    "an offer nobody waited for": ("DELETE FROM waitlist_turn WHERE state = 'offered'", {"I13"}),
    "one buyer's two turns": ("UPDATE waitlist_turn SET buyer_id = 1", {"I13"}),
    "a passed turn whose number is still held": (
        "UPDATE waitlist_turn SET state = 'passed' WHERE state = 'offered'",
        {"I13"},
    ),
    "an offer beyond the sale's end": (
        """UPDATE "drop" SET closes_at = '2026-06-01 12:10:00'""",
        {"I14"},
    ),
    "an address in a waiting message": ("""UPDATE outbox_message SET refs = '{"to": "m@example.org"}'""", {"I12"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_invariant_catches(lie, unguarded_database):
    statement, caught_by = LIES[lie]
    with undone(unguarded_database) as session:
        before = broken(session)

        session.connection().exec_driver_sql(statement)

        assert (before, caught_by - set(broken(session))) == ({}, set())


def test_every_invariant_is_seen_to_catch_something():
    assert {invariant.id for invariant in INVARIANTS} | {"I8c"} == set().union(*(caught for _, caught in LIES.values()))


def test_money_on_its_way_is_given_a_minute(unguarded_database):
    with undone(unguarded_database) as session:
        session.execute(text("""UPDATE "order" SET state = 'placed', paid_at = NULL WHERE state = 'paid'"""))

        soon, late = broken(session, at=NOON + timedelta(seconds=59)), broken(session, at=NOON + timedelta(seconds=60))

        assert "I3" not in soon
        assert "I3" in late
