"""The queue of long work, where several processes begin with it at once."""

import threading
from types import SimpleNamespace

import psycopg
import pytest

from storefront.longwork import make_long_work


@pytest.fixture
def bare_url(postgres_url):
    """A database in which no queue has ever begun, and none is left."""
    drop_queue(postgres_url)
    yield postgres_url
    drop_queue(postgres_url)


def drop_queue(url):
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'huey%'").fetchall()
        for (table,) in tables:
            connection.execute(f"DROP TABLE {table} CASCADE")


def test_two_processes_that_begin_at_once_both_begin(bare_url):
    settings = SimpleNamespace(kind="production", huey_url=None, database_url=bare_url, press_size=120)
    made = []
    with psycopg.connect(bare_url.replace("+psycopg", "")) as other:
        other.execute(
            "CREATE TABLE huey_kv (queue text NOT NULL, key text NOT NULL, value bytea NOT NULL, PRIMARY KEY (queue, key))"
        )
        ours = threading.Thread(target=lambda: made.append(make_long_work(settings, None)))
        ours.start()
        wait_until_blocked(bare_url)
        other.commit()
        ours.join(timeout=20)

    assert len(made) == 1
    assert made[0].queue.storage.queue_size() == 0
    made[0].queue.storage.close()


def wait_until_blocked(url):
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as onlooker:
        for _ in range(200):
            if onlooker.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0]:
                return
            threading.Event().wait(0.05)
    raise AssertionError("nobody waited for the other's tables")
