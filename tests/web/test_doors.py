"""The last ten minutes before the opening: what is done is ticked off, and buying is then two presses."""

from datetime import timedelta

import pytest

from factories import NOON, a_key
from people import a_person
from shopfront import hang
from storefront.accounts.saved_addresses import find_saved
from storefront.catalog.drops import DropState

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "line2": "",
    "postcode": "1100-001",
    "city": "Lisboa",
    "region": "",
    "country": "PT",
}


@pytest.fixture
def engine_name():
    return "sqlite"  # pages are tested on one database


@pytest.fixture
def hung(database):
    with database.transaction() as session:
        return hang(session, state=DropState.ANNOUNCED, opens_at=NOON + timedelta(minutes=30), opened_at=None)


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_person(session)


def state_of(client, url):
    client.get(url)
    return client.page.body["data-state"]


def test_the_page_and_its_live_document_become_the_doors_ten_minutes_before_and_open_in_time(client, hung, clock):
    live = f"{hung.url}/live.json"
    assert (state_of(client, hung.url), client.get(live).json["state"]) == ("scheduled", "scheduled")

    clock.tick(minutes=20)
    assert (state_of(client, hung.url), client.get(live).json["state"]) == ("doors", "doors")
    assert client.get(live).json["editions"][0]["state"] == "doors"
    assert client.page.find("a", href=f"{hung.url}/ready")
    assert client.page.select("template[data-at-opening]")

    clock.tick(minutes=10)
    assert (state_of(client, hung.url), client.get(live).json["state"]) == ("open", "open")


def test_the_doors_are_the_same_bytes_for_everybody(app, client, hung, ada, sign_in_as, clock):
    clock.tick(minutes=20)
    mine = sign_in_as(app.test_client(), ada)

    assert client.get(hung.url).data == mine.get(hung.url).data
    assert "Set-Cookie" not in client.get(hung.url).headers


def test_what_is_done_is_told_by_the_personal_call_and_nothing_of_it_once_it_is_open(
    client, hung, ada, sign_in_as, clock
):
    clock.tick(minutes=20)
    assert client.get(f"{hung.url}/me").json["ready"] == {"confirmed": False, "address": False, "understood": False}

    sign_in_as(client, ada)
    client.submit("/account/delivery", ADDRESS)
    client.submit(f"{hung.url}/ready")
    assert client.get(f"{hung.url}/me").json["ready"] == {"confirmed": True, "address": True, "understood": True}

    clock.tick(minutes=10)
    assert client.get(f"{hung.url}/me").json["ready"] == {}


def test_a_guest_sees_the_list_without_script_and_that_nothing_is_stored(client, hung):
    assert client.get(f"{hung.url}/ready").headers["Cache-Control"] == "no-store"

    assert "Without an account we store nothing." in client.page.get_text()


def test_an_address_is_stored_shown_and_forgotten(client, database, hung, ada, sign_in_as):
    sign_in_as(client, ada)
    back = f"{hung.url}/ready"

    answer = client.submit("/account/delivery", {**ADDRESS, "next": back})
    assert answer.headers["Location"] == back
    client.get(back)
    assert "12 St James's Square" in client.page.select_one("address").get_text()
    client.get(f"/account/delivery?next={back}")
    assert client.page.select_one("input[name=city]")["value"] == "Lisboa"
    client.submit("/account/delivery/forget")

    with database.reading() as session:
        assert find_saved(session, ada.id) is None


@pytest.mark.parametrize(("field", "typed"), [("city", ""), ("country", "XX"), ("line1", "a" * 101)])
def test_an_address_that_is_none_is_not_stored_and_nothing_typed_is_lost(
    client, database, ada, sign_in_as, field, typed
):
    sign_in_as(client, ada)

    assert client.submit("/account/delivery", {**ADDRESS, field: typed}).status_code == 422
    assert client.page.select_one(".error")
    assert client.page.select_one("input[name=name]")["value"] == "Ada Lovelace"
    with database.reading() as session:
        assert find_saved(session, ada.id) is None


def test_who_is_ready_holds_a_number_with_one_press_and_is_on_the_way_to_paying_with_the_next(
    app, client, hung, ada, sign_in_as, sandbox, clock
):
    sign_in_as(client, ada)
    client.submit("/account/delivery", ADDRESS)
    clock.tick(minutes=30)

    held = client.submit(f"{hung.url}/holds", {"edition": hung.edition.id, "idempotency_key": a_key()})
    client.get(held.headers["Location"])
    form = client.page.select_one('form[action="/orders"]')
    paying = client.submit(form["action"], {field["name"]: field["value"] for field in form.select("input")})

    assert "€32.50" in form.get_text()
    assert paying.status_code == 303
    assert paying.headers["Location"].startswith(sandbox.url)


def test_an_address_the_artist_does_not_post_to_is_told_before_and_asked_for_again_when_paying(
    client, hung, ada, sign_in_as, clock
):
    sign_in_as(client, ada)
    client.submit("/account/delivery", {**ADDRESS, "country": "AQ"})
    client.get(f"{hung.url}/ready")
    assert "does not post to Antarctica" in client.page.get_text()
    clock.tick(minutes=30)

    held = client.submit(f"{hung.url}/holds", {"edition": hung.edition.id, "idempotency_key": a_key()})
    client.get(held.headers["Location"])

    assert not client.page.select('form[action="/orders"]')
    assert client.page.select_one("input[name=city]")["value"] == "Lisboa"
