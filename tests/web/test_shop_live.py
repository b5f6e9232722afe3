"""The live document, and the call for what is one's own."""

from base64 import b64decode
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factories import NOON, an_account
from shopfront import hang, hold, sell
from storefront.accounts.buyers import Buyer
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import GRACE, HOLD_FOR
from storefront.schema import metadata
from storefront.web.live import HOT, IDLE, WARM


def ms(at):
    return round(at.timestamp() * 1000)


def test_the_live_document_tells_each_editions_numbers(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 5, "proofs": 1}, {"size": 2})
        sell(session, luna.edition)
        hold(session, luna.edition)

    document = client.get(f"{luna.url}/live.json").get_json()

    assert document["state"] == "open"
    assert document["now"] == ms(NOON)
    first, second = document["editions"]
    assert first == {
        "id": luna.edition.id,
        "state": "open",
        "sold": 1,
        "held": 1,
        "free": 3,
        "next_free": 3,
        "returns_at": ms(NOON + HOLD_FOR),
        "returns_in": 10,
        "wall": {"numbered": "IQAP", "proof": "Pw=="},
    }
    assert b64decode(first["wall"]["numbered"]).hex() == "21000f"
    assert (second["free"], second["next_free"], second["returns_at"]) == (2, 1, None)


def test_it_may_be_kept_for_a_second_and_carries_no_cookie(client, database):
    with database.transaction() as session:
        luna = hang(session)

    response = client.get(f"{luna.url}/live.json")

    assert response.headers["Cache-Control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


def test_who_has_it_already_gets_an_empty_answer_until_something_changes(client, database, clock):
    with database.transaction() as session:
        luna = hang(session)
    tag = client.get(f"{luna.url}/live.json").headers["ETag"]
    clock.tick(seconds=20)

    unchanged = client.get(f"{luna.url}/live.json", headers={"If-None-Match": tag})
    with database.transaction() as session:
        hold(session, luna.edition)
    changed = client.get(f"{luna.url}/live.json", headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_the_version_is_the_same_as_long_as_the_news_is(client, database, clock):
    with database.transaction() as session:
        luna = hang(session)
    first = client.get(f"{luna.url}/live.json").get_json()
    clock.tick(seconds=20)

    second = client.get(f"{luna.url}/live.json").get_json()

    assert first["v"] == second["v"]
    assert second["now"] - first["now"] == 20_000


@pytest.mark.parametrize(
    ("values", "later", "state", "poll"),
    [
        ({"state": DropState.ANNOUNCED, "opens_at": NOON + timedelta(days=2)}, 0, "scheduled", IDLE),
        ({"state": DropState.ANNOUNCED, "opens_at": NOON + timedelta(minutes=11)}, 0, "scheduled", IDLE),
        ({"state": DropState.ANNOUNCED, "opens_at": NOON + timedelta(minutes=10)}, 0, "doors", WARM),
        ({"state": DropState.ANNOUNCED, "opens_at": NOON + timedelta(minutes=1)}, 0, "doors", HOT),
        ({}, 0, "open", HOT),
        ({}, 11, "open", WARM),
        ({"state": DropState.PAUSED}, 0, "paused", WARM),
        ({"state": DropState.CLOSED}, 0, "closed", IDLE),
        ({"state": DropState.CANCELLED}, 0, "cancelled", IDLE),
    ],
)
def test_the_server_says_how_often_to_ask(client, database, clock, values, later, state, poll):
    with database.transaction() as session:
        luna = hang(session, {"size": 100}, **values)
    clock.tick(minutes=later)

    document = client.get(f"{luna.url}/live.json").get_json()

    assert (document["state"], document["poll_ms"]) == (state, poll)


def test_the_last_ten_numbers_are_asked_for_often(client, database, clock):
    with database.transaction() as session:
        luna = hang(session, {"size": 11})
    clock.tick(hours=5)
    before = client.get(f"{luna.url}/live.json").get_json()["poll_ms"]

    with database.transaction() as session:
        sell(session, luna.edition)
    after = client.get(f"{luna.url}/live.json").get_json()["poll_ms"]

    assert (before, after) == (WARM, HOT)


def test_all_held_and_sold_out_are_told_apart_and_an_overdue_hold_may_return_at_once(client, database, clock):
    with database.transaction() as session:
        luna = hang(session, {"size": 2})
        sell(session, luna.edition)
        hold(session, luna.edition)
    held = client.get(f"{luna.url}/live.json").get_json()
    clock.at += HOLD_FOR + GRACE
    overdue = client.get(f"{luna.url}/live.json").get_json()

    assert (held["state"], held["editions"][0]["returns_in"]) == ("all_held", 10)
    assert (overdue["state"], overdue["editions"][0]["returns_in"], overdue["editions"][0]["held"]) == (
        "all_held",
        0,
        1,
    )


def test_a_sold_out_drop_is_told_without_a_lock_and_in_three_queries(client, database, queries):
    with database.transaction() as session:
        luna = hang(session, {"size": 2})
        sell(session, luna.edition, 2)

    with queries() as seen:
        document = client.get(f"{luna.url}/live.json").get_json()

    assert document["state"] == "sold_out"
    assert "next_free" not in document["editions"][0]
    assert [q for q in seen if "FOR UPDATE" in q or "FOR SHARE" in q or "IMMEDIATE" in q] == []
    assert len([q for q in seen if q.startswith("SELECT")]) == 3


def test_mine_gives_a_guest_what_the_form_needs_and_writes_nothing(client, database, queries):
    with database.transaction() as session:
        luna = hang(session)

    with queries() as seen:
        first = client.get(f"{luna.url}/me")
    second = client.get(f"{luna.url}/me").get_json()

    mine = first.get_json()
    assert mine.keys() == {"csrf", "key", "now", "holds", "ready"}
    assert (mine["holds"], mine["ready"]) == ([], {})
    assert len(mine["key"]) >= 32
    assert mine["key"] != second["key"]
    assert first.headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert [q for q in seen if not q.startswith(("SELECT", "BEGIN", "COMMIT", "ROLLBACK"))] == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Buyer)) == 0
        assert session.scalar(select(func.count()).select_from(metadata.tables["account_session"])) == 0


def test_what_it_gives_places_a_hold_which_it_lists_from_then_on(client, app, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 100})
        elsewhere = hang(session)
    mine = client.get(f"{luna.url}/me").get_json()

    placed = client.submit(
        f"{luna.url}/holds",
        {"csrf_token": mine["csrf"], "idempotency_key": mine["key"], "edition": luna.edition.id},
    )

    assert placed.status_code == 303
    (held,) = client.get(f"{luna.url}/me").get_json()["holds"]
    assert held == {"url": placed.headers["Location"], "label": "number 1 of 100", "held_until": ms(NOON + HOLD_FOR)}
    assert client.get(f"{elsewhere.url}/me").get_json()["holds"] == []
    assert app.test_client().get(f"{luna.url}/me").get_json()["holds"] == []


def test_a_sealed_hold_is_listed_without_its_number(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 100, "policy": NumberPolicy.SEALED})
    mine = client.get(f"{luna.url}/me").get_json()
    client.submit(
        f"{luna.url}/holds",
        {"csrf_token": mine["csrf"], "idempotency_key": mine["key"], "edition": luna.edition.id},
    )

    (held,) = client.get(f"{luna.url}/me").get_json()["holds"]

    assert held["label"] == "a sealed number"


def test_mine_works_for_who_is_signed_in(client, database, sign_in_as):
    with database.transaction() as session:
        luna = hang(session)
        account = an_account(session)
    sign_in_as(client, account)

    assert client.get(f"{luna.url}/me").get_json()["holds"] == []
