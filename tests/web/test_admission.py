"""Who may hold: anyone, accounts, or confirmed addresses; whoever may not yet is told what is missing."""

import pytest

from factories import a_drop, a_key, an_artist, an_edition
from people import a_person
from storefront.catalog.drops import WhoMayHold


@pytest.fixture
def press(client, database):
    """`press(who_may_hold)`: the answer to pressing the button of such a drop."""

    def hold(who_may_hold, **headers):
        with database.transaction() as session:
            drop = a_drop(session, an_artist(session), who_may_hold=who_may_hold)
            edition = an_edition(session, drop, size=20)
        fields = {"edition": edition.id, "idempotency_key": a_key()}
        return client.submit(f"/d/{drop.slug}/holds", fields, headers=headers)

    return hold


@pytest.fixture
def signed_in(client, database, sign_in_as):
    def sign_in(**values):
        with database.transaction() as session:
            person = a_person(session, **values)
        sign_in_as(client, person)

    return sign_in


@pytest.mark.parametrize("whom", [WhoMayHold.ACCOUNTS, WhoMayHold.CONFIRMED])
def test_a_guest_is_asked_to_sign_in_and_comes_back(press, whom):
    assert press(whom).headers["Location"].startswith("/sign-in?next=/d/")


@pytest.mark.parametrize("whom", [WhoMayHold.ANYONE, WhoMayHold.ACCOUNTS])
def test_an_account_without_a_confirmed_address_holds_where_that_is_not_asked_for(press, signed_in, whom):
    signed_in(confirmed_at=None)

    assert "/holds/" in press(whom).headers["Location"]


def test_an_account_without_a_confirmed_address_is_told_to_confirm_it(client, press, signed_in):
    signed_in(confirmed_at=None)

    response = press(WhoMayHold.CONFIRMED)

    assert response.headers["Location"] == "/account"
    client.get("/account")
    assert "Confirm your address first" in client.page.get_text()


def test_a_confirmed_address_holds(press, signed_in):
    signed_in()

    assert "/holds/" in press(WhoMayHold.CONFIRMED).headers["Location"]


def test_a_script_is_told_so_in_its_own_language(press):
    response = press(WhoMayHold.ACCOUNTS, Accept="application/json")

    assert (response.status_code, response.json) == (403, {"error": "sign_in"})
