import base64
import dataclasses
import hashlib
import io
import json
import logging

import pytest
from flask import abort
from sqlalchemy import event, text
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import TooManyRequests

from people import a_person
from storefront.app import create_app
from storefront.web import logs

CODES = (400, 403, 404, 405, 409, 410, 413, 429, 500, 503)
GONE = {"sqlite": "SELECT * FROM a_lost_table", "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())"}
SECRET = "ada@example.org"


@pytest.fixture
def app(own_app):
    """Errors become pages, as they do for visitors."""
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    return own_app


@pytest.mark.parametrize("code", CODES)
def test_every_error_has_a_page_with_a_number_to_quote(app, client, code):
    app.add_url_rule("/broken", view_func=lambda: abort(code))

    response = client.get("/broken")

    assert response.status_code == code
    assert response.headers["X-Request-Id"] in client.page.get_text()
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("code", "shown"), [(406, 406), (415, 415), (422, 422), (501, 501), (504, 504)])
def test_an_error_without_a_page_of_its_own_borrows_one(app, client, code, shown):
    app.add_url_rule("/broken", view_func=lambda: abort(code))

    assert client.get("/broken").status_code == shown
    assert client.page.h1


@pytest.mark.parametrize(
    ("path", "headers"), [("/x.json", {}), ("/hooks/x", {}), ("/x", {"Accept": "application/json"})]
)
def test_a_machine_is_answered_in_json(client, path, headers):
    response = client.get(path, headers=headers)

    assert response.status_code == 404
    assert response.json == {"error": "Not Found", "reference": response.headers["X-Request-Id"]}


def test_what_http_says_about_an_error_stays_on_its_page(app, client):
    def hurry():
        raise TooManyRequests(retry_after=7)

    app.add_url_rule("/hurry", view_func=hurry)

    assert client.get("/hurry").headers["Retry-After"] == "7"
    assert client.post("/hurry", data={"csrf_token": client.csrf_token()}).status_code == 405
    assert "GET" in client.post("/hurry", data={"csrf_token": client.csrf_token()}).headers["Allow"]


def test_a_bug_shows_a_page_that_tells_nothing_about_it(app, client):
    def bug():
        raise RuntimeError(f"the password of {SECRET}")

    app.add_url_rule("/bug", view_func=bug)

    response = client.get("/bug")

    assert response.status_code == 500
    assert SECRET not in response.text
    assert "RuntimeError" not in response.text


def test_a_broken_template_still_leaves_an_answer(settings, database, clock, gateway):
    app = create_app(dataclasses.replace(settings, kind="demo"), database=database, clock=clock, gateway=gateway)
    app.jinja_env.globals["static_url"] = None

    response = app.test_client().get("/nowhere")

    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert response.headers["X-Request-Id"] in response.text


def test_a_shop_that_can_draw_nothing_shows_the_page_that_needs_nothing(settings, database, clock, gateway):
    app = create_app(dataclasses.replace(settings, kind="demo"), database=database, clock=clock, gateway=gateway)
    app.jinja_env.globals["static_url"] = None
    app.add_url_rule("/away", view_func=lambda: abort(503))

    response = app.test_client().get("/away")

    style = response.text.partition("<style>")[2].partition("</style>")[0]
    told = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert f"style-src 'sha256-{told}'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Request-Id"]


def test_a_database_that_is_gone_means_try_again_soon(app, client, database, engine_name):
    def gone():
        with database.reading() as session:
            session.execute(text(GONE[engine_name]))

    app.add_url_rule("/gone", view_func=gone)

    response = client.get("/gone")

    assert response.status_code == 503
    assert 1 <= int(response.headers["Retry-After"]) <= 3


@pytest.fixture
def impatient(database):
    """A database that waits for locks fifty milliseconds instead of seconds."""
    words = "PRAGMA busy_timeout=50" if database.is_sqlite else "SET lock_timeout='50ms'"

    def prepare(connection, _record, _proxy):
        connection.cursor().execute(words)

    event.listen(database.engine, "checkout", prepare)
    yield database
    event.remove(database.engine, "checkout", prepare)


def test_a_lock_held_for_too_long_means_try_again_soon(app, client, impatient):
    def write():
        with impatient.transaction() as session:
            session.execute(text("UPDATE account SET name = 'x' WHERE id = 1"))

    app.add_url_rule("/write", view_func=write)
    with impatient.transaction() as session:
        a_person(session, id=1)
        if not impatient.is_sqlite:
            session.execute(text("LOCK TABLE account IN ACCESS EXCLUSIVE MODE"))

        assert client.get("/write").status_code == 503


def test_a_pool_that_is_used_up_means_try_again_soon(app, client):
    def exhausted():
        raise PoolExhausted("QueuePool limit reached")

    app.add_url_rule("/exhausted", view_func=exhausted)

    assert client.get("/exhausted").status_code == 503


@pytest.fixture
def lines(app):
    """What the shop writes to its log, one parsed object a line."""
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(json.loads(logs.JsonLines().format(record)))

    keep, root = Keep(), logging.getLogger("storefront")
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(keep)
    root.setLevel(before)


def test_a_request_is_one_line_with_its_rule_and_never_its_path(client, lines):
    response = client.get("/confirm/a-secret-token?email=ada@example.org")

    (line,) = lines
    assert (line["method"], line["route"], line["status"]) == ("GET", "/confirm/<token>", 410)
    assert line["request"] == response.headers["X-Request-Id"]
    assert "secret" not in str(line)
    assert SECRET not in str(line)


def test_a_bug_is_written_down_with_its_place_and_without_people(app, client, lines):
    def bug():
        raise RuntimeError(f"cannot charge 4242 4242 4242 4242 of {SECRET}, session cs_test_a1B2c3, token {'q7' * 20}")

    app.add_url_rule("/bug", view_func=bug)

    response = client.get("/bug")

    error = next(line for line in lines if "error" in line)
    assert error["error"]["type"] == "RuntimeError"
    assert error["error"]["frames"][-1].endswith(" bug")
    assert error["request"] == response.headers["X-Request-Id"]
    for secret in ("4242", SECRET, "cs_test", "q7q7"):
        assert secret not in str(error), secret


def test_a_databases_own_words_are_not_written_down(app, client, database, lines):
    def duplicate():
        with database.transaction() as session:
            for _ in range(2):
                session.execute(
                    text("INSERT INTO throttle_count (name, window_at, count) VALUES (:n, '2026-01-01', 1)"),
                    {"n": SECRET},
                )

    app.add_url_rule("/duplicate", view_func=duplicate)

    assert client.get("/duplicate").status_code == 500
    assert "IntegrityError" in str(lines)
    assert SECRET not in str(lines)


def test_the_line_about_an_answer_is_the_same_past_the_logging_module(lines, monkeypatch):
    facts = ("POST", "/d/<slug>/holds", 201, 0.01234, "abcd-ef01-2345")
    logs.write(*facts)
    straight = io.StringIO()
    monkeypatch.setattr(logs, "_straight", straight)
    logs.write(*facts)

    (line,) = lines
    written = json.loads(straight.getvalue())
    assert list(written) == list(line)
    assert {**written, "at": ""} == {**line, "at": ""}
    assert straight.getvalue().endswith("\n")


def test_no_rule_holds_what_would_need_escaping_in_json(app):
    for rule in app.url_map.iter_rules():
        assert json.dumps(rule.rule) == f'"{rule.rule}"'


def test_a_line_break_in_what_is_logged_starts_no_line():
    record = logging.LogRecord("storefront", logging.INFO, "f", 1, 'one\n{"level": "error"}\r\u2028two', (), None)

    written = logs.JsonLines().format(record)

    assert len(written.splitlines()) == 1
    assert json.loads(written)["message"].startswith("one\n")


def test_signing_in_leaves_no_address_password_or_token_in_the_log(client, lines, caplog):
    with caplog.at_level(logging.DEBUG):
        client.submit("/sign-up", {"name": "Ada", "email": SECRET, "password": "nine green umbrellas"})
        client.submit("/sign-in", {"email": SECRET, "password": "nine green umbrellas"})
        with client.session_transaction() as cookie:
            token = cookie["_user_id"]

    for secret in (SECRET, "umbrellas", token):
        assert secret not in str(lines)
        assert secret not in "".join(record.getMessage() for record in caplog.records)
