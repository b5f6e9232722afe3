"""What is measured: each a few seconds of load on a server of its own; what comes of it are rates by name."""

from bench import databases, guests, load, pgbench, truth
from bench.server import HELLO, SHOP, WITHOUT_DATABASE, Server

MOST_A_SECOND = 9_000  # so many presses are prepared for each second
_SOLD_OUT = "UPDATE piece SET state = 'sold' WHERE edition_id = 1"


class Measures:
    """Each public method is one measure; it returns its rates, and adds to `truths` what the database said."""

    def __init__(self, folder, stock, seconds):
        self._folder, self._stock, self._seconds = folder, stock, seconds
        self._prepared = {}
        self.truths = []

    def pgbench(self):
        return {"pgbench": pgbench.claims(self._stock.server, seconds=self._seconds)}

    def nodb(self):
        with Server(WITHOUT_DATABASE, self._folder) as running:
            self._warm(running, 1)
            ran = self._load(running, self._presses(100_000, 1))
        _require(not ran.refused, f"{ran.refused} presses were refused where no database could")
        return {"nodb_post": ran.rate}

    def hold(self):
        ran, server_mb, _url = self._holds("postgresql", 100_000)
        return {"hold": ran.rate, "hold_p50_ms": ran.p50_ms, "hold_p99_ms": ran.p99_ms, "worker_rss_mb": server_mb}

    def reject(self):
        url = self._stock.fresh("postgresql", 1_000)
        databases.execute(url, _SOLD_OUT)
        with Server(SHOP, self._folder, url) as running:
            self._warm(running, 1)
            ran = self._load(running, self._presses(1_000, 1, beyond=True), watch=True)
        _require(len(ran.refusals) == ran.requests, "a sold-out edition answered something else than 409")
        return {"reject": ran.rate, "reject_p99_ms": ran.p99_ms}

    def rush(self):
        """More buyers than pieces: the only run in which "sold out" is to be said, and when matters."""
        ran, _mb, _url = self._holds("postgresql", 2_000, beyond=True, watch=True)
        return {"rush": ran.rate}

    def hello(self):
        with Server(HELLO, self._folder) as running:
            return {"hello": self._visit(running, "/", b"Hello").rate}

    def page(self):
        return {"page": self._look(f"/d/{databases.WINDOW}", b"<!doctype html>").rate}

    def live(self):
        return {"live": self._look(f"/d/{databases.WINDOW}/live.json", b'{"v":').rate}

    def _holds(self, kind, size, count=1, *, beyond=False, watch=False, connections=load.CONNECTIONS):
        """A rush for real numbers, and the database's word about it."""
        url = self._stock.fresh(kind, size, count)
        presses = self._presses(size, count, beyond=beyond)
        with Server(SHOP, self._folder, url) as running:
            self._warm(running, count)
            ran = self._load(running, presses, watch=watch, connections=connections)
            largest = running.largest_worker_mb()
        self.truths.append(truth.look(url, ran))
        return ran, largest, url

    def _look(self, path, begins):
        url = self._stock.fresh("postgresql", 1_000)
        with Server(SHOP, self._folder, url) as running:
            return self._visit(running, path, begins)

    def _visit(self, running, path, begins):
        body = running.look(path)
        _require(body.lstrip().lower().startswith(begins.lower()), f"{path} begins with {body[:40]!r}")
        visit = guests.write(self._folder / "visit", [guests.visit(path)])
        load.run(running.address, visit, seconds=1)
        ran = load.run(running.address, visit, seconds=self._seconds)
        _require(not ran.refused, f"{ran.refused} answers of {path} were no page")
        return ran

    def _warm(self, running, count):
        """Connections are made and statements compiled before the clock runs, on an edition of its own."""
        warming = guests.presses(databases.warming(count, MOST_A_SECOND))
        load.run(running.address, guests.write(self._folder / "warming", warming), seconds=1, once=True)

    def _load(self, running, presses, **how):
        ran = load.run(running.address, presses, seconds=self._seconds, once=True, **how)
        _require(not ran.broken, f"{ran.broken} requests got no answer")
        return ran

    def _presses(self, size, count, *, beyond=False):
        """Made once for all rounds: the databases are copies, so ids and guests are new in each."""
        if (size, count, beyond) not in self._prepared:
            wanted = MOST_A_SECOND * self._seconds
            whom = databases.targets(size, count, wanted)
            if beyond:
                whom += [whom[-1]] * (wanted - len(whom))
            path = self._folder / f"presses-{size}-{count}-{beyond}"
            self._prepared[size, count, beyond] = guests.write(path, guests.presses(whom))
        return self._prepared[size, count, beyond]


def _require(well, otherwise):
    if not well:
        raise load.NoLoad(otherwise)
