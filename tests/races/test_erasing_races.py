"""An account is deleted while its payment starts: one of both comes first, and money never runs for nobody."""

import threading

import pytest
from sqlalchemy import select

from factories import an_account
from races.guards import without_locks
from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account
from storefront.orders.attempting import start_attempt
from storefront.orders.giving_back import BeingPaid
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.privacy.erasing import erase_person


@pytest.fixture
def engine_name():
    """On SQLite one of two writers waits for the other's commit whatever they lock."""
    return "postgresql"


def deletion_waiting_for_a_start(shop):
    """The deletion waits for the rows of holds whose attempt is just being written; what came of it."""
    buyer = shop.buyer()
    with shop.database.transaction() as session:
        account = an_account(session)
        session.get_one(Buyer, buyer).account_id = account.id
    order = shop.order([shop.hold(shop.edition(), buyer)], buyer)
    came_of_it = []

    def delete():
        try:
            with shop.database.transaction() as session:
                erase_person(session, account.id, at=shop.clock.now())
        except BeingPaid as refusal:
            came_of_it.append(refusal)

    waiting = threading.Thread(target=delete)
    with shop.database.transaction() as session:
        start_attempt(session, order, at=shop.clock.now())
        waiting.start()
        waiting.join(timeout=0.5)
    waiting.join()
    assert shop.all(CheckoutAttempt.state) == [AttemptState.QUEUED]
    return came_of_it, shop.read(Account, account.id).erased_at


def test_a_deletion_that_waited_for_a_payment_to_start_is_refused(shop):
    refusals, erased_at = deletion_waiting_for_a_start(shop)

    assert [type(refusal) for refusal in refusals] == [BeingPaid]
    assert erased_at is None
    shop.assert_sound()


def test_without_its_lock_the_account_would_be_gone_while_money_runs(shop, monkeypatch):
    without_locks(shop.database, monkeypatch)

    refusals, erased_at = deletion_waiting_for_a_start(shop)

    assert refusals == []
    assert erased_at is not None


def test_a_payment_that_waited_for_the_deletion_does_not_start(shop, crowd):
    buyer = shop.buyer()
    with shop.database.transaction() as session:
        account = an_account(session)
        session.get_one(Buyer, buyer).account_id = account.id
    holds = [shop.hold(shop.edition(), buyer)]
    order = shop.order(holds, buyer)

    def one(i):
        if i:
            return shop.start(order)
        with shop.database.transaction() as session:
            return erase_person(session, account.id, at=shop.clock.now())

    crowd(2, one, (Exception,))

    erased = shop.read(Account, account.id).erased_at is not None
    with shop.database.reading() as session:
        started = session.scalars(select(CheckoutAttempt.id)).first() is not None
    assert erased != started
    shop.assert_sound()
