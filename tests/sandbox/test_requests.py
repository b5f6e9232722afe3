"""Requests: who may ask, what they may ask, and how a no is said."""

import pytest
import requests


def error_of(answer):
    return answer.json()["error"]


@pytest.mark.parametrize(
    "header", [None, "Bearer sk_live_1", "Bearer pk_test_1", "Bearer ", "Basic sk", "sk_test_1", "Basic Zm9vOmJhcg=="]
)
def test_a_request_without_a_test_key_is_turned_away(sandbox, header):
    headers = {"Authorization": header} if header else {}

    answer = requests.get(f"{sandbox.url}/v1/events", headers=headers, timeout=5)

    assert answer.status_code == 401
    assert "sk_live" not in error_of(answer)["message"]


def test_a_key_may_come_as_a_user_name(sandbox):
    answer = requests.get(f"{sandbox.url}/v1/events", auth=("sk_test_1", ""), timeout=5)

    assert answer.status_code == 200


def test_an_unknown_address_is_not_found_in_stripes_words(api):
    answer = api.get("/v1/customers")

    assert answer.status_code == 404
    assert "Unrecognized request URL (GET: /v1/customers)" in error_of(answer)["message"]


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"hold": "17"}, "parameter_unknown", "hold"),
        ({"line_items[0][price_data][colour]": "red"}, "parameter_unknown", "line_items[0][price_data][colour]"),
        ({"payment_method_types[0]": "card"}, "payment_method_types_no_longer_supported", "payment_method_types"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"mode": ""}, "parameter_invalid_empty", "mode"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"success_url": "http://[::1"}, "url_invalid", "success_url"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"expires_at": "9" * 40}, "parameter_invalid_integer", "expires_at"),
        ({"line_items[0][quantity]": "0"}, None, "line_items[0][quantity]"),
        ({"line_items[0][price_data][unit_amount]": "-1"}, None, "line_items[0][price_data][unit_amount]"),
        ({"line_items[0][price_data][unit_amount]": "99999999999"}, "amount_too_large", "line_items"),
        ({"line_items[0][price_data][currency]": "euro"}, None, "line_items[0][price_data][currency]"),
        ({"line_items": "one"}, None, "line_items"),
        ({"line_items[a][quantity]": "1"}, None, "line_items"),
        ({"mode[deep]": "payment", "mode": None}, None, "mode"),
        ({"adaptive_pricing[enabled]": "yes"}, None, "adaptive_pricing[enabled]"),
        ({"metadata[a][b]": "c"}, None, "metadata"),
        ({"metadata[" + "k" * 41 + "]": "v"}, None, "metadata"),
        ({"metadata[k]": "v" * 501}, None, "metadata[k]"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"after_expiration[recovery][enabled]": "true"}, "sandbox_unsupported", "after_expiration"),
        ({"ui_mode": "elements"}, "sandbox_unsupported", "ui_mode=elements"),
        ({"expand[0]": "customer"}, None, "expand"),
    ],
    ids=str,
)
def test_a_parameter_that_does_not_fit_is_refused_by_name(api, sandbox, fields, change, code, param):
    given = {name: value for name, value in fields(**change).items() if value is not None}

    answer = api.post("/v1/checkout/sessions", given)

    assert answer.status_code == 400
    assert (error_of(answer).get("code"), error_of(answer)["param"]) == (code, param)
    assert error_of(answer)["message"]
    assert sandbox.rows("checkout.session") == []


def test_lists_may_be_written_with_and_without_places(api, fields):
    without_place = {
        name.replace("[0]", "[]", 1) if "quantity" in name else name: value for name, value in fields().items()
    }
    del without_place["line_items[][quantity]"]

    answer = api.post(
        "/v1/checkout/sessions", {**without_place, "line_items[0][quantity]": "1", "expand[]": "line_items"}
    )

    assert answer.json()["line_items"]["data"][0]["description"] == "Rose window, 17/50"


def test_the_answer_carries_stripes_headers(api, fields):
    answer = api.post("/v1/checkout/sessions", fields(), key="k1")

    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Idempotency-Key"] == "k1"
    assert answer.headers["Stripe-Version"]
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("limit", ["0", "101", "-1"])
def test_a_page_has_between_one_and_a_hundred(api, limit):
    assert api.get("/v1/checkout/sessions", limit=limit).status_code == 400


def test_pages_go_both_ways(api):
    newest_first = [api.a_session()["id"] for _ in range(5)][::-1]

    after = api.get("/v1/checkout/sessions", limit=2, starting_after=newest_first[1]).json()
    before = api.get("/v1/checkout/sessions", limit=2, ending_before=newest_first[3]).json()

    assert ([row["id"] for row in after["data"]], after["has_more"]) == (newest_first[2:4], True)
    assert ([row["id"] for row in before["data"]], before["has_more"]) == (newest_first[1:3], True)


def test_a_page_after_an_unknown_one_is_not_found(api):
    assert api.get("/v1/checkout/sessions", starting_after="cs_test_x").json()["error"]["code"] == "resource_missing"


def test_the_shops_own_notes_are_never_shown(api, sandbox):
    session = api.a_session()
    sandbox.pay(session["id"], "4000002760003184")

    shown = api.get(f"/v1/checkout/sessions/{session['id']}", **{"expand[]": ["payment_intent", "line_items"]}).text

    assert '"_' not in shown
    assert "4000002760003184" not in shown


def test_a_body_that_is_too_large_is_refused(api, sandbox):
    answer = api.post("/v1/checkout/sessions", {"metadata[a]": "x" * 1_100_000})

    assert answer.status_code == 413
    assert error_of(answer)["message"]
    assert sandbox.rows("checkout.session") == []


def test_another_host_name_does_not_reach_it(sandbox):
    answer = requests.get(f"{sandbox.url}/_sandbox/", headers={"Host": "shop.example"}, timeout=5)

    assert answer.status_code == 400


def test_keys_addresses_and_bodies_are_not_logged(api, sandbox, fields, caplog):
    caplog.set_level("DEBUG")
    session = api.post("/v1/checkout/sessions", fields(), key="key-nobody-may-read").json()
    requests.get(session["url"], timeout=5)

    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("storefront", "werkzeug"))]

    assert any("checkout.sessions.create 200" in line for line in ours)
    assert not any(
        secret in line for line in ours for secret in (session["id"], "key-nobody", "sk_test_1", "Rose window")
    )
