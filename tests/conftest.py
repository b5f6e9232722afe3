"""What every test may ask for: both databases, a clock it owns, and a session."""

import gc
import os
import shutil
import sys
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent))

from browser import built_fonts, chromium  # noqa: F401  fixtures are asked for by name
from factories import NOON
from postgres import Postgres
from storefront import migrate
from storefront.db import Database
from storefront.schema import metadata

_URL = "VITRINE_TEST_POSTGRES"
_LONG = (
    "tests/chaos/", "tests/orders/", "tests/journeys/", "tests/races/", "tests/web/test_malformed.py", "tests/gallery/",
    "tests/pinart/test_checking.py", "tests/test_press_command.py", "tests/demo/", "tests/screenshots/",
    "tests/inventory/test_griefing.py", "tests/web/test_studio_", "tests/web/test_webhooks.py", "tests/web/test_pseudo.py",
)  # fmt: skip
_TABLES = metadata.sorted_tables
_SERVER = pytest.StashKey[Postgres]()


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def tick(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.hookimpl(trylast=True)  # after the shuffling
def pytest_collection_modifyitems(items):
    """What takes long, or waits long, begins first: else one worker ends minutes after the other."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What is imported and collected stays: to look through it again and again takes a good part of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_configure(config):
    """One PostgreSQL for the whole run, shared by all workers."""
    if hasattr(config, "workerinput") or os.environ.get(_URL):
        return
    server = Postgres()
    config.stash[_SERVER] = server.__enter__()
    os.environ[_URL] = server.url("{}")


def pytest_unconfigure(config):
    server = config.stash.get(_SERVER, None)
    if server is not None:
        os.environ.pop(_URL, None)
        server.__exit__()


@pytest.fixture(scope="session")
def postgres_url(worker_id):
    """This worker's own migrated PostgreSQL database."""
    name = f"vitrine_{worker_id}"
    admin = Database(os.environ[_URL].format("postgres"), pool_size=1)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = os.environ[_URL].format(name)
    database = Database(url, pool_size=1)
    migrate.upgrade(database.engine)
    database.dispose()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request):
    return request.param


@pytest.fixture
def database_url(engine_name, request):
    """An empty, migrated database of either kind."""
    if engine_name == "postgresql":
        url = request.getfixturevalue("postgres_url")
        _empty(url)
        return url
    template = request.getfixturevalue("sqlite_template")
    path = template.with_name("shop.db")
    for left in path.parent.glob("shop.db*"):
        left.unlink()
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@cache
def _kept(url):
    """One engine for the whole run: it remembers how each statement is compiled."""
    return Database(url, pool_size=16)


@pytest.fixture
def database(database_url):
    database = _kept(database_url)
    yield database
    database.dispose()


def _empty(url):
    """Every row goes and every sequence begins anew; TRUNCATE of all tables would take ten times as long."""
    tables = " UNION ALL ".join(f"(SELECT '{table.name}' FROM \"{table.name}\" LIMIT 1)" for table in _TABLES)
    used = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
    with _kept(url).engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no keys and no guards look on
        for name in connection.scalars(text(tables)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        for name in connection.scalars(text(used)).all():
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))


@pytest.fixture
def session(database):
    """A session in one transaction that is committed at the end of the test."""
    with database.transaction() as session:
        yield session


@pytest.fixture
def clock():
    return FixedClock()
