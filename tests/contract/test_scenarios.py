"""Whole payments over loopback, through the gateway: what the shop will meet at Stripe."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from contract.stripe_scenes import a_gateway, session_params
from storefront.payments.gateway import GatewayBusy, GatewayRefused, GatewayUnknown

pytestmark = pytest.mark.contract

SESSIONS = "/v1/checkout/sessions"


def recently():
    return datetime.now(UTC) - timedelta(hours=1)


def refused(call, *arguments):
    with pytest.raises(GatewayRefused) as refusal:
        call(*arguments)
    return refusal.value


def test_a_new_session_is_open_unpaid_and_has_no_intent(gateway):
    params = session_params()

    session = gateway.create_session(params, "checkout:41")

    assert (session.status, session.payment_status, session.intent_id) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (3450, "EUR", False)
    assert (session.client_reference_id, session.metadata) == ("V-7KQ2-M4", {"attempt": "41", "shop": "vitrine"})
    assert session.expires_at.timestamp() == params["expires_at"]
    assert session.url
    assert session.url not in repr(session)


def test_a_paid_session_tells_what_was_captured_and_from_which_card(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")

    sandbox.pay(session.id, "4242424242424242")

    paid = gateway.retrieve_session(session.id)
    assert (paid.status, paid.payment_status, paid.intent_status) == ("complete", "paid", "succeeded")
    assert (paid.captured_minor, paid.url) == (3450, None)
    assert paid.charge_id.startswith("ch_")
    assert paid.card_fingerprint


def test_the_same_card_has_the_same_fingerprint_in_another_session(gateway, sandbox):
    sessions = [gateway.create_session(session_params(), f"checkout:{number}") for number in (1, 2, 3)]

    for session, card in zip(sessions, ("4242424242424242", "4242 4242 4242 4242", "5555555555554444"), strict=True):
        sandbox.pay(session.id, card)

    first, again, other = (gateway.retrieve_session(session.id).card_fingerprint for session in sessions)
    assert first == again != other


@pytest.mark.parametrize(
    "card",
    [
        "4000000000000002",
        "4000000000009995",
        "4000000000000069",
        "4000000000000127",
        "4000000000000119",
        "4111111111111111",
    ],
)
def test_a_declined_card_leaves_the_session_open_and_nothing_captured(gateway, sandbox, card):
    session = gateway.create_session(session_params(), "checkout:41")

    outcome = sandbox.pay(session.id, card)

    after = gateway.retrieve_session(session.id)
    assert outcome.kind == "declined"
    assert outcome.message.endswith(".")
    assert (after.status, after.payment_status, after.intent_status) == ("open", "unpaid", "requires_payment_method")
    assert after.captured_minor == 0


def test_a_declined_buyer_pays_with_another_card_in_the_same_intent(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000000000000002")
    declined = gateway.retrieve_session(session.id)

    sandbox.pay(session.id, "4242424242424242")

    paid = gateway.retrieve_session(session.id)
    assert paid.payment_status == "paid"
    assert paid.intent_id == declined.intent_id


def test_a_challenge_that_is_approved_pays(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000002760003184")
    during = gateway.retrieve_session(session.id)

    sandbox.answer_challenge(session.id, approved=True)

    assert (during.status, during.intent_status) == ("open", "requires_action")
    assert gateway.retrieve_session(session.id).payment_status == "paid"


def test_a_challenge_that_is_failed_leaves_the_session_open(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000002500003155")

    outcome = sandbox.answer_challenge(session.id, approved=False)

    after = gateway.retrieve_session(session.id)
    assert outcome.kind == "declined"
    assert (after.status, after.intent_status, after.captured_minor) == ("open", "requires_payment_method", 0)


def test_an_expired_session_can_not_be_paid(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")

    expired = gateway.expire_session(session.id)

    assert (expired.status, expired.url) == ("expired", None)
    assert sandbox.pay(session.id).kind == "ended"
    assert gateway.retrieve_session(session.id).intent_id is None


def test_expiring_in_the_middle_of_a_challenge_cancels_the_payment(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000002760003184")

    gateway.expire_session(session.id)

    assert sandbox.answer_challenge(session.id, approved=True).kind == "ended"
    assert gateway.retrieve_session(session.id).intent_status == "canceled"


@pytest.mark.parametrize("end", ["complete", "expired"])
def test_expiring_a_session_that_has_ended_is_refused(gateway, sandbox, end):
    session = gateway.create_session(session_params(), "checkout:41")
    if end == "complete":
        sandbox.pay(session.id)
    else:
        gateway.expire_session(session.id)

    refusal = refused(gateway.expire_session, session.id)

    assert refusal.http_status == 400
    assert f"status of `{end}`" in str(refusal)


def test_a_session_ends_by_itself_when_its_time_is_over(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")

    sandbox.advance(35 * 60 + 1)

    assert gateway.retrieve_session(session.id).status == "expired"
    assert [
        event.session_id for event in gateway.list_events(["checkout.session.expired"], created_since=recently())
    ] == [session.id]


def test_a_session_is_still_open_a_minute_before_its_time_is_over(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")

    sandbox.advance(34 * 60)

    assert gateway.retrieve_session(session.id).status == "open"


@pytest.mark.parametrize(("minutes", "words"), [(29, "at least 30 minutes"), (24 * 60 + 5, "less than 24 hours")])
def test_a_session_lasts_between_half_an_hour_and_a_day(gateway, minutes, words):
    params = session_params(expires_at=int(datetime.now(UTC).timestamp()) + minutes * 60)

    refusal = refused(gateway.create_session, params, "checkout:41")

    assert (refusal.http_status, refusal.param) == (400, "expires_at")
    assert words in str(refusal)


def test_the_same_key_gives_the_same_session(gateway, sandbox):
    params = session_params()

    sessions = [gateway.create_session(params, "checkout:41") for _ in range(3)]

    assert len({session.id for session in sessions}) == 1
    assert len(sandbox.rows("checkout.session")) == 1


def test_the_same_key_with_other_parameters_is_refused(gateway):
    gateway.create_session(session_params(), "checkout:41")

    refusal = refused(gateway.create_session, session_params(client_reference_id="V-OTHER"), "checkout:41")

    assert (refusal.http_status, refusal.code) == (400, "idempotency_error")


def test_a_replay_after_a_day_is_refused_for_its_old_expiry_and_makes_no_second_session(gateway, sandbox):
    params = session_params()
    gateway.create_session(params, "checkout:41")
    sandbox.advance(25 * 3600)

    refusal = refused(gateway.create_session, params, "checkout:41")

    assert refusal.param == "expires_at"
    assert len(sandbox.rows("checkout.session")) == 1


def test_a_lost_answer_is_asked_for_again_and_makes_one_session(gateway, sandbox):
    sandbox.fault("lost", method="POST", path=SESSIONS)

    session = gateway.create_session(session_params(), "checkout:41")

    assert [row["id"] for row in sandbox.rows("checkout.session")] == [session.id]
    assert sandbox.requests("checkout.sessions.create") == 2


def test_a_lost_answer_without_retries_is_unknown_and_its_replay_finds_the_session(sandbox):
    gateway = a_gateway(sandbox, retries=0)
    params = session_params()
    sandbox.fault("lost", method="POST", path=SESSIONS)

    with pytest.raises(GatewayUnknown) as unknown:
        gateway.create_session(params, "checkout:41")

    assert not unknown.value.replayed
    assert gateway.create_session(params, "checkout:41").id == sandbox.rows("checkout.session")[0]["id"]
    assert len(sandbox.rows("checkout.session")) == 1


def test_an_error_before_the_effect_is_unknown_and_leaves_nothing(sandbox):
    gateway = a_gateway(sandbox, retries=0)
    sandbox.fault("error_before", method="POST", path=SESSIONS)

    with pytest.raises(GatewayUnknown) as unknown:
        gateway.create_session(session_params(), "checkout:41")

    assert not unknown.value.replayed
    assert sandbox.rows("checkout.session") == []


def test_an_error_after_the_effect_is_unknown_and_its_replay_finds_the_session(sandbox):
    gateway = a_gateway(sandbox, retries=0)
    params = session_params()
    sandbox.fault("error_after", method="POST", path=SESSIONS)

    with pytest.raises(GatewayUnknown):
        gateway.create_session(params, "checkout:41")

    assert gateway.create_session(params, "checkout:41").id == sandbox.rows("checkout.session")[0]["id"]


def test_a_saved_error_is_unknown_for_ever_and_says_that_it_was_replayed(sandbox):
    gateway = a_gateway(sandbox, retries=0)
    params = session_params()
    sandbox.fault("saved_error", method="POST", path=SESSIONS)

    outcomes = []
    for _ in range(3):
        with pytest.raises(GatewayUnknown) as unknown:
            gateway.create_session(params, "checkout:41")
        outcomes.append(unknown.value.replayed)

    assert outcomes == [False, True, True]
    assert [found.metadata["attempt"] for found in gateway.list_sessions(created_since=recently())] == ["41"]


def test_too_many_calls_are_busy_and_not_executed(gateway, sandbox):
    sandbox.fault("rate_limit", method="POST", path=SESSIONS)

    with pytest.raises(GatewayBusy):
        gateway.create_session(session_params(), "checkout:41")

    assert sandbox.rows("checkout.session") == []
    assert sandbox.requests("checkout.sessions.create") == 1


def test_a_lock_timeout_is_tried_again_as_stripe_asks(gateway, sandbox):
    sandbox.fault("lock_timeout", method="POST", path=SESSIONS)

    session = gateway.create_session(session_params(), "checkout:41")

    assert session.status == "open"
    assert sandbox.requests("checkout.sessions.create") == 2


def test_a_slow_answer_is_unknown_though_the_call_has_its_effect(sandbox):
    gateway = a_gateway(sandbox, retries=0, timeout=(1.0, 0.3))
    params = session_params()
    sandbox.fault("latency", method="POST", path=SESSIONS, seconds=0.6)

    with pytest.raises(GatewayUnknown):
        gateway.create_session(params, "checkout:41")

    time.sleep(0.5)
    assert len(sandbox.rows("checkout.session")) == 1


def test_a_replay_while_the_first_call_runs_is_unknown(sandbox):
    slow, quick = a_gateway(sandbox, retries=0, timeout=(1.0, 0.2)), a_gateway(sandbox, retries=0)
    params = session_params()
    sandbox.fault("latency", method="POST", path=SESSIONS, seconds=0.8)
    with pytest.raises(GatewayUnknown):
        slow.create_session(params, "checkout:41")

    with pytest.raises(GatewayUnknown, match="status 409"):
        quick.create_session(params, "checkout:41")

    time.sleep(0.8)
    assert quick.create_session(params, "checkout:41").status == "open"


def test_nobody_listening_is_unknown(sandbox):
    gateway = a_gateway(sandbox, retries=0)
    gateway_to_nowhere = a_gateway(type("Nowhere", (), {"url": "http://127.0.0.1:9"}), retries=0)

    with pytest.raises(GatewayUnknown):
        gateway_to_nowhere.retrieve_session("cs_test_1")

    assert gateway.server_time() is None


def test_an_unknown_session_is_refused(gateway):
    refusal = refused(gateway.retrieve_session, "cs_test_nothing")

    assert (refusal.http_status, refusal.code) == (404, "resource_missing")


def test_payment_method_types_are_refused_as_stripe_does_now(gateway):
    refusal = refused(gateway.create_session, session_params(payment_method_types=["card"]), "checkout:41")

    assert refusal.code == "payment_method_types_no_longer_supported"


def test_an_unknown_parameter_is_refused_by_name(gateway):
    refusal = refused(gateway.create_session, session_params(hold="17"), "checkout:41")

    assert (refusal.code, refusal.param) == ("parameter_unknown", "hold")


def test_a_refund_gives_the_money_back_once(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id)
    paid = gateway.retrieve_session(session.id)
    params = {"payment_intent": paid.intent_id, "metadata": {"refund": "7"}}

    refund = gateway.create_refund(params, "refund:7")

    assert (refund.status, refund.amount_minor, refund.currency) == ("succeeded", 3450, "EUR")
    assert gateway.create_refund(params, "refund:7") == refund
    assert gateway.list_refunds(paid.intent_id) == [refund]
    assert gateway.retrieve_refund(refund.id).metadata == {"refund": "7"}
    assert refused(gateway.create_refund, params, "refund:8").code == "charge_already_refunded"


def test_partial_refunds_never_exceed_what_was_captured(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id)
    intent_id = gateway.retrieve_session(session.id).intent_id
    gateway.create_refund({"payment_intent": intent_id, "amount": 3000}, "refund:1")

    refusal = refused(gateway.create_refund, {"payment_intent": intent_id, "amount": 451}, "refund:2")
    rest = gateway.create_refund({"payment_intent": intent_id, "amount": 450}, "refund:3")

    assert refusal.param == "amount"
    assert sum(refund.amount_minor for refund in gateway.list_refunds(intent_id)) == 3450
    assert rest.status == "succeeded"


def test_a_refund_may_be_pending_and_fail_later(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000000000007726")
    intent_id = gateway.retrieve_session(session.id).intent_id
    refund = gateway.create_refund({"payment_intent": intent_id}, "refund:1")

    sandbox.settle_refund(refund.id, succeeded=False)

    assert refund.status == "pending"
    assert gateway.retrieve_refund(refund.id).status == "failed"
    assert gateway.create_refund({"payment_intent": intent_id}, "refund:2").status == "pending"


def test_an_unpaid_intent_has_nothing_to_refund(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000000000000002")
    intent_id = gateway.retrieve_session(session.id).intent_id

    refusal = refused(gateway.create_refund, {"payment_intent": intent_id}, "refund:1")

    assert refusal.http_status == 400


def test_a_disputed_charge_can_not_be_refunded(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000000000000259")
    paid = gateway.retrieve_session(session.id)
    [event] = gateway.list_events(["charge.dispute.created"], created_since=recently())

    dispute = gateway.retrieve_dispute(event.object_id)

    assert (dispute.status, dispute.reason, dispute.amount_minor) == ("needs_response", "fraudulent", 3450)
    assert (dispute.charge_id, dispute.intent_id, event.intent_id) == (paid.charge_id, paid.intent_id, paid.intent_id)
    assert refused(gateway.create_refund, {"payment_intent": paid.intent_id}, "refund:1").code == "charge_disputed"


def test_an_inquiry_withdraws_nothing_and_can_be_refunded(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "4000000000001976")
    intent_id = gateway.retrieve_session(session.id).intent_id

    refund = gateway.create_refund({"payment_intent": intent_id}, "refund:1")

    assert refund.status == "succeeded"
    assert list(gateway.list_events(["charge.dispute.funds_withdrawn"], created_since=recently())) == []


def test_a_delayed_method_completes_the_session_before_the_money_comes(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id, "delayed")
    between = gateway.retrieve_session(session.id)

    sandbox.finish_delayed(session.id)

    assert (between.status, between.payment_status, between.captured_minor) == ("complete", "unpaid", 0)
    assert gateway.retrieve_session(session.id).payment_status == "paid"
    assert len(list(gateway.list_events(["checkout.session.async_payment_succeeded"], created_since=recently()))) == 1


def test_manual_capture_completes_without_capturing(gateway, sandbox):
    params = session_params(payment_intent_data={"capture_method": "manual"})
    session = gateway.create_session(params, "checkout:41")

    sandbox.pay(session.id)

    after = gateway.retrieve_session(session.id)
    assert (after.status, after.intent_status, after.captured_minor) == ("complete", "requires_capture", 0)


def test_lists_go_through_every_page(gateway, sandbox):
    ids = [gateway.create_session(session_params(), f"checkout:{number}").id for number in range(103)]
    gateway.expire_session(ids[0])

    every = [session.id for session in gateway.list_sessions(created_since=recently())]
    still_open = [session.id for session in gateway.list_sessions(created_since=recently(), status="open")]

    assert every == ids[::-1]
    assert still_open == ids[:0:-1]
    assert sandbox.requests("checkout.sessions.list") == 4


def test_a_list_begins_where_it_is_told_to(gateway, sandbox):
    gateway.create_session(session_params(), "checkout:1")
    sandbox.advance(3600)
    later = datetime.now(UTC) + timedelta(seconds=3500)
    newer = gateway.create_session(session_params(later.timestamp()), "checkout:2")

    assert [session.id for session in gateway.list_sessions(created_since=later)] == [newer.id]


def test_events_of_one_payment_name_its_session_and_its_intent(gateway, sandbox):
    session = gateway.create_session(session_params(), "checkout:41")
    sandbox.pay(session.id)
    intent_id = gateway.retrieve_session(session.id).intent_id

    events = list(
        gateway.list_events(
            ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"], created_since=recently()
        )
    )

    assert {event.type for event in events} == {
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
    }
    assert {event.intent_id for event in events} == {intent_id}
    assert [event.session_id for event in events if event.type.startswith("checkout")] == [session.id]


def test_the_gateway_knows_the_time_at_stripe(gateway, sandbox):
    unknown_yet = gateway.server_time()
    sandbox.advance(3 * 3600)

    list(gateway.list_sessions(created_since=recently()))

    ahead = gateway.server_time() - datetime.now(UTC)
    assert unknown_yet is None
    assert timedelta(hours=2, minutes=59) < ahead < timedelta(hours=3, minutes=1)


def test_many_threads_share_one_gateway(gateway, sandbox):
    def create(number):
        return gateway.create_session(session_params(), f"checkout:{number}").id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(create, range(40)))

    assert len(set(ids)) == 40
    assert {row["id"] for row in sandbox.rows("checkout.session")} == set(ids)


def test_a_proxy_of_this_machine_does_not_catch_calls_to_loopback(sandbox, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    session = a_gateway(sandbox, retries=0).create_session(session_params(), "checkout:41")

    assert session.status == "open"
