"""An address is confirmed while its buyer is offered a number: both lock the buyer first, so neither waits for the other."""

import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from factories import NOON, a_buyer, an_account, an_edition
from queues import a_turn, hold_all
from storefront.accounts.buyers import Buyer
from storefront.accounts.joining import join_address
from storefront.accounts.people import Account
from storefront.inventory import offering
from storefront.inventory.holds import HoldState
from storefront.inventory.rekeying import rekey_all
from storefront.inventory.releasing import release
from storefront.inventory.turns import Turn, TurnState
from storefront.waitlist.offering import offer_one

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
)
LONGEST = 20  # seconds


def confirm_and_offer(database, crowd):
    with database.transaction() as session:
        account = an_account(session)
        guest = a_buyer(session)
        guest.email_key = account.email_key
        own = Buyer(account_id=account.id, created_at=NOON)
        session.add(own)
        edition = an_edition(session, size=1)
        (held,) = hold_all(session, edition)
        turn_id = a_turn(session, edition, own).id
        release(session, [held.hold_id], expect=(HoldState.ACTIVE,))
        ids = edition.id, account.id

    def wait_for_the_other(session, *who, at):
        until = time.monotonic() + LONGEST
        with database.reading() as other:
            while not other.scalar(_WAITS) and time.monotonic() < until:
                time.sleep(0.01)
        rekey_all(session, *who, at=at)

    def confirm():
        with database.transaction() as session:
            join_address(session, session.get_one(Account, ids[1]), rekey=wait_for_the_other, at=NOON)

    def offer():
        time.sleep(0.2)
        with database.transaction() as session:
            offer_one(session, ids[0], at=NOON)

    crowd(2, lambda i: (confirm, offer)[i]())
    with database.reading() as session:
        turn = session.get_one(Turn, turn_id)
        assert (turn.state, turn.buyer_id) == (TurnState.OFFERED, guest.id)


def test_an_offer_waits_for_who_confirms_and_knows_the_buyer_then(database, crowd):
    confirm_and_offer(database, crowd)


def test_without_the_buyers_lock_they_wait_for_each_other(database, crowd, monkeypatch):
    monkeypatch.setattr(offering, "_lock_buyer", lambda _session, _buyer_id: None)

    with pytest.raises(OperationalError, match="deadlock"):
        confirm_and_offer(database, crowd)
