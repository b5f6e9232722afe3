"""The locks are in what is sent: one that is lost on its way from the code to the database is no lock."""

import re

import pytest

from races.guards import statements_of
from storefront.inventory.holds import Hold
from storefront.ledger.chain import EntryKind, record

LOCK = re.compile(r"FOR (NO KEY UPDATE|UPDATE|SHARE)(?: OF (\w+))?( SKIP LOCKED)?")
TABLE = re.compile(r'(?:FROM|JOIN) "?(\w+)"?')


@pytest.fixture
def sale(shop):
    """A hold, an order, an attempt in the queue; and then what is sent."""
    edition = shop.edition()
    order, attempt, holds = shop.queue(edition)
    return edition, order, attempt, holds


def locks_in(statements):
    """What was locked, in order, each the first time: table and lock."""
    found = []
    for statement in statements:
        if lock := LOCK.search(statement):
            how = f"FOR {lock[1]}{lock[3] or ''}"
            found += [(table, how) for table in ([lock[2]] if lock[2] else TABLE.findall(statement))]
    return list(dict.fromkeys(found))


def begins_in(statements):
    return {statement for statement in statements if statement.startswith("BEGIN")}


def assert_locked(shop, seen, *expected):
    """On PostgreSQL these rows in this order; on SQLite the whole file, before anything is looked at."""
    if shop.database.is_sqlite:
        assert "BEGIN IMMEDIATE" in begins_in(seen)
        writes = [n for n, statement in enumerate(seen) if re.match("INSERT|UPDATE|DELETE", statement)]
        assert writes
        for n in writes:
            begun = next(s for s in reversed(seen[:n]) if s.startswith("BEGIN"))
            assert begun == "BEGIN IMMEDIATE"
    else:
        locks = locks_in(seen)
        assert [lock for lock in locks if lock in expected] == list(expected), locks


def test_a_claim_locks_the_drop_and_passes_over_what_others_have(shop):
    edition, buyer = shop.edition(), shop.buyer()
    seen = statements_of(shop.database)
    shop.hold(edition, buyer)

    assert_locked(shop, seen, ("drop", "FOR SHARE"), ("piece", "FOR NO KEY UPDATE SKIP LOCKED"))


def test_an_order_locks_its_buyer_and_then_its_holds(shop):
    edition, buyer = shop.edition(), shop.buyer()
    hold = shop.hold(edition, buyer)
    seen = statements_of(shop.database)
    shop.order([hold], buyer)

    assert_locked(shop, seen, ("buyer", "FOR NO KEY UPDATE"), ("hold", "FOR UPDATE"))


def test_an_attempt_locks_its_holds_and_then_its_order(shop):
    edition, buyer = shop.edition(), shop.buyer()
    order = shop.order([shop.hold(edition, buyer)], buyer)
    seen = statements_of(shop.database)
    shop.start(order)

    assert_locked(shop, seen, ("hold", "FOR UPDATE"), ("order", "FOR UPDATE"))


def test_a_turn_locks_the_bucket_of_calls_first(shop, sale):
    _edition, _order, attempt, _holds = sale
    seen = statements_of(shop.database)
    shop.till.take_turn(attempt)

    locks = ("call_bucket", "hold", "order", "checkout_attempt")
    assert_locked(shop, seen, *((table, "FOR UPDATE") for table in locks))


def test_a_settlement_locks_holds_order_and_attempt_and_the_ledgers_head_last(shop, sale):
    _edition, _order, attempt, _holds = sale
    shop.till.open_attempt(attempt)
    shop.pay(attempt)
    facts = shop.till.gateway.retrieve_session(shop.session_of(attempt))
    seen = statements_of(shop.database)
    shop.till._apply(facts)

    locks = ("hold", "order", "checkout_attempt", "ledger_head")
    assert_locked(shop, seen, *((table, "FOR UPDATE") for table in locks))


def test_a_refund_locks_holds_order_and_payment_and_the_ledgers_head_last(shop):
    order, _attempt, _holds = shop.sale(shop.edition())
    seen = statements_of(shop.database)
    shop.request_refund(order)
    asked = len(seen)
    assert_locked(shop, seen, *((table, "FOR UPDATE") for table in ("hold", "order", "payment")))

    shop.round.send_refunds()

    locks = ("hold", "order", "payment", "refund", "ledger_head")
    assert_locked(shop, seen[asked:], *((table, "FOR UPDATE") for table in locks))


def test_a_release_waits_for_its_hold(shop, sale):
    _edition, _order, attempt, holds = sale
    shop.till.open_attempt(attempt)
    seen = statements_of(shop.database)
    shop.give_back(holds[0])

    assert_locked(shop, seen, ("hold", "FOR UPDATE"))


def test_an_entry_locks_the_head_of_its_chain(shop):
    edition = shop.edition()
    seen = statements_of(shop.database)
    with shop.database.transaction() as session:
        record(session, edition.ref, EntryKind.WITHHELD, {"kind": "numbered", "number": 1}, at=shop.clock.now())

    assert_locked(shop, seen, ("ledger_head", "FOR UPDATE"))


def test_the_ear_hears_when_a_lock_is_missing(shop, sale):
    """The control: a look without a lock is none of these."""
    seen = statements_of(shop.database)
    with shop.database.reading() as session:
        session.get(Hold, sale[3][0])

    assert locks_in(seen) == []
    with pytest.raises(AssertionError):
        assert_locked(shop, seen, ("hold", "FOR UPDATE"))
