"""How fast numbers come back, in real time: as many payment pages as asked for end together, and the clock's own loop runs.

`make numbers-back SESSIONS=500 DB=postgresql`. The stand-in takes 200 ms for every answer.
"""

import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgres import Postgres
from storefront import migrate
from storefront.db import Database
from storefront.inventory.holds import GRACE, Hold
from storefront.inventory.pieces import Piece, PieceState
from storefront.jobs import Round
from storefront.orders.till import Till
from storefront.payments.pacing import CALLS_PER_SECOND
from storefront.payments.stripe_gateway import StripeGateway
from storefront.sandbox.server import SandboxServer
from tills import NoMail, Shop

ANSWERS_IN = 0.2  # seconds
_NOTICE = timedelta(seconds=2)  # between the last preparation and the end of the grace
_AT_ONCE = 16


def promised(sessions):
    """Seconds after the grace within which every one of them is free again."""
    return 15 + sessions / 15


class MovedClock:
    """The real time, moved ahead while things are prepared."""

    def __init__(self):
        self.ahead = timedelta(0)

    def now(self):
        return datetime.now(UTC) + self.ahead

    def tick(self, seconds):
        self.ahead += timedelta(seconds=seconds)


def a_shop(database, sandbox):
    clock = MovedClock()
    gateway = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url)
    return Shop(database, Till(database, gateway, clock, "http://127.0.0.1:8000", "test-shop"), clock, sandbox)


@contextmanager
def the_clock_running(shop, courier=None):
    """The worker's own loop, in a thread."""
    stop = threading.Event()
    shop.round = Round(shop.till, courier or NoMail())
    thread = threading.Thread(target=shop.round.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def open_pages(shop, count):
    """That many buyers on their payment page, all at the end of their time in two seconds. When that is."""
    edition = shop.edition(size=count)
    for n in range(count):
        if n % (CALLS_PER_SECOND // 2) == 0:
            shop.tick(1)  # the bucket of calls fills up again
        shop.checkout(edition)
    over_at = shop.clock.now() + _NOTICE
    with shop.database.transaction() as session:
        session.execute(update(Hold).values(held_until=over_at - GRACE))
    return over_at


def seconds_until_free(shop, count, over_at, patience):
    """For each number that came back within the patience, how long after the grace; watched twenty times a second."""
    free, came = 0, []
    query = select(func.count()).where(Piece.state == PieceState.AVAILABLE)
    while free < count and (shop.clock.now() - over_at).total_seconds() < patience:
        with shop.database.reading() as session:
            now_free = session.scalars(query).one()
        came += [(shop.clock.now() - over_at).total_seconds()] * (now_free - free)
        free = now_free
        time.sleep(0.05)
    return came


def lapse_together(shop, count, courier=None, patience=None):
    """So many sessions end together; seconds after the grace at which each number was free."""
    over_at = open_pages(shop, count)
    shop.sandbox.fault("latency", seconds=ANSWERS_IN, times=20 * count + 200)
    with the_clock_running(shop, courier):
        return seconds_until_free(shop, count, over_at, patience or 2 * promised(count))


def give_back_together(shop, count):
    """So many buyers without a payment page give their number back; how many seconds each waited for it to be free."""
    edition = shop.edition(size=count)
    holds = [shop.hold(edition, shop.buyer()) for _ in range(count)]

    def one(hold):
        began = time.monotonic()
        assert shop.give_back(hold)
        return time.monotonic() - began

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waited = list(pool.map(one, holds))
    assert len(shop.free(edition)) == count
    return waited


@contextmanager
def _a_database(kind):
    if kind == "postgresql":
        with Postgres() as server:
            yield _migrated(server.url("postgres"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield _migrated(f"sqlite:///{folder}/shop.db")


def _migrated(url):
    database = Database(url)  # as many connections as the worker has
    migrate.upgrade(database.engine)
    return database


def main():
    count, kind = int(os.environ.get("SESSIONS") or 500), os.environ.get("DB") or "postgresql"
    with _a_database(kind) as database, SandboxServer() as sandbox:
        shop = a_shop(database, sandbox)
        waited = give_back_together(shop, count)
        _say(f"{kind}: {count} given back without a payment page, {_AT_ONCE} at once: slowest {max(waited):.3f} s")
        with database.transaction() as session:
            session.execute(update(Piece).values(state=PieceState.WITHHELD))
        came = lapse_together(shop, count)
        shop.assert_sound()
        middle, last = came[len(came) // 2], came[-1]
        _say(
            f"{kind}: {len(came)} of {count} payment pages that ended together: first free {came[0]:.1f} s after the grace, "
            f"half {middle:.1f} s, last {last:.1f} s; promised {promised(count):.1f} s"
        )
        database.dispose()
    return 0 if len(came) == count and last <= promised(count) and max(waited) <= 1 else 1


def _say(line):
    print(line, flush=True)  # noqa: T201  a command tells its user


if __name__ == "__main__":
    sys.exit(main())
