"""Whoever is held back for the sake of others is told the limit, when to come back, and what they can do."""

import pytest
from sqlalchemy import select

from factories import a_drop, a_key, an_account, an_artist, an_edition
from storefront.inventory.fairness import allowance
from storefront.inventory.holds import Hold
from storefront.jobs import Round

HERE, NEXT_DOOR, ELSEWHERE = "20.0.7.1", "20.0.7.99", "20.0.8.1"


@pytest.fixture
def edition(database):
    with database.transaction() as session:
        edition = an_edition(session, a_drop(session, an_artist(session), slug="luna"), size=10)
        assert allowance(edition.size, edition.per_person) == 5
        return edition


@pytest.fixture
def press(app, edition):
    """`press(client, address)`: the answer to a press on the button that comes from this address."""

    def hold(client, address=HERE, **headers):
        fields = {"edition": edition.id, "idempotency_key": a_key()}
        return client.submit("/d/luna/holds", fields, headers=headers, environ_overrides={"REMOTE_ADDR": address})

    return hold


@pytest.fixture
def crowd(app, press):
    """As many guests as one network may hold numbers for, each with a browser of their own."""
    for n in range(5):
        assert press(app.test_client(), f"20.0.7.{n}").status_code == 303


def text(client):
    return " ".join(client.page.select_one("main").get_text(" ").split())


@pytest.mark.usefixtures("crowd")
def test_a_guest_of_a_network_that_holds_all_it_may_is_told_so(client, press):
    answer = press(client, NEXT_DOOR)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "guests of one network may hold 5 numbers an hour" in text(client)
    assert "may be room in 11 minutes" in text(client)
    assert "Sign in with a confirmed address" in text(client)
    assert "/d/luna/take" in client.page.select_one("main a[href^='/sign-in']")["href"]


@pytest.mark.usefixtures("crowd")
def test_a_script_is_told_how_long(client, press):
    answer = press(client, NEXT_DOOR, Accept="application/json")

    assert (answer.status_code, answer.json) == (429, {"error": "crowded", "wait_ms": 645_000})


@pytest.mark.usefixtures("crowd")
def test_other_networks_and_private_ones_are_not_concerned(app, press):
    assert press(app.test_client(), ELSEWHERE).status_code == 303
    assert press(app.test_client(), "127.0.0.1").status_code == 303


@pytest.mark.usefixtures("crowd")
def test_a_confirmed_address_answers_for_itself(client, database, press, sign_in_as):
    with database.transaction() as session:
        known = an_account(session)
    sign_in_as(client, known)

    assert press(client, NEXT_DOOR).status_code == 303


@pytest.mark.usefixtures("crowd")
def test_an_account_without_one_is_told_to_confirm_it(client, database, press, sign_in_as):
    with database.transaction() as session:
        unknown = an_account(session, confirmed_at=None)
    sign_in_as(client, unknown)

    assert press(client, NEXT_DOOR).status_code == 429
    assert "Confirm your address" in text(client)
    assert not client.page.select_one("main a[href^='/sign-in']")


def test_who_let_two_numbers_go_pauses(client, clock, press):
    for _ in range(2):
        client.get(press(client).location)
        client.submit(client.page.select_one("form[action$='/releases']")["action"])

    answer = press(client)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1200"
    assert "let 2 numbers of this edition go unpaid" in text(client)
    assert "again in 20 minutes" in text(client)
    clock.tick(minutes=20)
    assert press(client).status_code == 303


@pytest.mark.usefixtures("crowd")
def test_the_clock_forgets_where_holds_came_from(app, database, clock):
    def places():
        with database.reading() as session:
            return set(session.scalars(select(Hold.place)))

    assert len(places()) == 1
    clock.tick(days=2)
    Round(app.extensions["services"].till, courier=None).tidy()

    assert places() == {None}
