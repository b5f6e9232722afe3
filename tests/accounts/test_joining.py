import pytest

from factories import NOON, a_buyer, a_drop, a_key, an_account, an_artist, an_edition
from storefront.accounts import buyers
from storefront.accounts.buyers import Buyer
from storefront.accounts.joining import join_address
from storefront.inventory.holds import Hold
from storefront.inventory.placing import LimitReached, place_hold
from storefront.inventory.rekeying import rekey_all


@pytest.fixture
def edition(session):
    return an_edition(session, a_drop(session, an_artist(session)), per_person=1)


def hold(session, edition, buyer):
    placed = place_hold(session, edition, buyer.id, key=a_key(), at=NOON)
    return session.get_one(Hold, placed.hold_id)


def join(session, account):
    return join_address(session, account, rekey=rekey_all, at=NOON)


def test_an_account_without_a_buyer_takes_the_guest_of_its_address(session):
    account = an_account(session)
    guest = buyers.of_address(session, account.email_key, at=NOON)

    assert join(session, account) is guest
    assert buyers.find_of_account(session, account.id) is guest


def test_an_address_nobody_bought_with_counts_from_now_on(session):
    account = an_account(session)
    own = buyers.of_account(session, account.id, at=NOON)

    assert join(session, account) is own
    assert buyers.of_address(session, account.email_key, at=NOON) is own


def test_an_account_nobody_knows_gets_a_buyer_known_by_both(session):
    account = an_account(session)

    own = join(session, account)

    assert (own.account_id, own.email_key) == (account.id, account.email_key)


def test_the_accounts_holds_count_with_the_address_after_joining(session, edition):
    account = an_account(session)
    own = buyers.of_account(session, account.id, at=NOON)
    held = hold(session, edition, own)
    guest = buyers.of_address(session, account.email_key, at=NOON)

    joined = join(session, account)

    session.refresh(held)
    assert joined is guest
    assert (held.buyer_id, held.placed_by) == (guest.id, own.id)
    assert buyers.list_joined_ids(session, guest.id) == [own.id]
    with pytest.raises(LimitReached):
        hold(session, edition, buyers.of_account(session, account.id, at=NOON))


def test_a_hold_beyond_the_addresss_limit_stays_as_it_was(session, edition):
    account = an_account(session)
    own = buyers.of_account(session, account.id, at=NOON)
    held = hold(session, edition, own)
    hold(session, edition, buyers.of_address(session, account.email_key, at=NOON))

    join(session, account)

    session.refresh(held)
    assert held.buyer_id == own.id


def test_joining_twice_changes_nothing(session):
    account = an_account(session)
    buyers.of_account(session, account.id, at=NOON)
    buyers.of_address(session, account.email_key, at=NOON)

    first, second = join(session, account), join(session, account)

    assert first is second
    assert session.query(Buyer).count() == 2


def test_a_buyer_another_account_has_confirmed_stays_that_accounts(session):
    ada = an_account(session)
    adas = join(session, ada)
    bea = an_account(session)
    ada.email_key, bea.email_key = "elsewhere", ada.email_key
    session.flush()

    beas = join(session, bea)

    assert adas.account_id == ada.id
    assert beas is not adas


def test_after_a_change_of_address_both_addresses_count_with_the_account(session, edition):
    account = an_account(session)
    own, former = join(session, account), account.email_key
    account.email_key = "new"
    session.flush()
    guest = buyers.of_address(session, "new", at=NOON)
    held = hold(session, edition, guest)

    assert join(session, account) is own

    session.refresh(held)
    assert held.buyer_id == own.id
    assert buyers.of_address(session, "new", at=NOON) is own
    assert buyers.of_address(session, former, at=NOON) is own


def test_a_change_to_an_unused_address_counts_with_the_account_too(session):
    account = an_account(session)
    own = join(session, account)
    account.email_key = "new"
    session.flush()

    join(session, account)

    assert buyers.of_address(session, "new", at=NOON) is own


def test_guests_of_other_addresses_are_left_alone(session):
    account = an_account(session)
    a_buyer(session)
    stranger = buyers.of_address(session, "stranger", at=NOON)

    join(session, account)

    session.refresh(stranger)
    assert (stranger.account_id, stranger.joined_to) == (None, None)
