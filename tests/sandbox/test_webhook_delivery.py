"""Delivery: events reach the shop signed, again after a failure, and as badly as a policy says."""

import json
import threading
import time

import pytest

from contract.stripe_contract import watched_sandbox
from contract.stripe_scenes import Listener
from sandbox.plain_http import Api


def heard(listener, event_type=None):
    events = [json.loads(body) for body, _ in listener.heard]
    return [event for event in events if event_type in (None, event["type"])]


def test_a_payment_tells_its_story(api, sandbox, listener):
    sandbox.pay(api.a_session()["id"])
    sandbox.advance(2)
    sandbox.wait_for_webhooks()

    assert {event["type"] for event in heard(listener)} == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    }


def test_the_balance_follows_the_charge(api, sandbox, listener):
    sandbox.pay(api.a_session()["id"])
    sandbox.advance(2)
    sandbox.wait_for_webhooks()

    [succeeded], [updated] = heard(listener, "charge.succeeded"), heard(listener, "charge.updated")

    assert succeeded["data"]["object"]["balance_transaction"] is None
    assert updated["data"]["object"]["balance_transaction"].startswith("txn_")
    assert updated["data"]["previous_attributes"] == {"balance_transaction": None}


def test_an_event_names_the_request_it_came_from_and_a_payment_names_none(api, sandbox, listener):
    first, second = api.a_session(), api.a_session()
    answer = api.post(f"/v1/checkout/sessions/{first['id']}/expire", key="end-it")
    sandbox.pay(second["id"])
    sandbox.wait_for_webhooks()

    [expired], [completed] = heard(listener, "checkout.session.expired"), heard(listener, "checkout.session.completed")

    assert expired["request"] == {"id": answer.headers["Request-Id"], "idempotency_key": "end-it"}
    assert completed["request"] == {"id": None, "idempotency_key": None}


def test_what_the_shop_does_not_take_is_sent_again(api, sandbox, listener):
    listener.statuses += [500, 302]

    api.post(f"/v1/checkout/sessions/{api.a_session()['id']}/expire")
    deadline = time.monotonic() + 10
    while len(listener.heard) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)

    assert len({body for body, _ in listener.heard}) == 1
    assert len(listener.heard) == 3


def test_a_shop_that_never_takes_it_is_given_up(api, sandbox, listener):
    listener.statuses += [500] * 20
    api.post(f"/v1/checkout/sessions/{api.a_session()['id']}/expire")

    for _ in range(20):
        sandbox.advance(1)
        sandbox.wait_for_webhooks()
        time.sleep(0.05)

    undelivered = api.get("/v1/events", delivery_success="false").json()["data"]
    assert len(listener.heard) == 4
    assert [event["type"] for event in undelivered] == ["checkout.session.expired"]


def test_a_delivered_event_is_not_among_the_undelivered(api, sandbox, listener):
    api.post(f"/v1/checkout/sessions/{api.a_session()['id']}/expire")
    sandbox.wait_for_webhooks()
    deadline = time.monotonic() + 5
    while sandbox.rows("event")[0]["pending_webhooks"] and time.monotonic() < deadline:
        time.sleep(0.02)

    assert api.get("/v1/events", delivery_success="false").json()["data"] == []
    assert len(api.get("/v1/events", delivery_success="true").json()["data"]) == 1


def test_dropped_events_never_come_but_are_listed_and_can_be_sent_again(api, sandbox, listener):
    sandbox.webhooks(drop=True, types=["checkout.session.completed"])
    sandbox.pay(api.a_session()["id"])
    sandbox.wait_for_webhooks()
    before = heard(listener, "checkout.session.completed")
    [missed] = api.get("/v1/events", type="checkout.session.completed").json()["data"]

    sandbox.redeliver(missed["id"])
    sandbox.wait_for_webhooks()

    assert before == []
    assert [event["id"] for event in heard(listener, "checkout.session.completed")] == [missed["id"]]


def test_reordered_events_come_in_another_order_than_they_happened(api, sandbox, listener):
    sandbox.webhooks(reorder=True)
    sandbox.pay(api.a_session()["id"], hold=False)
    deadline = time.monotonic() + 10
    came = []
    while len(came) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
        came = [
            event["type"] for event in heard(listener) if event["type"] != "charge.updated"
        ]  # comes by itself, later

    happened = [event["type"] for event in sandbox.rows("event") if event["type"] != "charge.updated"][::-1]
    assert came == happened[::-1]


def test_a_delayed_event_waits_by_the_stand_ins_own_clock(api, sandbox, listener):
    sandbox.webhooks(delay=3600)
    sandbox.pay(api.a_session()["id"], hold=False)
    sandbox.wait_for_webhooks()
    before = list(listener.heard)

    sandbox.advance(3601)
    sandbox.wait_for_webhooks()

    assert before == []
    assert len(heard(listener, "checkout.session.completed")) == 1


def test_the_buyer_is_held_until_the_shop_has_answered(api, sandbox, listener):
    sandbox.pay(api.a_session()["id"])

    assert len(heard(listener, "checkout.session.completed")) == 1


def test_the_buyer_is_not_held_for_ever():
    stuck = threading.Event()
    with watched_sandbox(hold_seconds=0.3) as sandbox, Listener() as listener:
        listener.before_answer = stuck.wait
        sandbox.send_webhooks_to(listener.url)
        session = Api(sandbox.url).a_session()
        began = time.monotonic()

        outcome = sandbox.pay(session["id"])

        took = time.monotonic() - began
        stuck.set()
    assert outcome.kind == "complete"
    assert 0.3 <= took < 3


def test_an_endpoint_hears_only_what_it_asked_for_and_only_its_maker_learns_the_secret(api, sandbox):
    with Listener() as listener:
        made = api.post(
            "/v1/webhook_endpoints", {"url": listener.url, "enabled_events[]": "checkout.session.completed"}
        ).json()
        sandbox.pay(api.a_session()["id"])
        sandbox.wait_for_webhooks()

    shown = api.get(f"/v1/webhook_endpoints/{made['id']}").json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in shown
    assert {event["type"] for event in heard(listener)} == {"checkout.session.completed"}


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/hook", "https://shop.example/hook", "ftp://127.0.0.1/", "nonsense", "http://[::1"]
)
def test_nothing_is_ever_sent_off_this_machine(api, url):
    answer = api.post("/v1/webhook_endpoints", {"url": url, "enabled_events[]": "*"})

    assert answer.json()["error"]["code"] == "url_invalid"


@pytest.mark.parametrize(
    ("types", "found"),
    [
        (["checkout.session.expired"], 1),
        (["charge.succeeded"], 0),
        (["charge.succeeded", "checkout.session.expired"], 1),
    ],
)
def test_events_are_listed_by_type(api, types, found):
    api.post(f"/v1/checkout/sessions/{api.a_session()['id']}/expire")

    assert len(api.get("/v1/events", **{"types[]": types}).json()["data"]) == found


def test_events_are_forgotten_after_thirty_days(api, sandbox):
    api.post(f"/v1/checkout/sessions/{api.a_session()['id']}/expire")

    sandbox.advance(30 * 24 * 3600 + 60)

    assert api.get("/v1/events").json()["data"] == []
