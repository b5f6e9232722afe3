"""Once a day the shop signs where every ledger stands, and a later day cannot change what it said."""

import hashlib
import json
from datetime import timedelta

import pytest

from factories import NOON, a_drop, an_edition
from sales import a_sale
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.sealing import reveal_due
from storefront.jobs import Round
from storefront.ledger.chain import LedgerHead
from storefront.orders.till import Till
from storefront.provenance.daily_heads import find_heads, list_days, write_heads
from storefront.provenance.issuing import Issuer
from storefront.provenance.keys import Vault, list_keys
from storefront.provenance.records import canonical, check_document

ISSUER = Issuer("Vitrine", Vault(["a secret of the shop"]))
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


def read(session, day=None):
    document = find_heads(session, day).document
    return check_document(document, [key.public_key for key in list_keys(session)])


def test_a_day_is_signed_once_and_names_the_day_before(session):
    edition = an_edition(session)
    assert write_heads(session, ISSUER, at=NOON)
    first = read(session)
    a_sale(session, edition)
    assert not write_heads(session, ISSUER, at=NOON + timedelta(hours=11))
    assert read(session) == first
    assert write_heads(session, ISSUER, at=TOMORROW)

    then, now = first["heads"][edition.ref], read(session)["heads"][edition.ref]
    head = session.get_one(LedgerHead, edition.ref)
    assert (then["seq"], now) == (1, {"seq": head.seq, "hash": head.hash})
    assert read(session)["previous"] == {
        "day": "2026-06-01",
        "record_sha256": hashlib.sha256(canonical(first)).hexdigest(),
    }
    assert read(session, NOON.date()) == first
    assert list_days(session, most=9) == [TOMORROW.date(), NOON.date()]


def test_a_sealed_edition_comes_in_when_its_numbers_are_no_secret_any_more(session):
    """A hash of so little can be guessed open: what it says of who was given which number is told later."""
    drop = a_drop(session)
    edition = an_edition(session, drop, policy=NumberPolicy.SEALED, size=3)
    a_sale(session, edition)
    write_heads(session, ISSUER, at=NOON)
    assert edition.ref not in json.dumps(read(session))

    drop.state = DropState.CLOSED
    session.flush()
    reveal_due(session, at=NOON)
    write_heads(session, ISSUER, at=TOMORROW)
    assert edition.ref in read(session)["heads"]


def test_the_clock_writes_them(database, clock):
    work = Round(Till(database, None, clock, "http://localhost", "shop"), courier=None, issuer=ISSUER)
    for _ in range(2):
        work.write_heads()
    clock.tick(days=1)
    work.write_heads()
    with database.reading() as session:
        assert len(list_days(session, most=9)) == 2
