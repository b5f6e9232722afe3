"""The control surface: what tests in another process may do."""

import pytest
import requests


def test_the_clock_can_be_set_moved_and_read(api):
    set_to = api.control("clock", offset=3600).json()
    moved = api.control("clock", advance=60).json()

    assert (set_to["offset"], moved["offset"]) == (3600, 3660)
    assert moved["now"] > set_to["now"]


def test_faults_are_used_once_each_and_only_by_what_they_fit(api):
    api.control("faults", kind="error_before", method="GET", path="/v1/events*", times=2, status=503)

    statuses = [api.get(path).status_code for path in ("/v1/charges", "/v1/events", "/v1/events/evt_1", "/v1/events")]

    assert statuses == [200, 503, 503, 200]


def test_faults_can_be_taken_back(api, sandbox):
    api.control("faults", kind="rate_limit")

    requests.delete(f"{sandbox.url}/_sandbox/faults", timeout=5)

    assert api.get("/v1/events").status_code == 200


def test_an_error_after_the_effect_does_its_work(api, sandbox, fields):
    api.control("faults", kind="error_after", method="POST")

    first, second = (api.post("/v1/checkout/sessions", fields(), key="k") for _ in range(2))

    assert (first.status_code, second.status_code) == (500, 200)
    assert len(sandbox.rows("checkout.session")) == 1


def test_a_rate_limit_lets_so_many_through_and_no_more(api):
    api.control("rate", per_second=3)
    statuses = [api.get("/v1/charges").status_code for _ in range(6)]

    api.control("rate", per_second=None)

    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses
    assert api.get("/v1/charges").status_code == 200


def test_a_session_is_paid_without_a_browser(api):
    session = api.a_session()

    declined = api.control(f"sessions/{session['id']}/pay", card="4000000000000002").json()
    challenged = api.control(f"sessions/{session['id']}/pay", card="4000002760003184").json()
    paid = api.control(f"sessions/{session['id']}/challenge", approved=True).json()

    assert (declined["kind"], challenged["kind"], paid["kind"]) == ("declined", "challenge", "complete")


def test_a_delayed_payment_arrives_when_it_is_told_to(api):
    session = api.a_session()
    api.control(f"sessions/{session['id']}/pay", card="delayed")

    arrived = api.control(f"sessions/{session['id']}/delayed", succeeded=True).json()

    assert arrived["payment_status"] == "paid"


def test_disputes_and_refunds_can_be_forced(api):
    session = api.a_session()
    api.control(f"sessions/{session['id']}/pay")
    [charge] = api.get("/v1/charges").json()["data"]
    refund = api.post("/v1/refunds", {"charge": charge["id"], "amount": "100"}).json()

    failed = api.control(f"refunds/{refund['id']}", status="failed").json()
    dispute = api.control("disputes", charge=charge["id"], reason="duplicate", inquiry=True).json()

    assert failed["status"] == "failed"
    assert (dispute["reason"], dispute["status"]) == ("duplicate", "warning_needs_response")


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("faults", {"kind": "earthquake"}),
        ("faults", {"kind": "lost", "colour": "red"}),
        ("faults", {}),
        ("clock", {"offset": "later"}),
        ("webhooks", {"lose": True}),
        ("disputes", {}),
        ("sessions/cs_test_1/pay", {}),
        ("sessions/cs_test_1/delayed", {}),
        ("refunds/re_1", {"status": "failed"}),
        ("events/evt_1/deliver", {}),
    ],
)
def test_a_control_that_does_not_fit_is_a_plain_sentence(api, path, given):
    answer = api.control(path, **given)

    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"[]", b"17", b"{", b"\xff"])
def test_a_control_takes_a_json_object_and_nothing_else(sandbox, body):
    answer = requests.post(
        f"{sandbox.url}/_sandbox/clock", data=body, headers={"Content-Type": "application/json"}, timeout=5
    )

    assert answer.status_code == 400


def test_inspection_counts_and_shows_no_content(api, sandbox):
    session = api.a_session()

    seen = requests.get(f"{sandbox.url}/_sandbox/", timeout=5)

    assert seen.json()["requests"] == {"checkout.sessions.create": 1}
    assert seen.json()["rows"]["checkout.session"] == 1
    assert session["id"] not in seen.text


def test_a_reset_forgets_all_but_the_endpoints(api, sandbox, listener):
    api.a_session()
    api.control("clock", advance=500)

    after = api.control("reset").json()

    assert after["rows"].get("checkout.session") is None
    assert (after["rows"]["webhook_endpoint"], after["offset"], after["requests"]) == (1, 0, {})
