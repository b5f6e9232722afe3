"""The short way from button to number, and the long way: whoever takes either is answered alike."""

import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factories import NOON, a_drop, an_account, an_edition
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.claims import Claims, ShopBusy
from storefront.inventory.fairness import CoolDown
from storefront.inventory.holds import Hold
from storefront.inventory.placing import REFUSALS
from storefront.web import press

OWN = "http://localhost"


@pytest.fixture
def taken(app, monkeypatch):
    """Which way each press went: "short" or "long"."""
    ways = []
    serve = press.Press._serve

    def watched(self, environ, found, number):
        answer = serve(self, environ, found, number)
        ways.append("short" if answer is not None else "long")
        return answer

    monkeypatch.setattr(press.Press, "_serve", watched)
    return ways


@pytest.fixture
def the_long_way(monkeypatch):
    def close():
        monkeypatch.setattr(press.Press, "_serve", lambda *_: None)

    return close


def on_sale(database, drop=None, **values):
    with database.transaction() as session:
        edition = an_edition(session, a_drop(session, **(drop or {})), **values)
        return edition.id, session.get(Drop, edition.drop_id).slug


def ready(client, slug):
    """What the script asks for before the opening."""
    return client.get(f"/d/{slug}/me").get_json()


def press_button(client, slug, edition_id, mine, *, number=None, headers=None, **fields):
    form = {"csrf_token": mine["csrf"], "idempotency_key": mine["key"], "edition": edition_id, **fields}
    if number is not None:
        form["number"] = number
    headers = {"Accept": "application/json", "Origin": OWN, "Sec-Fetch-Site": "same-origin"} | (headers or {})
    return client.post(
        f"/d/{slug}/holds",
        data=urlencode({k: v for k, v in form.items() if v is not None}),
        content_type="application/x-www-form-urlencoded;charset=UTF-8",
        headers={name: value for name, value in headers.items() if value is not None},
    )


def answered(response):
    """All that a browser sees of an answer, but for its number in the log and the hold's own."""
    headers = {
        name: value for name, value in response.headers if name not in ("X-Request-Id", "Date", "Content-Length")
    }
    said = response.get_json(silent=True)
    if "Location" in headers:
        headers["Location"] = re.sub(r"^/holds/\d+", "/holds/…", headers["Location"])
    if said and "reference" in said:
        said = {**said, "reference": "…"}
    return response.status_code, headers, said


def test_a_guests_press_takes_the_short_way_and_holds(client, database, taken):
    edition_id, slug = on_sale(database)
    mine = ready(client, slug)

    answer = press_button(client, slug, edition_id, mine)

    assert (answer.status_code, taken) == (201, ["short"])
    with database.reading() as session:
        hold = session.scalars(select(Hold)).one()
        assert (answer.headers["Location"], answer.data) == (f"/holds/{hold.id}", b"")
        assert hold.idempotency_key == mine["key"]
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_short_way_costs_no_query_of_its_own(client, database, queries, taken):
    edition_id, slug = on_sale(database)
    mine = ready(client, slug)

    with queries() as seen:
        press_button(client, slug, edition_id, mine)

    # Begin, what is on sale, who asks, a free piece, the guest, the hold, the piece: nothing that a batch would not share.
    assert len(seen) <= 7


CASES = {
    "plain": {},
    "again": {"again": True},
    "not open": {"drop": {"opens_at": NOON.replace(year=2027)}},
    "paused": {"drop": {"state": DropState.PAUSED}},
    "closed": {"drop": {"state": DropState.CLOSED}},
    "accounts only": {"drop": {"who_may_hold": WhoMayHold.ACCOUNTS}},
    "sold out": {"edition": {"size": 1, "reserved": [1]}},
    "a number of one's own": {"edition": {"policy": NumberPolicy.PICK}, "number": 7},
    "a number that is not there": {"edition": {"policy": NumberPolicy.PICK}, "number": 999},
    "a number where none is picked": {"number": 7},
    "an odd number": {"number": "seven"},
    "an empty number": {"number": ""},
    "an edition of nobody": {"edition_id": 4711},
    "an odd edition": {"edition_id": "1e3"},
    "no edition": {"edition_id": None},
    "a huge edition": {"edition_id": "9" * 400},
    "no token": {"csrf_token": None},
    "a wrong token": {"csrf_token": "x"},
    "no key": {"idempotency_key": None},
    "a short key": {"idempotency_key": "short"},
    "a long key": {"idempotency_key": "k" * 65},
    "a key with signs": {"idempotency_key": "k" * 20 + "/&%ü"},
    "a field too many": {"colour": "red"},
    "from elsewhere": {"headers": {"Origin": "https://elsewhere.example"}},
    "from another site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "from nowhere": {"headers": {"Origin": None, "Sec-Fetch-Site": None}},
    "from a frame without origin": {"headers": {"Origin": "null"}},
    "by a page without script": {"headers": {"Accept": "text/html,application/xhtml+xml"}},
    "accepting anything": {"headers": {"Accept": "*/*"}},
    "without a cookie": {"cookie": None},
    "with a broken cookie": {"cookie": "vitrine=ab.cd.ef"},
    "with two cookies": {"cookie": "twice"},
    "a slug of nothing": {"slug": "nothing-here"},
    "an odd slug": {"slug": "%00"},
    "with a query": {"slug_more": "?a=b"},
}
SHORT = {
    "plain",
    "again",
    "not open",
    "paused",
    "closed",
    "accounts only",
    "sold out",
    "a number of one's own",
    "a number that is not there",
    "a number where none is picked",
    "an empty number",
}


def one_case(app, database, case):
    """Everything anew, so that both ways meet the same shop."""
    case = dict(CASES[case])
    edition_id, slug = on_sale(database, case.pop("drop", None), **case.pop("edition", {}))
    app.extensions["services"] = replace(
        app.extensions["services"], claims=Claims(database, app.extensions["services"].clock)
    )
    client = app.test_client()
    mine = ready(client, slug)
    if "cookie" in case:
        cookie = case.pop("cookie")
        value = client.get_cookie("vitrine").value
        client.delete_cookie("vitrine")
        if cookie is not None:
            cookie = f"vitrine={value}; vitrine={value}" if cookie == "twice" else cookie
            case["headers"] = {**case.get("headers", {}), "Cookie": cookie}
    again, more = case.pop("again", False), case.pop("slug_more", "")
    edition_id, slug = case.pop("edition_id", edition_id), case.pop("slug", slug) + more
    if again:
        press_button(client, slug, edition_id, mine, **case)
    answer = press_button(client, slug, edition_id, mine, **case)
    with database.reading() as session:
        holds = session.scalar(select(func.count()).select_from(Hold))
    return answered_for(slug, answer), holds


def answered_for(slug, answer):
    """Two drops, two names: in a redirect they read alike."""
    status, headers, said = answered(answer)
    return status, {name: value.replace(slug.split("?")[0], "…") for name, value in headers.items()}, said


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", CASES)
def test_both_ways_answer_alike(app, database, taken, the_long_way, case):
    short, _holds = one_case(app, database, case)
    assert taken[-1] == ("short" if case in SHORT else "long")
    before = short, _holds
    the_long_way()
    long, holds = one_case(app, database, case)

    assert _neutral(before[0]) == _neutral(long)
    assert holds == 2 * before[1], "the same number of holds was placed"


def _neutral(answer):
    status, headers, said = answer
    location = re.sub("/holds/[0-9]+|edition=.*", "…", headers.get("Location", ""))
    headers = {**headers, "Location": location, "Set-Cookie": bool(headers.get("Set-Cookie"))}
    return status, headers, said


def test_whoever_is_signed_in_takes_the_long_way(client, database, sign_in_as, taken):
    edition_id, slug = on_sale(database)
    with database.transaction() as session:
        account = an_account(session)
    sign_in_as(client, account)

    answer = press_button(client, slug, edition_id, ready(client, slug))

    assert (answer.status_code, taken) == (201, ["long"])


def test_whoever_waited_in_vain_is_told_so_on_both_ways(client, app, database, taken, the_long_way):
    edition_id, slug = on_sale(database)
    mine = ready(client, slug)

    class Busy:
        def place(self, _claim):
            raise ShopBusy

    app.extensions["services"] = replace(app.extensions["services"], claims=Busy())
    short = press_button(client, slug, edition_id, mine)
    the_long_way()
    long = press_button(client, slug, edition_id, mine)

    assert taken == ["short"]
    assert short.status_code == long.status_code == 503
    assert short.get_json().keys() == long.get_json().keys()
    assert short.get_json()["reference"] == short.headers["X-Request-Id"]
    for answer in (short, long):
        assert 1 <= int(answer.headers["Retry-After"]) <= 3


def test_another_browsers_token_does_not_press_for_this_one(app, database, taken):
    edition_id, slug = on_sale(database)
    one, other = app.test_client(), app.test_client()
    mine, theirs = ready(one, slug), ready(other, slug)

    answer = press_button(one, slug, edition_id, {**mine, "csrf": theirs["csrf"]})

    assert (answer.status_code, taken) == (303, ["long"])
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Hold)) == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), length=st.sampled_from(["right", "less", "more", "none", "odd"]))
def test_no_bytes_break_it(client, database, body, length):
    said = {"right": len(body), "less": max(0, len(body) - 3), "more": len(body) + 5, "none": "", "odd": "-1"}[length]
    answer = client.post(
        "/d/any/holds",
        input_stream=BytesIO(body),
        headers={"Accept": "application/json", "Origin": OWN},
        environ_overrides={"CONTENT_LENGTH": str(said), "CONTENT_TYPE": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code < 500


def test_every_refusal_has_its_words_in_http():
    assert {*press._NAMES, CoolDown} == set(REFUSALS)
