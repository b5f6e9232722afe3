"""The stand-in held against Stripe's description, and the check itself held against mistakes it must see."""

import copy
import json

import pytest
import stripe
import typeguard

from contract import stripe_contract
from contract.stripe_scenes import session_params

pytestmark = pytest.mark.contract

# Fields of the example objects that only exist when expanded, or belong to objects older than any of ours.
NOT_OURS = {
    "charge": {"refunds", "source"},
    "payment_intent": {"source"},
    "refund": {"customer", "customer_account", "payment_method"},
}


@pytest.fixture
def client(sandbox):
    stripe.enable_telemetry = False
    http = stripe.RequestsClient(timeout=(1, 5), proxy={"http": "", "https": ""})
    return stripe.StripeClient("sk_test_contract", base_addresses={"api": sandbox.url}, http_client=http)


def test_every_operation_answers_as_stripe_describes_it(contract, sandbox, client, listener):
    endpoint = client.v1.webhook_endpoints.create({"url": listener.url, "enabled_events": ["*"], "description": "Shop"})
    client.v1.webhook_endpoints.retrieve(endpoint.id)
    client.v1.webhook_endpoints.list()
    client.v1.webhook_endpoints.delete(endpoint.id)
    sessions = client.v1.checkout.sessions
    paid, delayed, manual, voided, ended = [
        sessions.create(session_params(payment_intent_data={"capture_method": method})).id
        for method in ("automatic_async", "automatic_async", "manual", "manual", "automatic_async")
    ]
    sandbox.pay(paid, "4000000000000002")
    sandbox.pay(paid, "4000002760003184")
    sessions.retrieve(paid, {"expand": ["payment_intent.latest_charge", "line_items"]})
    sandbox.answer_challenge(paid, approved=False)
    sandbox.pay(paid, "4000000000000259")
    sandbox.pay(delayed, "delayed")
    sandbox.finish_delayed(delayed, succeeded=False)
    sandbox.pay(manual)
    sandbox.pay(voided)
    sandbox.pay(ended, "4000002500003155")
    sessions.expire(ended)
    sessions.list({"expand": ["data.payment_intent"], "limit": 3})
    sessions.line_items.list(paid)
    intents = {session: sessions.retrieve(session).payment_intent for session in (paid, manual, voided)}
    client.v1.payment_intents.capture(intents[manual], {"amount_to_capture": 3000})
    client.v1.payment_intents.cancel(intents[voided], {"cancellation_reason": "abandoned"})
    client.v1.payment_intents.list()
    charge = client.v1.payment_intents.retrieve(intents[manual], {"expand": ["latest_charge"]}).latest_charge
    client.v1.charges.retrieve(charge.id)
    client.v1.charges.list({"payment_intent": intents[paid]})
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 100, "reason": "requested_by_customer"})
    sandbox.settle_refund(refund.id, succeeded=False)
    client.v1.refunds.retrieve(refund.id, {"expand": ["charge", "payment_intent"]})
    client.v1.refunds.list({"charge": charge.id})
    [dispute] = client.v1.disputes.list().data
    client.v1.disputes.retrieve(dispute.id)
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "It arrived."}})
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    second = sandbox.dispute(charge.id, reason="product_not_received")
    client.v1.disputes.close(second["id"])
    sandbox.advance(5)
    events = list(client.v1.events.list({"limit": 100}).auto_paging_iter())
    client.v1.events.retrieve(events[0].id)

    asked = {operation for operation in contract.BY_NAME if sandbox.requests(operation)}

    assert asked == set(contract.BY_NAME)
    assert {event.type for event in events} >= {
        "charge.captured",
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.failed",
        "charge.refunded",
        "charge.succeeded",
        "charge.updated",
        "checkout.session.async_payment_failed",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }


@pytest.mark.parametrize(
    "kind", ["checkout.session", "payment_intent", "charge", "refund", "dispute", "event", "webhook_endpoint"]
)
def test_objects_have_the_fields_of_stripes_own_examples(contract, sandbox, client, kind, listener):
    session = client.v1.checkout.sessions.create(session_params())
    sandbox.pay(session.id, "4000000000001976")
    client.v1.refunds.create({"payment_intent": client.v1.checkout.sessions.retrieve(session.id).payment_intent})

    example = json.loads((contract.FOLDER / "fixtures-subset.json").read_text())["resources"][kind]
    ours = sandbox.rows(kind)[0]

    assert set(example) - set(ours) - NOT_OURS.get(kind, set()) == set()


def test_every_object_of_the_sdk_is_read_without_surprise(sandbox, client):
    session = client.v1.checkout.sessions.create(session_params())
    sandbox.pay(session.id)

    [event] = client.v1.events.list({"type": "checkout.session.completed"}).data

    assert event.data.object.id == session.id
    assert event.api_version == stripe.api_version
    assert event.request is not None
    assert event.livemode is False


@pytest.mark.parametrize(
    "change",
    [
        {"hold": "17"},
        {"mode": 1},
        {"expires_at": "tomorrow"},
        {"metadata": {"attempt": 41}},
        {"line_items": [{"quantity": "1"}]},
        {"line_items": [{"quantity": 1, "price_data": {"currency": "eur", "unit_ammount": 1}}]},
        {"payment_method_types": ["card"]},
        {"allowed_payment_method_types": "card"},
    ],
    ids=str,
)
def test_the_check_sees_a_request_that_is_wrong(change):
    params = session_params(**change)

    with pytest.raises((typeguard.TypeCheckError, AssertionError)):
        stripe_contract.check_request("checkout.sessions.create", params)


def test_the_check_lets_what_the_shop_sends_pass():
    params = session_params()

    stripe_contract.check_request("checkout.sessions.create", params)
    stripe_contract.check_request("refunds.create", {"payment_intent": "pi_1", "metadata": {"refund": "1"}})

    assert params == session_params(params["expires_at"] - 35 * 60)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda session: session.pop("id"),
        lambda session: session.update(status="paid"),
        lambda session: session.update(amount_total="3450"),
        lambda session: session.update(our_own_field=1),
        lambda session: session.update(expires_at=None),
        lambda session: session["total_details"].pop("amount_tax"),
        lambda session: session["metadata"].update(attempt=41),
    ],
    ids=["missing", "state", "type", "invented", "null", "nested", "metadata"],
)
def test_the_check_sees_an_answer_that_is_wrong(contract, sandbox, client, break_it):
    client.v1.checkout.sessions.create(session_params())
    session = copy.deepcopy(sandbox.rows("checkout.session")[0])
    contract.check_answer("checkout.sessions.retrieve", 200, session)

    break_it(session)

    with pytest.raises(AssertionError):
        contract.check_answer("checkout.sessions.retrieve", 200, session)
