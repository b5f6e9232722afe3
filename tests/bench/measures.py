"""What is measured: each a few seconds of load on a server of its own; what comes of it are rates by name."""

from contextlib import nullcontext

import psycopg

from bench import databases, guests, load, pgbench, pressing, queries, settling, truth
from bench.server import HELLO, SHOP, WITHOUT_DATABASE, Server

MOST_A_SECOND = 12_000  # so many presses are prepared for each second
LARGE = 100_000
SIZES, CROWDS = (100, 1_000, 10_000, LARGE), (256, 1_000)
_SNAPSHOT_SECONDS = 8
_RUSHED = 2_000
_SOLD_OUT = "UPDATE piece SET state = 'sold' WHERE edition_id = 1"
PG, SQLITE = "postgresql", "sqlite"
_HTML, _JSON = b"<!doctype html>", b'{"v":'


class Measures:
    """Each public method is one measure; it returns its rates, and adds to `truths` what the database said."""

    def __init__(self, folder, stock, seconds):
        self._folder, self._stock, self._seconds = folder, stock, seconds
        self._prepared = {}
        self.truths = []

    def pgbench(self):
        return {"pgbench": pgbench.claims(self._stock.server, seconds=self._seconds)}

    def nodb(self):
        return {"nodb_post": self._without_database(PG)}

    def hold(self):
        ran, _url, largest = self._holds(PG, LARGE)
        return {"hold": ran.rate, "hold_p50_ms": ran.p50_ms, "hold_p99_ms": ran.p99_ms, "worker_rss_mb": largest}

    def reject(self):
        url = self._stock.fresh(PG, 1_000)
        databases.execute(url, _SOLD_OUT)
        with Server(SHOP, self._folder, url) as running:
            self._warm(running, 1)
            ran = self._load(running, self._presses(1_000, 1, beyond=True), once=True, watch=True)
        _require(len(ran.refusals) == ran.requests, "a sold-out edition answered something else than 409")
        return {"reject": ran.rate, "reject_p99_ms": ran.p99_ms}

    def rush(self):
        """More buyers than pieces: the only run in which "none left" is to be said, and when matters."""
        ran, _url, _mb = self._holds(PG, _RUSHED, beyond=True, watch=True)
        return {"rush": ran.rate}

    def hello(self):
        with Server(HELLO, self._folder, self._stock.fresh(PG, 1_000)) as running:
            return {"hello": self._visit(running, "/", b"Hello").rate}

    def page(self):
        return {"page": self._look(f"/d/{databases.WINDOW}", _HTML).rate}

    def live(self):
        return {"live": self._look(f"/d/{databases.WINDOW}/live.json", _JSON).rate}

    def windows(self):
        """Page and live document of editions of every size, and before crowds of every size."""
        found = {}
        for size in SIZES:
            with Server(SHOP, self._folder, self._stock.fresh(PG, size)) as running:
                path = f"/d/{databases.slug(1)}"
                found[f"page_of_{size}"] = self._visit(running, path, _HTML).rate
                found[f"live_of_{size}"] = self._visit(running, f"{path}/live.json", _JSON).rate
        with Server(SHOP, self._folder, self._stock.fresh(PG, 1_000)) as running:
            for buyers in CROWDS:
                path = f"/d/{databases.WINDOW}"
                found[f"page_by_{buyers}"] = self._visit(running, path, _HTML, buyers).rate
                found[f"live_by_{buyers}"] = self._visit(running, f"{path}/live.json", _JSON, buyers).rate
        return found

    def snapshot(self):
        """Holds while a report keeps an old snapshot: every claim has to walk over what is sold."""
        ran, url, _mb = self._holds(PG, LARGE, seconds=_SNAPSHOT_SECONDS, meanwhile=OldSnapshot)
        each = truth.held_in_each_second(url)[:_SNAPSHOT_SECONDS]
        _require(len(each) == _SNAPSHOT_SECONDS, f"{ran.seconds:.0f} s of load, holds in {len(each)} of them")
        return {"snapshot_first_second": each[0], "snapshot_last_second": each[-1]}

    def sizes(self):
        return {f"hold_of_{size}": self._holds(PG, size, self._enough(size))[0].rate for size in SIZES[:-1]}

    def buyers(self):
        found = {}
        for buyers in CROWDS:
            ran, _url, _mb = self._holds(PG, LARGE, connections=buyers)
            found |= {
                f"hold_by_{buyers}": ran.rate,
                f"p99_by_{buyers}_ms": ran.p99_ms,
                f"unanswered_by_{buyers}": ran.broken,
            }
        return found

    def sqlite(self):
        ran, _url, _mb = self._holds(SQLITE, LARGE)
        return {
            "sqlite_hold": ran.rate,
            "sqlite_p99_ms": ran.p99_ms,
            "sqlite_nodb_post": self._without_database(SQLITE),
        }

    def settle(self):
        url = self._stock.fresh(PG, settling.SIZE, prepare=settling.open_attempts)
        return {"settle": settling.paid_a_second(url, self._seconds)}

    def queries(self):
        return queries.count(self._stock.fresh(PG, 1_000), self._folder)

    def press(self):
        return pressing.measured()

    def _without_database(self, kind):
        with Server(WITHOUT_DATABASE, self._folder, self._stock.fresh(kind, LARGE)) as running:
            self._warm(running, 1)
            ran = self._load(running, self._presses(LARGE, 1))
        _require(not ran.refused, f"{ran.refused} presses were refused where nobody could")
        return ran.rate

    def _holds(
        self, kind, size, count=1, *, beyond=False, watch=False, connections=load.CONNECTIONS, seconds=None,
        meanwhile=lambda _url: nullcontext(),
    ):  # fmt: skip
        """A rush for real numbers, and the database's word about it."""
        url = self._stock.fresh(kind, size, count)
        presses = self._presses(size, count, beyond=beyond)
        with Server(SHOP, self._folder, url) as running:
            self._warm(running, count)
            with meanwhile(url):
                how = {"once": True, "watch": watch, "connections": connections, "seconds": seconds}
                ran = self._load(running, presses, **how)
            largest = running.largest_worker_mb()
        self.truths.append(truth.look(url, ran))
        return ran, url, largest

    def _look(self, path, begins):
        with Server(SHOP, self._folder, self._stock.fresh(PG, 1_000)) as running:
            return self._visit(running, path, begins)

    def _visit(self, running, path, begins, connections=load.CONNECTIONS):
        body = running.look(path)
        _require(body.lstrip().lower().startswith(begins.lower()), f"{path} begins with {body[:40]!r}")
        visit = guests.write(self._folder / "visit", [guests.visit(path)])
        load.run(running.address, visit, seconds=1)
        ran = self._load(running, visit, connections=connections)
        _require(not ran.refused, f"{ran.refused} answers of {path} were no page")
        return ran

    def _warm(self, running, count):
        """Connections are made and statements compiled before the clock runs, on an edition of its own."""
        warming = guests.presses(databases.warming(count, MOST_A_SECOND))
        load.run(running.address, guests.write(self._folder / "warming", warming), seconds=1, once=True)

    def _load(self, running, prepared, *, seconds=None, connections=load.CONNECTIONS, **how):
        ran = load.run(running.address, prepared, seconds=seconds or self._seconds, connections=connections, **how)
        _require(not ran.broken or connections > load.CONNECTIONS, f"{ran.broken} requests got no answer")
        return ran

    def _presses(self, size, count, *, beyond=False):
        """Made once for all rounds: the databases are copies, so every guest is new in each."""
        if (size, count, beyond) not in self._prepared:
            wanted = MOST_A_SECOND * (max(self._seconds, _SNAPSHOT_SECONDS) if size == LARGE else self._seconds)
            whom = databases.targets(size, count, wanted)
            if beyond:
                whom += [whom[-1]] * (wanted - len(whom))
            path = self._folder / f"presses-{size}-{count}-{beyond}"
            self._prepared[size, count, beyond] = guests.write(path, guests.presses(whom))
        return self._prepared[size, count, beyond]

    def _enough(self, size):
        """So many editions of this size that their pieces outlast the run."""
        return -(-MOST_A_SECOND * self._seconds // size)


class OldSnapshot:
    """A transaction that has looked once and stays open, like a report or a dump."""

    def __init__(self, url):
        self._url = url.replace("+psycopg", "")

    def __enter__(self):
        self._connection = psycopg.connect(self._url)
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._connection.execute("SELECT count(*) FROM piece")

    def __exit__(self, *_exc):
        self._connection.close()


def _require(well, otherwise):
    if not well:
        raise load.NoLoad(otherwise)
