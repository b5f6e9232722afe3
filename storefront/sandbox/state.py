"""State: every object of the stand-in is a JSON row of one SQLite database, in memory or in a file."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]  # Stripe's objects are open JSON: their shape is checked by the contract tests, not by types

SCHEMA = """
CREATE TABLE IF NOT EXISTS row (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    due_at REAL,
    created INTEGER,
    body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS row_created ON row (kind, created);
CREATE INDEX IF NOT EXISTS row_due ON row (kind, due_at) WHERE due_at IS NOT NULL;
"""


class State:
    """Rows by kind and id. A change is one transaction, so an effect, its events and its saved answer stand or fall together."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        # One process owns the file. The system keeps written pages when a process is killed; only a power cut could lose them.
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[None]:
        with self._lock:
            if self._database.in_transaction:
                yield
                return
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def find(self, kind: str, row_id: str) -> Row | None:
        found = self._query("SELECT body FROM row WHERE kind = ? AND id = ?", kind, row_id)
        return found[0] if found else None

    def put(self, kind: str, row: Row, *, due_at: float | None = None) -> None:
        """Keep the row; `due_at` is when the stand-in itself has to act on it."""
        with self._lock:
            self._database.execute(
                "INSERT INTO row (kind, id, due_at, created, body) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET due_at = excluded.due_at, body = excluded.body",
                (kind, row["id"], due_at, row.get("created", 0), json.dumps(row)),
            )

    def remove(self, kind: str, row_id: str) -> None:
        with self._lock:
            self._database.execute("DELETE FROM row WHERE kind = ? AND id = ?", (kind, row_id))

    def newest(self, kind: str, *, since: int = 0) -> list[Row]:
        return self._query("SELECT body FROM row WHERE kind = ? AND created >= ? ORDER BY seq DESC", kind, since)

    def due(self, kind: str, now: float) -> list[Row]:
        return self._query("SELECT body FROM row WHERE kind = ? AND due_at <= ? ORDER BY due_at, seq", kind, now)

    def beginning(self, kind: str, prefix: str) -> list[Row]:
        """Rows whose id begins so, oldest first."""
        last = prefix + "\U0010ffff"
        return self._query(
            "SELECT body FROM row WHERE kind = ? AND id BETWEEN ? AND ? ORDER BY seq", kind, prefix, last
        )

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._database.execute("SELECT kind, count(*) FROM row GROUP BY kind").fetchall())

    def clear(self) -> None:
        with self._lock:
            self._database.execute("DELETE FROM row")

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _query(self, sql: str, *values: object) -> list[Row]:
        with self._lock:
            return [json.loads(body) for (body,) in self._database.execute(sql, values)]
