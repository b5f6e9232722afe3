from datetime import timedelta

import pytest

from factories import NOON, an_account, an_artist
from storefront.accounts import admins, sessions
from storefront.accounts.people import ArtistMember
from storefront.accounts.sessions import AccountSession, find_signed_in


def a_member(session):
    account = an_account(session)
    session.add(ArtistMember(account_id=account.id, artist_id=an_artist(session).id, joined_at=NOON))
    session.flush()
    return account


def an_admin(session):
    return an_account(session, is_admin=True)


def use_until(session, token, until, *, every):
    at = NOON
    while at < until:
        at = min(at + every, until)
        found = find_signed_in(session, token, at=at)
        if found is None:
            return at
        sessions.note_seen(session, found.session_id, at=at)
    return None


def test_a_token_finds_its_account_and_is_not_stored(session):
    account = an_account(session)

    token = sessions.begin(session, account.id, "Firefox", at=NOON)

    assert find_signed_in(session, token, at=NOON).account is account
    assert token not in str([vars(row) for row in session.query(AccountSession)])


def test_another_token_finds_nobody(session):
    sessions.begin(session, an_account(session).id, "Firefox", at=NOON)

    assert find_signed_in(session, "guessed", at=NOON) is None


def test_a_buyer_stays_signed_in_for_fourteen_idle_days(session):
    token = sessions.begin(session, an_account(session).id, "", at=NOON)

    assert find_signed_in(session, token, at=NOON + timedelta(days=13, hours=23))
    assert not find_signed_in(session, token, at=NOON + timedelta(days=14))


@pytest.mark.parametrize("person", [a_member, an_admin])
def test_staff_stay_signed_in_for_half_an_idle_hour(session, person):
    token = sessions.begin(session, person(session).id, "", at=NOON)

    assert find_signed_in(session, token, at=NOON + timedelta(minutes=29))
    assert not find_signed_in(session, token, at=NOON + timedelta(minutes=30))


@pytest.mark.parametrize("person", [a_member, an_admin])
def test_staff_sign_in_again_after_twelve_hours_however_busy(session, person):
    token = sessions.begin(session, person(session).id, "", at=NOON)

    over = use_until(session, token, NOON + timedelta(hours=13), every=timedelta(minutes=20))

    assert over == NOON + timedelta(hours=12)


def test_a_busy_buyer_signs_in_again_after_ninety_days(session):
    token = sessions.begin(session, an_account(session).id, "", at=NOON)

    over = use_until(session, token, NOON + timedelta(days=99), every=timedelta(days=9))

    assert over == NOON + timedelta(days=90)


def test_whoever_becomes_an_admin_has_a_short_session_from_then_on(session):
    account = an_account(session)
    token = sessions.begin(session, account.id, "", at=NOON)

    account.is_admin = True
    session.flush()

    assert not find_signed_in(session, token, at=NOON + timedelta(hours=1))


def test_an_ended_session_finds_nobody(session):
    account = an_account(session)
    token = sessions.begin(session, account.id, "", at=NOON)

    assert sessions.end(session, account.id, find_signed_in(session, token, at=NOON).session_id, at=NOON)
    assert not find_signed_in(session, token, at=NOON)


def test_nobody_ends_another_accounts_session(session):
    token = sessions.begin(session, an_account(session).id, "", at=NOON)
    theirs = find_signed_in(session, token, at=NOON).session_id

    assert not sessions.end(session, an_account(session).id, theirs, at=NOON)
    assert find_signed_in(session, token, at=NOON)


def test_after_a_rotation_only_the_new_token_opens(session):
    old = sessions.begin(session, an_account(session).id, "", at=NOON)

    new = sessions.rotate(session, find_signed_in(session, old, at=NOON).session_id)

    assert not find_signed_in(session, old, at=NOON)
    assert find_signed_in(session, new, at=NOON)


def test_a_disabled_account_is_signed_out_at_once_and_stays_out_when_enabled(session):
    account = an_account(session)
    token = sessions.begin(session, account.id, "", at=NOON)

    admins.disable(session, account.id, at=NOON)
    assert not find_signed_in(session, token, at=NOON)
    admins.enable(session, account.id)

    assert not find_signed_in(session, token, at=NOON)


def test_all_sessions_but_one_end(session):
    account = an_account(session)
    tokens = [sessions.begin(session, account.id, "", at=NOON) for _ in range(3)]
    keep = find_signed_in(session, tokens[1], at=NOON).session_id

    sessions.end_all(session, account.id, at=NOON, but=keep)

    assert [find_signed_in(session, token, at=NOON) is not None for token in tokens] == [False, True, False]
    assert [row.id for row in sessions.list_sessions(session, account.id, at=NOON, staff=False)] == [keep]


def test_old_rows_are_forgotten_and_live_ones_are_not(session):
    account = an_account(session)
    sessions.begin(session, account.id, "", at=NOON - timedelta(days=200))
    live = sessions.begin(session, account.id, "", at=NOON)

    sessions.forget_old(session, at=NOON)

    assert session.query(AccountSession).count() == 1
    assert find_signed_in(session, live, at=NOON)
