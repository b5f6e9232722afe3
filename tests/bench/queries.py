"""How many statements a request asks of the database, the session's own BEGIN and COMMIT not counted."""

from contextlib import contextmanager

from sqlalchemy import event

from bench import databases, guests
from bench.server import environment
from storefront.app import create_app
from storefront.config import read_settings
from storefront.db import Database

_PAGES = {"home": "/", "drop": f"/d/{databases.WINDOW}", "live": f"/d/{databases.WINDOW}/live.json"}


def count(url, var):
    """By name, each as the second such request of the process: what is asked once is not a request's own."""
    database = Database(url)
    app = create_app(read_settings(environment(var, url)), database=database)
    found = {}
    for name, path in _PAGES.items():
        _send(app, guests.visit(f"{path}?first"))
        with _counting(database.engine) as seen:
            _send(app, guests.visit(f"{path}?second"))
        found[f"queries_{name}"] = len(seen)
    first, second = guests.presses([(databases.slug(1), 1)] * 2)
    _send(app, first)
    with _counting(database.engine) as seen:
        _send(app, second)
    found["queries_hold"] = len(seen)
    database.dispose()
    return found


def _send(app, raw):
    """The prepared request, as gunicorn would hand it on."""
    head, _gap, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split(" ")
    headers = [line.split(": ", 1) for line in lines]
    answer = app.test_client(use_cookies=False).open(path, method=method, headers=headers, data=body, buffered=True)
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{method} {path}: {answer.status}")


@contextmanager
def _counting(engine):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
