"""Many threads at once, on real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storefront.db import Database
from tills import clock, gateway, sandbox, sandbox_server, shop, till  # noqa: F401  fixtures are asked for by name


@pytest.fixture
def database(database_url):
    """Connections enough for a crowd."""
    database = Database(database_url, pool_size=100)
    yield database
    database.dispose()


@pytest.fixture
def crowd():
    """`crowd(count, act)`: as many threads call act(i) at the same moment; their results, refusals included."""

    def run(count, act, refusals=()):
        gate = threading.Barrier(count)

        def one(i):
            gate.wait(timeout=60)
            try:
                return act(i)
            except refusals as refusal:
                return refusal

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run
