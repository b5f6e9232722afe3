import threading
from datetime import timedelta

import pytest

from factories import NOON, an_account
from storefront.accounts import admins, tokens
from storefront.accounts.tokens import AccountToken, Purpose, TokenOver

KEY, OTHER_KEY = b"the shop's key", b"another key"
ALL = tuple(Purpose)


def a_token(session, account=None, purpose=Purpose.RESET, at=NOON):
    row = tokens.issue(session, account or an_account(session), purpose, key=KEY, at=at)
    return tokens.write_out(row, [KEY])


def test_a_token_works_once(session):
    token = a_token(session)

    tokens.use(session, token, [Purpose.RESET], at=NOON)

    with pytest.raises(TokenOver):
        tokens.use(session, token, [Purpose.RESET], at=NOON)


@pytest.mark.parametrize("made_for", ALL)
@pytest.mark.parametrize("used_for", ALL)
def test_a_token_works_for_its_purpose_only(session, made_for, used_for):
    token = a_token(session, purpose=made_for)

    if made_for is used_for:
        assert tokens.use(session, token, [used_for], at=NOON)
    else:
        with pytest.raises(TokenOver):
            tokens.use(session, token, [used_for], at=NOON)


@pytest.mark.parametrize(("purpose", "lasts"), tokens.LASTS.items())
def test_a_token_works_until_its_time_is_over(session, purpose, lasts):
    token = a_token(session, purpose=purpose)

    assert tokens.get_usable(session, token, [purpose], at=NOON + lasts - timedelta(seconds=1))
    with pytest.raises(TokenOver):
        tokens.get_usable(session, token, [purpose], at=NOON + lasts)


def test_using_one_voids_the_others_of_its_purpose_and_leaves_other_purposes(session):
    account = an_account(session)
    used, other = a_token(session, account), a_token(session, account)
    confirm = a_token(session, account, Purpose.CONFIRM)
    strangers = a_token(session)

    tokens.use(session, used, [Purpose.RESET], at=NOON)

    with pytest.raises(TokenOver):
        tokens.get_usable(session, other, ALL, at=NOON)
    assert tokens.get_usable(session, confirm, ALL, at=NOON)
    assert tokens.get_usable(session, strangers, ALL, at=NOON)


def test_a_token_dies_with_the_address_it_was_made_for(session):
    account = an_account(session)
    token = a_token(session, account)

    account.email = "new@example.org"
    session.flush()

    with pytest.raises(TokenOver):
        tokens.use(session, token, ALL, at=NOON)


def test_a_token_finds_its_own_account(session):
    ada, bea = an_account(session), an_account(session)
    adas, beas = a_token(session, ada), a_token(session, bea)

    assert tokens.get_usable(session, adas, ALL, at=NOON)[1] is ada
    assert tokens.get_usable(session, beas, ALL, at=NOON)[1] is bea


def test_a_disabled_account_uses_no_token(session):
    account = an_account(session)
    token = a_token(session, account)

    admins.disable(session, account.id, at=NOON)

    with pytest.raises(TokenOver):
        tokens.use(session, token, ALL, at=NOON)


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 5000, "' OR 1=1 --", "�"])
def test_no_other_text_is_a_token(session, token):
    a_token(session)

    with pytest.raises(TokenOver):
        tokens.use(session, token, ALL, at=NOON)


def test_the_row_alone_makes_no_token_and_the_key_does(session):
    row = tokens.issue(session, an_account(session), Purpose.RESET, key=KEY, at=NOON)

    assert tokens.write_out(row, [OTHER_KEY]) is None
    token = tokens.write_out(row, [OTHER_KEY, KEY])
    assert len(token) == 43
    assert token not in {row.nonce, row.token_hash}


def test_two_who_use_a_token_at_once_use_it_once(database):
    with database.transaction() as session:
        token = a_token(session)
    ready, outcomes = threading.Barrier(4), []

    def use():
        ready.wait()
        try:
            with database.transaction() as session:
                tokens.use(session, token, [Purpose.RESET], at=NOON)
        except TokenOver:
            outcomes.append("over")
        else:
            outcomes.append("used")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["over", "over", "over", "used"]


def test_old_tokens_are_forgotten(session):
    a_token(session, at=NOON - timedelta(days=40))
    a_token(session)

    tokens.forget_old(session, at=NOON)

    assert session.query(AccountToken).count() == 1
