"""Payments are started so often and no more, and a hold outlasts the refusal."""

import pytest

from factories import a_drop, an_account, an_artist, an_edition
from storefront.accounts import throttle
from storefront.orders.orders import Order
from web.test_checkout import ADDRESS

HERE, ELSEWHERE, PRIVATE = "20.0.7.1", "20.0.7.2", "10.0.0.1"


@pytest.fixture
def edition(database):
    with database.transaction() as session:
        return an_edition(session, a_drop(session, an_artist(session), slug="luna"), size=10)


@pytest.fixture
def hold(client, edition):
    client.get(f"/d/luna/take?edition={edition.id}")
    form = client.page.select_one("main form")
    answer = client.submit(form["action"], {field["name"]: field["value"] for field in form.select("input")})
    return answer.location.rsplit("/", 1)[1]


@pytest.fixture
def pay(hold):
    def press(client, address=HERE):
        """A total that is not today's: the form is counted, nothing is ordered, and it can be sent again."""
        fields = {**ADDRESS, "hold": hold, "total_minor": "1"}
        return client.submit("/orders", fields, environ_overrides={"REMOTE_ADDR": address})

    return press


@pytest.fixture
def busy(database, settings, clock):
    """So many payments were started from HERE and from PRIVATE within the minute."""
    with database.transaction() as session:
        for address in (HERE, PRIVATE):
            for _ in range(throttle.PAYMENTS_FROM.most):
                key = settings.address_key.encode()
                throttle.count_try(session, throttle.PAYMENTS_FROM, address, key=key, at=clock.now())


def words(client):
    return " ".join(client.page.select_one("main").get_text(" ").split())


def test_one_buyer_starts_ten_payments_in_ten_minutes(client, clock, database, pay):
    for _ in range(10):
        assert pay(client).status_code == 200

    refused = pay(client)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert "Your number stays held: try again in 10 minutes" in words(client)
    with database.reading() as session:
        assert session.query(Order).count() == 0
    clock.tick(minutes=9, seconds=59)
    assert pay(client).status_code == 429
    clock.tick(seconds=1)
    assert pay(client).status_code != 429  # whatever has become of the hold meanwhile


@pytest.mark.usefixtures("busy")
def test_one_address_starts_sixty_in_a_minute(client, clock, pay):
    refused = pay(client)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "try again in 1 minute" in words(client)
    assert pay(client, ELSEWHERE).status_code == 200
    clock.tick(seconds=60)
    assert pay(client).status_code == 200


@pytest.mark.usefixtures("busy")
def test_an_address_that_may_be_a_proxys_is_not_counted(client, pay):
    assert pay(client, PRIVATE).status_code == 200


@pytest.mark.usefixtures("busy")
def test_a_confirmed_address_answers_for_itself(client, database, hold, pay, sign_in_as):
    with database.transaction() as session:
        known = an_account(session)
    sign_in_as(client, known)

    assert pay(client).status_code == 200
