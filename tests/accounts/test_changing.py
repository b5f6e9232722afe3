import threading

import pytest
from sqlalchemy import select

from factories import NOON
from people import ADDRESS_KEY, a_person
from storefront.accounts import admins, changing, registering, sessions, tokens
from storefront.accounts.addresses import email_key
from storefront.accounts.people import Account, find_by_key
from storefront.accounts.tokens import AccountToken, Purpose, TokenOver
from storefront.inventory.rekeying import rekey_all
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import OutboxMessage

KEY = b"the shop's key"


def key_of(address):
    return email_key(ADDRESS_KEY.encode(), address)


def register(session, email="ada@example.org"):
    return registering.register(
        session, email=email, email_key=key_of(email), name="Ada", password_hash="!", token_key=KEY, at=NOON
    )


def posted(session):
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def last_token(session):
    row = session.scalars(select(AccountToken).order_by(AccountToken.id.desc())).first()
    return tokens.write_out(row, [KEY])


def confirm(session, token, address):
    return changing.confirm_address(session, token, key_of(address), rekey=rekey_all, at=NOON)


def test_a_new_account_is_unconfirmed_until_its_mail_is_answered(session):
    account = register(session)

    assert account.confirmed_at is None
    assert posted(session) == [Kind.CONFIRM_ADDRESS]
    assert confirm(session, last_token(session), account.email).confirmed_at == NOON


@pytest.mark.parametrize("again", ["ada@example.org", "ADA@example.org", "ada+pins@example.org"])
def test_an_address_with_an_account_gets_a_mail_instead_of_a_second_one(session, again):
    register(session)

    assert register(session, again) is None
    assert posted(session) == [Kind.CONFIRM_ADDRESS, Kind.ACCOUNT_EXISTS]
    assert session.query(Account).count() == 1


def test_its_owner_is_told_once_an_hour_at_most(session):
    for _ in range(5):
        register(session)

    assert posted(session).count(Kind.ACCOUNT_EXISTS) == 1


def test_two_who_register_an_address_at_once_make_one_account(database):
    ready, made = threading.Barrier(2), []

    def run():
        ready.wait()
        with database.transaction() as session:
            made.append(register(session) is not None)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == [False, True]


def test_nobody_without_an_account_is_written_to(session):
    changing.ask_to_reset(session, key_of("nobody@example.org"), token_key=KEY, at=NOON)

    assert posted(session) == []


def test_a_disabled_account_is_not_written_to(session):
    person = a_person(session)
    admins.disable(session, person.id, at=NOON)

    changing.ask_to_reset(session, person.email_key, token_key=KEY, at=NOON)

    assert posted(session) == []


def test_a_reset_sets_the_password_confirms_the_address_and_ends_every_session(session):
    person = a_person(session, confirmed_at=None)
    signed_in = sessions.begin(session, person.id, "", at=NOON)
    changing.ask_to_reset(session, person.email_key, token_key=KEY, at=NOON)

    changing.reset_password(session, last_token(session), "new hash", rekey=rekey_all, at=NOON)

    assert person.password_hash == "new hash"
    assert person.confirmed_at == NOON
    assert sessions.find_signed_in(session, signed_in, at=NOON) is None


def test_a_new_password_ends_all_other_sessions_and_every_mailed_link(session):
    person = a_person(session)
    here, there = (sessions.begin(session, person.id, "", at=NOON) for _ in range(2))
    changing.ask_to_reset(session, person.email_key, token_key=KEY, at=NOON)
    mailed = last_token(session)

    kept = sessions.find_signed_in(session, here, at=NOON).session_id
    new = changing.change_password(session, person.id, "new hash", keep_session=kept, at=NOON)

    alive = [sessions.find_signed_in(session, token, at=NOON) is not None for token in (here, there, new)]
    assert alive == [False, False, True]
    with pytest.raises(TokenOver):
        tokens.get_usable(session, mailed, [Purpose.RESET], at=NOON)


def test_an_address_changes_when_the_mail_to_the_new_one_is_answered(session):
    person = a_person(session)
    signed_in = sessions.begin(session, person.id, "", at=NOON)
    changing.ask_to_change_address(
        session, person.id, "new@example.org", key_of("new@example.org"), token_key=KEY, at=NOON
    )
    assert person.email == "ada@example.org"

    confirm(session, last_token(session), "new@example.org")

    assert (person.email, person.email_key) == ("new@example.org", key_of("new@example.org"))
    assert posted(session) == [Kind.CHANGE_ADDRESS, Kind.ADDRESS_CHANGED]
    assert sessions.find_signed_in(session, signed_in, at=NOON) is None


def test_only_the_last_asked_for_address_can_be_changed_to(session):
    person = a_person(session)
    for address in ("one@example.org", "two@example.org"):
        changing.ask_to_change_address(session, person.id, address, key_of(address), token_key=KEY, at=NOON)
    first, second = session.scalars(select(AccountToken).order_by(AccountToken.id))

    with pytest.raises(TokenOver):
        confirm(session, tokens.write_out(first, [KEY]), "one@example.org")
    assert confirm(session, tokens.write_out(second, [KEY]), "two@example.org").email == "two@example.org"


def test_an_address_of_another_account_cannot_be_taken(session):
    bea, ada = a_person(session, "bea@example.org"), a_person(session)

    changing.ask_to_change_address(session, ada.id, bea.email, bea.email_key, token_key=KEY, at=NOON)

    assert posted(session) == [Kind.ACCOUNT_EXISTS]
    assert session.query(AccountToken).count() == 0


def test_an_address_somebody_registered_in_the_meantime_cannot_be_taken(session):
    ada = a_person(session)
    changing.ask_to_change_address(
        session, ada.id, "bea@example.org", key_of("bea@example.org"), token_key=KEY, at=NOON
    )
    token = last_token(session)
    a_person(session, "bea@example.org")

    with pytest.raises(TokenOver):
        confirm(session, token, "bea@example.org")


def test_an_admin_is_made_with_a_link_to_set_a_password(session):
    token = admins.create_admin(
        session, email="boss@example.org", email_key=key_of("boss@example.org"), token_key=KEY, at=NOON
    )

    changing.reset_password(session, token, "hash", rekey=rekey_all, at=NOON)

    boss = find_by_key(session, key_of("boss@example.org"))
    assert (boss.is_admin, boss.password_hash, boss.confirmed_at) == (True, "hash", NOON)


def test_an_account_that_becomes_admin_signs_in_again(session):
    person = a_person(session)
    signed_in = sessions.begin(session, person.id, "", at=NOON)

    admins.create_admin(session, email=person.email, email_key=person.email_key, token_key=KEY, at=NOON)

    assert person.is_admin
    assert sessions.find_signed_in(session, signed_in, at=NOON) is None
