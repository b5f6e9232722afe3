"""Deleting an account: what goes, what stays, who may not, and that a payment that runs is never cut off."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import false, select, text
from sqlalchemy.exc import IntegrityError

from factories import NOON, a_buyer, an_account, an_artist, an_edition
from sales import a_hold, an_open_attempt, an_order, facts
from storefront.accounts import saved_addresses, sessions, tokens
from storefront.accounts.buyers import Buyer
from storefront.accounts.erasing import LastInStudio
from storefront.accounts.people import Account, ArtistMember
from storefront.accounts.roles import LastAdmin
from storefront.accounts.sessions import AccountSession
from storefront.accounts.tokens import AccountToken, Purpose
from storefront.catalog.editions import NumberPolicy
from storefront.following import follows
from storefront.following.follows import Follow, Reader, Subject
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import LimitReached
from storefront.inventory.turns import Turn, TurnState
from storefront.orders.giving_back import BeingPaid
from storefront.orders.orders import OrderState
from storefront.orders.settlement import apply_facts
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.privacy.erasing import erase_person
from storefront.privacy.telling import Person, tell_everything

CANARY = "Maria Prado"
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def maria(session):
    """An account with all that may hang on one."""
    account = an_account(session, name=CANARY, email="maria@example.org", email_key="maria's key")
    buyer = a_buyer(session, guest_hash=None, account_id=account.id, email_key="maria's key")
    a_buyer(session, guest_hash=None, email_key="her former address", joined_to=buyer.id)
    sessions.begin(session, account.id, "Maria's telephone", at=NOON)
    tokens.issue(session, account, Purpose.CHANGE_EMAIL, key=b"k", at=NOON, new_email="m.prado@example.org")
    saved_addresses.save(session, account.id, {"name": CANARY, "line1": "Rua 1", "country": "PT"}, at=NOON)
    reader = Reader("maria@example.org", "maria's key")
    follows.follow_at_once(session, Subject(artist_id=an_artist(session).id), reader, token_key=b"k", at=NOON)
    return account


def buyer_of(session, account):
    return session.scalars(select(Buyer).where(Buyer.account_id == account.id)).one()


def rows_that_say(session, words):
    """The tables in which a word stands anywhere."""
    found = set()
    for table in Account.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            if any(word in json.dumps(dict(row), default=str) for word in words):
                found.add(table.name)
    return found


def paid(session, holds):
    order = an_order(session, holds)
    attempt = an_open_attempt(session, order)
    apply_facts(session, facts(attempt, status="complete", payment_status="paid"), at=NOON)
    session.expire_all()
    return order


def test_the_follows_of_an_address_nobody_has_shown_to_be_theirs_are_not_the_accounts_to_end(session, maria):
    maria.confirmed_at = None
    assert tell_everything(session, Person(maria.id, lambda _model: false()), shop="V", at=NOON)["follows"] == []

    erase_person(session, maria.id, at=LATER)

    assert [follow.email for follow in session.scalars(select(Follow))] == ["maria@example.org"]


def test_nothing_says_any_more_who_it_was(session, maria):
    unpaid = a_hold(session, an_edition(session), buyer_of(session, maria))
    an_order(session, [unpaid])
    said = [CANARY, "maria@example.org", "m.prado@example.org", "telephone", "Rua 1"]
    assert rows_that_say(session, said) == {
        "account",
        "account_session",
        "account_token",
        "follow",
        "order",
        "saved_address",
    }

    erase_person(session, maria.id, at=LATER)
    session.expire_all()

    assert rows_that_say(session, said) == set()
    assert (maria.erased_at, maria.disabled_at) == (LATER, LATER)
    for part in (AccountSession, AccountToken):
        assert session.scalars(select(part.id)).all() == []
    assert unpaid.state is HoldState.RELEASED
    assert session.get(Piece, unpaid.piece_id).state is PieceState.AVAILABLE


def test_what_was_paid_stays_as_the_law_asks_and_its_link_still_opens_it(session, maria):
    order = paid(session, [a_hold(session, an_edition(session), buyer_of(session, maria))])
    order.link_hash = "of the mailed link"

    erase_person(session, maria.id, at=LATER)
    session.expire_all()

    assert (order.state, order.email, order.address["name"]) == (OrderState.PAID, "maria@example.org", CANARY)
    assert order.link_hash == "of the mailed link"
    assert session.get(Buyer, order.buyer_id).account_id is None


def test_the_limits_of_an_edition_go_on_holding(session, maria):
    edition = an_edition(session, per_person=1)
    paid(session, [a_hold(session, edition, buyer_of(session, maria))])
    erase_person(session, maria.id, at=LATER)

    again = session.scalars(select(Buyer).where(Buyer.email_key == "maria's key")).one()

    with pytest.raises(LimitReached):
        a_hold(session, edition, again)


def test_an_account_that_never_confirmed_leaves_a_buyer_nobody_is(session):
    account = an_account(session, confirmed_at=None)
    buyer = a_buyer(session, guest_hash=None, account_id=account.id)

    erase_person(session, account.id, at=LATER)

    assert buyer.account_id is None
    assert buyer.guest_hash


def test_the_provider_is_not_told_by_an_attempt_that_came_to_nothing(session, maria):
    order = an_order(session, [a_hold(session, an_edition(session), buyer_of(session, maria))])
    attempt = an_open_attempt(session, order)
    session.get(CheckoutAttempt, attempt.id).params = '{"customer_email": "maria@example.org"}'
    apply_facts(session, facts(attempt, status="expired"), at=NOON)

    erase_person(session, maria.id, at=LATER)
    session.expire_all()

    assert (attempt.state, attempt.params) == (AttemptState.EXPIRED, None)


def test_a_place_on_a_waitlist_is_given_up_and_nobody_is_written_to(session, maria):
    edition, buyer = an_edition(session), buyer_of(session, maria)
    words = {"email": "maria@example.org", "locale": "en", "nonce": "n", "token_hash": "h"}
    times = {"asked_at": NOON, "joined_at": NOON}
    turn = Turn(edition_id=edition.id, buyer_id=buyer.id, seq=1, state=TurnState.WAITING, **words, **times)
    session.add(turn)
    session.flush()
    told = tell_everything(session, Person(maria.id, lambda m: m.buyer_id == buyer.id, (buyer.id,)), shop="", at=NOON)

    erase_person(session, maria.id, at=LATER)
    session.expire_all()

    assert [(one["state"], one["email"]) for one in told["turns"]] == [("waiting", "maria@example.org")]
    assert (turn.state, turn.email, turn.ended_at) == (TurnState.LEFT, None, LATER)


@pytest.mark.parametrize("so_far", ["waiting", "at the provider", "being looked at"])
def test_while_a_payment_runs_nothing_is_deleted(database, so_far):
    with database.transaction() as session:
        account = an_account(session)
        buyer = a_buyer(session, guest_hash=None, account_id=account.id, email_key="k")
        held = a_hold(session, an_edition(session), buyer)
        attempt = an_open_attempt(session, an_order(session, [held]))
        if so_far == "waiting":
            session.execute(text("UPDATE checkout_attempt SET state = 'queued', session_id = NULL"))
        if so_far == "being looked at":
            wrong = facts(attempt, status="complete", payment_status="paid")
            apply_facts(session, type(wrong)(**{**vars(wrong), "amount_total": 1}), at=NOON)

    with pytest.raises(BeingPaid), database.transaction() as session:
        erase_person(session, account.id, at=LATER)

    with database.reading() as session:
        assert session.get(Account, account.id).erased_at is None
        assert session.get(Hold, held.id).state is HoldState.ACTIVE


def test_the_last_admin_stays(session):
    admin = an_account(session, is_admin=True)
    an_account(session, is_admin=True, disabled_at=NOON)

    with pytest.raises(LastAdmin):
        erase_person(session, admin.id, at=LATER)

    an_account(session, is_admin=True)
    erase_person(session, admin.id, at=LATER)
    assert not admin.is_admin


def test_an_artists_studio_is_not_left_empty(session):
    artist, one, other = an_artist(session), an_account(session), an_account(session)
    for account in (one, other):
        session.add(ArtistMember(account_id=account.id, artist_id=artist.id, joined_at=NOON))
    session.flush()

    erase_person(session, one.id, at=LATER)
    with pytest.raises(LastInStudio):
        erase_person(session, other.id, at=LATER)

    assert session.scalars(select(ArtistMember.account_id)).all() == [other.id]


@pytest.mark.parametrize("change", ["email = 'm@example.org'", "name = 'M'", "is_admin = TRUE", "disabled_at = NULL"])
def test_the_database_itself_keeps_an_erased_account_empty(database, change):
    with database.transaction() as session:
        account = an_account(session)
        erase_person(session, account.id, at=LATER)

    with pytest.raises(IntegrityError, match="ck_account_erased"), database.transaction() as session:
        session.execute(text(f"UPDATE account SET {change}"))


def test_everything_is_told_and_a_sealed_number_is_not(session, maria):
    buyer = buyer_of(session, maria)
    order = paid(session, [a_hold(session, an_edition(session), buyer)])
    a_hold(session, an_edition(session, policy=NumberPolicy.SEALED, seed="s"), buyer)
    person = Person(maria.id, lambda model: model.buyer_id == buyer.id)

    told = tell_everything(session, person, shop="Vitrine", at=LATER)

    assert set(told["explained"]) == set(told) - {"version", "shop", "made_at", "explained"}
    assert (told["account"]["email"], told["sessions"][0]["device"]) == ("maria@example.org", "Maria's telephone")
    assert [(one["code"], one["address"]["name"], one["lines"][0]["number"]) for one in told["orders"]] == [
        (order.code, CANARY, 1)
    ]
    assert told["orders"][0]["payments"][0]["amount"] == {"minor": order.total_minor, "currency": "EUR"}
    assert [hold["number"] for hold in told["holds"]] == [1, None]
    json.dumps(told)


def test_nothing_is_told_of_somebody_else(session, maria):
    paid(session, [a_hold(session, an_edition(session), buyer_of(session, maria))])
    stranger = Person(None, lambda model: model.buyer_id == -1)

    told = json.dumps(tell_everything(session, stranger, shop="Vitrine", at=LATER))

    assert CANARY not in told
    assert "maria" not in told
