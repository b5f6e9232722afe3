"""Endings: a session is paid or it expires, never both, whoever comes first."""

import threading

import pytest


@pytest.mark.parametrize("attempt", range(8))
def test_of_a_payment_and_an_expiry_at_once_exactly_one_wins(api, sandbox, attempt):
    session = api.a_session()
    barrier = threading.Barrier(2)
    outcomes = {}

    def pay():
        barrier.wait()
        outcomes["pay"] = sandbox.pay(session["id"], hold=False).kind

    def expire():
        barrier.wait()
        outcomes["expire"] = api.post(f"/v1/checkout/sessions/{session['id']}/expire").status_code

    threads = [threading.Thread(target=pay), threading.Thread(target=expire)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (outcomes["pay"], outcomes["expire"]) in (("complete", 400), ("ended", 200))
    succeeded = [intent for intent in sandbox.rows("payment_intent") if intent["status"] == "succeeded"]
    assert len(succeeded) == (outcomes["pay"] == "complete")


def test_a_payment_in_the_last_second_counts_and_one_after_it_does_not(api, sandbox):
    early, late = api.a_session(), api.a_session()
    sandbox.advance(24 * 3600 - 5)
    paid = sandbox.pay(early["id"]).kind

    sandbox.advance(10)

    assert paid == "complete"
    assert sandbox.pay(late["id"]).kind == "ended"


def test_its_own_timer_ends_a_session_without_anybody_asking(api, sandbox, listener):
    api.a_session()

    sandbox.advance(24 * 3600)
    sandbox.wait_for_webhooks()

    assert [event["type"] for event in sandbox.rows("event")] == ["checkout.session.expired"]
    assert len(listener.heard) == 1
