"""Idempotency: one key, one effect, one answer."""

import threading
import time

SESSIONS = "/v1/checkout/sessions"


def test_a_replay_is_word_for_word_the_first_answer_and_says_so(api, fields):
    first = api.post(SESSIONS, fields(), key="k")

    second = api.post(SESSIONS, fields(), key="k")

    assert second.text == first.text
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]


def test_a_replay_tells_the_old_story_even_when_the_session_has_moved_on(api, sandbox, fields):
    session = api.post(SESSIONS, fields(), key="k").json()
    sandbox.pay(session["id"])

    replay = api.post(SESSIONS, fields(), key="k").json()

    assert replay["status"] == "open"
    assert replay["url"] == session["url"]


def test_what_fails_validation_is_not_saved(api, fields):
    api.post(SESSIONS, fields(mode="subscription"), key="k")

    corrected = api.post(SESSIONS, fields(), key="k")

    assert corrected.status_code == 200


def test_what_was_refused_while_executing_is_saved(api, sandbox):
    session = api.a_session()
    sandbox.pay(session["id"])

    first, second = (api.post(f"{SESSIONS}/{session['id']}/expire", key="k") for _ in range(2))

    assert (first.status_code, second.status_code) == (400, 400)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_at_another_address_is_an_error(api, fields):
    session = api.post(SESSIONS, fields(), key="k").json()

    answer = api.post(f"{SESSIONS}/{session['id']}/expire", key="k")

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "idempotency_error"


def test_a_key_is_forgotten_after_a_day(api, sandbox, fields):
    first = api.post(SESSIONS, fields(), key="k").json()
    sandbox.advance(24 * 3600 - 60)
    same = api.post(SESSIONS, fields(), key="k").json()

    sandbox.advance(120)

    assert same["id"] == first["id"]
    assert api.post(SESSIONS, fields(), key="k").json()["id"] != first["id"]


def test_a_key_that_is_too_long_is_an_error(api, fields):
    answer = api.post(SESSIONS, fields(), key="k" * 256)

    assert answer.json()["error"]["type"] == "idempotency_error"


def test_a_key_in_flight_conflicts_and_is_free_afterwards(api, sandbox, fields):
    sandbox.fault("latency", method="POST", path=SESSIONS, seconds=0.6)
    slow = []
    running = threading.Thread(target=lambda: slow.append(api.post(SESSIONS, fields(), key="k")))
    running.start()
    time.sleep(0.25)

    meanwhile = api.post(SESSIONS, fields(), key="k")

    running.join()
    assert meanwhile.status_code == 409
    assert meanwhile.json()["error"]["code"] == "idempotency_key_in_use"
    assert api.post(SESSIONS, fields(), key="k").json()["id"] == slow[0].json()["id"]


def test_twelve_at_once_with_one_key_make_one_session(api, sandbox, fields):
    sandbox.fault("latency", method="POST", seconds=0.2, times=12)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(api.post(SESSIONS, fields(), key="k"))) for _ in range(12)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sandbox.rows("checkout.session")) == 1
    assert {answer.status_code for answer in answers} <= {200, 409}
