"""Money: captures, refunds and disputes, step by step over plain HTTP."""

import pytest


def paid(api, sandbox, card="4242424242424242", **more):
    session = api.a_session(**more)
    sandbox.pay(session["id"], card)
    return api.get(f"/v1/checkout/sessions/{session['id']}", **{"expand[]": "payment_intent.latest_charge"}).json()


def types(sandbox):
    return [event["type"] for event in sandbox.rows("event")][::-1]


def test_only_the_intents_own_metadata_reaches_intent_and_charge(api, sandbox):
    session = paid(api, sandbox, **{"metadata[a]": "session", "payment_intent_data[metadata][b]": "intent"})

    intent = session["payment_intent"]

    assert session["metadata"] == {"a": "session"}
    assert intent["metadata"] == intent["latest_charge"]["metadata"] == {"b": "intent"}


def test_an_intent_exists_only_after_the_first_press_on_pay(api, sandbox):
    session = api.a_session()
    before = sandbox.rows("payment_intent")

    sandbox.pay(session["id"], "4000000000000002")

    assert (session["payment_intent"], before) == (None, [])
    assert len(sandbox.rows("payment_intent")) == 1


def test_a_decline_is_a_failed_charge_with_its_reason(api, sandbox):
    sandbox.pay(api.a_session()["id"], "4000000000009995")

    [charge], [intent] = sandbox.rows("charge"), sandbox.rows("payment_intent")

    assert (charge["status"], charge["paid"], charge["outcome"]["reason"]) == ("failed", False, "insufficient_funds")
    assert intent["last_payment_error"]["decline_code"] == "insufficient_funds"
    assert types(sandbox) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_a_manual_payment_is_captured_in_part_and_once(api, sandbox):
    intent = paid(api, sandbox, **{"payment_intent_data[capture_method]": "manual"})["payment_intent"]
    path = f"/v1/payment_intents/{intent['id']}/capture"
    too_much = api.post(path, {"amount_to_capture": "2801"})

    captured = api.post(path, {"amount_to_capture": "2000"}).json()
    again = api.post(path)

    assert too_much.json()["error"]["code"] == "amount_too_large"
    assert (captured["status"], captured["amount_received"]) == ("succeeded", 2000)
    assert again.json()["error"]["code"] == "payment_intent_unexpected_state"
    assert types(sandbox)[-2:] == ["charge.captured", "payment_intent.succeeded"]


def test_a_manual_payment_can_be_cancelled_and_an_automatic_one_can_not(api, sandbox):
    manual = paid(api, sandbox, **{"payment_intent_data[capture_method]": "manual"})["payment_intent"]
    automatic = paid(api, sandbox)["payment_intent"]

    cancelled, refused = (api.post(f"/v1/payment_intents/{intent['id']}/cancel") for intent in (manual, automatic))

    assert cancelled.json()["status"] == "canceled"
    assert refused.json()["error"]["code"] == "payment_intent_unexpected_state"


def test_a_refund_tells_its_story(api, sandbox):
    charge = paid(api, sandbox)["payment_intent"]["latest_charge"]

    api.post("/v1/refunds", {"charge": charge["id"], "amount": "800"})

    assert types(sandbox)[-2:] == ["refund.created", "charge.refunded"]
    assert sandbox.rows("charge")[0]["amount_refunded"] == 800
    assert sandbox.rows("charge")[0]["refunded"] is False


def test_a_refund_that_fails_puts_the_money_back(api, sandbox):
    charge = paid(api, sandbox, "4000000000005126")["payment_intent"]["latest_charge"]

    refund = api.post("/v1/refunds", {"charge": charge["id"]}).json()

    assert api.get(f"/v1/refunds/{refund['id']}").json()["status"] == "failed"
    assert sandbox.rows("charge")[0]["amount_refunded"] == 0
    assert types(sandbox)[-2:] == ["refund.updated", "refund.failed"]


@pytest.mark.parametrize("fields", [{}, {"charge": "ch_1"}, {"payment_intent": "pi_1"}])
def test_a_refund_needs_something_to_refund(api, fields):
    assert api.post("/v1/refunds", fields).json()["error"]["code"] in ("parameter_missing", "resource_missing")


@pytest.mark.parametrize(
    ("card", "evidence", "status", "last"),
    [
        ("4000000000000259", "winning_evidence", "won", "charge.dispute.funds_reinstated"),
        ("4000000000002685", "losing_evidence", "lost", "charge.dispute.closed"),
        ("4000000000000259", "a photograph", "under_review", "charge.dispute.updated"),
        ("4000000000001976", "winning_evidence", "warning_closed", "charge.dispute.closed"),
    ],
)
def test_evidence_decides_a_dispute(api, sandbox, card, evidence, status, last):
    paid(api, sandbox, card)
    [dispute] = api.get("/v1/disputes").json()["data"]

    judged = api.post(f"/v1/disputes/{dispute['id']}", {"evidence[uncategorized_text]": evidence}).json()

    assert judged["status"] == status
    assert types(sandbox)[-1] == last


def test_evidence_may_wait_before_it_is_submitted(api, sandbox):
    paid(api, sandbox, "4000000000000259")
    [dispute] = api.get("/v1/disputes").json()["data"]

    kept = api.post(
        f"/v1/disputes/{dispute['id']}", {"evidence[uncategorized_text]": "winning_evidence", "submit": "false"}
    )

    assert kept.json()["status"] == "needs_response"
    assert kept.json()["evidence_details"]["has_evidence"] is True


def test_a_closed_dispute_stays_closed(api, sandbox):
    paid(api, sandbox, "4000000000000259")
    [dispute] = api.get("/v1/disputes").json()["data"]

    closed, again = (api.post(f"/v1/disputes/{dispute['id']}/close") for _ in range(2))

    assert closed.json()["status"] == "lost"
    assert again.json()["error"]["code"] == "dispute_already_closed"


def test_a_fraud_warning_names_the_charge(api, sandbox):
    charge = paid(api, sandbox, "4000000000005423")["payment_intent"]["latest_charge"]

    [warning] = [event for event in sandbox.rows("event") if event["type"] == "radar.early_fraud_warning.created"]

    assert warning["data"]["object"]["charge"] == charge["id"]


def test_sessions_are_found_by_their_intent(api, sandbox):
    paid(api, sandbox)
    wanted = paid(api, sandbox)

    found = api.get("/v1/checkout/sessions", payment_intent=wanted["payment_intent"]["id"]).json()["data"]

    assert [session["id"] for session in found] == [wanted["id"]]
