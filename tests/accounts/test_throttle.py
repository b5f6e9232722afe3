import threading
from datetime import timedelta

import pytest

from factories import NOON
from storefront.accounts.throttle import Limit, ThrottleCount, count_try, forget_old, forgive, place_of

LIMIT = Limit("knock", 3, timedelta(minutes=15))
KEY = b"key"


def knock(session, whom="ada", *, at=NOON, limit=LIMIT):
    return count_try(session, limit, whom, key=KEY, at=at)


def test_as_many_tries_as_the_limit_says_and_then_a_wait(session):
    assert [knock(session) for _ in range(3)] == [None, None, None]
    assert knock(session) == timedelta(minutes=15)
    assert knock(session, at=NOON + timedelta(minutes=14)) == timedelta(minutes=1)


def test_the_next_quarter_of_an_hour_begins_anew(session):
    for _ in range(9):
        knock(session)

    assert knock(session, at=NOON + timedelta(minutes=15)) is None


def test_one_persons_tries_cost_no_other_person_and_no_other_limit(session):
    for _ in range(9):
        knock(session)

    assert knock(session, "bea") is None
    assert knock(session, limit=Limit("ring", 3, timedelta(minutes=15))) is None


def test_the_table_names_nobody(session):
    knock(session, "ada@example.org")

    assert "ada" not in session.query(ThrottleCount).one().name


def test_whoever_has_shown_who_they_are_begins_anew(session):
    for _ in range(9):
        knock(session)

    forgive(session, LIMIT, "ada", key=KEY)

    assert knock(session) is None


def test_tries_side_by_side_are_all_counted(database):
    waits = []

    def run():
        for _ in range(5):
            with database.transaction() as session:
                waits.append(knock(session))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert waits.count(None) == 3
    with database.reading() as session:
        assert session.query(ThrottleCount).one().count == 30


def test_old_counts_are_forgotten(session):
    knock(session, at=NOON - timedelta(days=3))
    knock(session)

    forget_old(session, at=NOON)

    assert session.query(ThrottleCount).one().window_at == NOON


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unknown", "nowhere"),
        ("", "nowhere"),
        (None, "nowhere"),
    ],
)
def test_a_household_is_one_place(address, place):
    assert place_of(address) == place
