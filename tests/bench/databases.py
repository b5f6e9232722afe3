"""Databases to measure on: PostgreSQL with its own durability, and SQLite files; each run begins with a fresh copy."""

import shutil
from datetime import UTC, datetime, timedelta

import psycopg
from huey import PostgresHuey
from sqlalchemy import text

from factories import a_drop, an_artist, an_edition
from postgres import Postgres
from storefront import migrate
from storefront.db import Database

# As PostgreSQL comes, but for what the machine dictates: tests switch durability off, a bench must not.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
WINDOW = "window"  # the drop whose page is looked at
WARM = "warm"  # the drop of the warming up
_WARM_PIECES = 12_000


class Databases:
    """`fresh(kind, size, count)` gives the address of a new copy of a shop with so many editions of that size."""

    def __init__(self, folder, server):
        self._folder, self.server = folder, server
        self._made = {}

    def fresh(self, kind, size, count=1, prepare=None):
        """`prepare(url)` does what else is to be found in the copy."""
        wanted = kind, size, count, prepare
        if wanted not in self._made:
            self._made[wanted] = self._make(*wanted, name=f"template_{len(self._made)}")
        return self._copy(kind, self._made[wanted])

    def _make(self, kind, size, count, prepare, name):
        if kind == "postgresql":
            self._admin(f"CREATE DATABASE {name}")
            template, url = name, self.server.url(name)
        else:
            template = self._folder / f"{name}.db"
            url = f"sqlite:///{template}"
        stock(url, size, count)
        if prepare is not None:
            prepare(url)
        _settle(url)
        return template

    def _copy(self, kind, template):
        if kind == "sqlite":
            path = self._folder / "run.db"
            for left in self._folder.glob("run.db*"):
                left.unlink()
            shutil.copy(template, path)
            return f"sqlite:///{path}"
        self._admin(
            "DROP DATABASE IF EXISTS run WITH (FORCE)", f"CREATE DATABASE run TEMPLATE {template}", "CHECKPOINT"
        )
        return self.server.url("run")

    def _admin(self, *statements):
        with psycopg.connect(self.server.url().replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def postgres():
    return Postgres(**DURABLE)


def slug(place):
    return f"bench-{place}"


def targets(size, count, wanted):
    """(slug, edition's id) for each request: the editions one after the other, as many presses as there are pieces."""
    return [(slug(place // size + 1), place // size + 1) for place in range(min(wanted, size * count))]


def warming(count, wanted):
    return [(WARM, count + 1)] * wanted


def stock(url, size, count):
    """Open drops with one edition each: those of the rush have the ids 1…count, then one to warm up with, then a shop window."""
    database = Database(url)
    migrate.upgrade(database.engine)
    now = datetime.now(UTC)
    rush, shown = {"opens_at": now - timedelta(hours=2)}, {"opens_at": now - timedelta(hours=1)}
    with database.transaction() as session:
        artist = an_artist(session)
        for place in range(1, count + 1):
            an_edition(session, a_drop(session, artist, slug=slug(place), **rush), size=size)
        an_edition(session, a_drop(session, artist, slug=WARM, **rush), size=_WARM_PIECES)
        window = an_edition(session, a_drop(session, artist, slug=WINDOW, **shown), size=100)
        for _ in range(4):  # what a drop's page shows besides
            an_edition(session, a_drop(session, artist, **shown), size=100)
        sold = "UPDATE piece SET state = 'sold' WHERE edition_id = :id AND number <= 30"
        session.execute(text(sold), {"id": window.id})
    database.dispose()
    if url.startswith("postgresql"):
        PostgresHuey("vitrine", dsn=url.replace("+psycopg", ""))  # the queue makes its own tables


def _settle(url):
    """Statistics as a running shop has them, and nothing left to write."""
    database = Database(url)
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        connection.exec_driver_sql("ROLLBACK")
        if database.is_sqlite:
            raw.execute("ANALYZE")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            raw.autocommit = True
            raw.execute("SET statement_timeout = 0")
            raw.execute("VACUUM ANALYZE")
        connection.invalidate()
    database.dispose()


def execute(url, statement):
    database = Database(url, pool_size=1)
    with database.transaction() as session:
        session.execute(text(statement))
    database.dispose()
