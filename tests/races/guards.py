"""Guards taken away: what the shop would be without the locks it takes. A race that still passes proves nothing."""

import re
import time
from contextlib import contextmanager, nullcontext

from sqlalchemy import event, text

from storefront.inventory.holds import Hold

_LOCK = re.compile(r"\s+FOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)(?: OF \w+)?(?: SKIP LOCKED| NOWAIT)?")
_MOMENT = 0.02  # after every look, so that somebody else comes between it and the writing


def without_locks(database, monkeypatch):
    """No row is locked by looking at it, nobody takes the writer's turn, and on SQLite every statement is for itself.

    The database is one that this test alone uses.
    """
    if database.is_sqlite:
        event.listen(database.engine, "begin", lambda connection: connection.exec_driver_sql("COMMIT"))
        monkeypatch.setattr(database.engine.dialect, "do_commit", lambda _connection: None)
        monkeypatch.setattr(database.engine.dialect, "do_rollback", lambda _connection: None)
    monkeypatch.setattr(database, "_turn", lambda **_how: nullcontext())
    event.listen(database.engine, "before_cursor_execute", _unlocked, retval=True)
    event.listen(database.engine, "after_cursor_execute", _a_moment_later)


@contextmanager
def without_guards(databases, monkeypatch, *indexes):
    """Neither locks nor these indexes of the table of holds, for all who share the database."""
    with databases[0].engine.begin() as connection:
        for index in indexes:
            connection.execute(text(f"DROP INDEX {index}"))
    for database in databases:
        without_locks(database, monkeypatch)
    try:
        yield
    finally:
        if not databases[0].is_sqlite:  # a race without its guard leaves a schema other tests must not see
            with databases[0].engine.begin() as connection:
                connection.execute(text("TRUNCATE hold CASCADE"))
                for index in Hold.__table__.indexes:
                    index.create(connection, checkfirst=True)


def statements_of(database):
    """Everything that is sent from now on, as it is sent."""
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))
    return seen


def _unlocked(connection, _cursor, statement, parameters, _context, _many):
    connection.info["looks"] = statement.startswith("SELECT")
    return _LOCK.sub("", statement), parameters


def _a_moment_later(connection, *_rest):
    if connection.info.pop("looks", False):
        time.sleep(_MOMENT)
