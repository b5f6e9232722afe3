"""The town of one simulation: a shop with its processes, its buyers, and a payment provider with its own time."""

import logging
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from unittest.mock import patch

from factories import a_drop, a_key, a_pin, an_artist, an_edition
from simulation.stage import Stage, SteppedDatabase
from simulation.wire import InProcessGateway, Wire
from storefront.accounts import buyers
from storefront.catalog.editions import NumberPolicy
from storefront.jobs import Round
from storefront.orders.till import Till
from storefront.sandbox import deliveries
from storefront.sandbox.world import World

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SHOP = "simulated-shop"
# What somebody has to be told although the shop did nothing wrong.
FAIR_ALARMS = (
    "ALARM refund %s failed",  # disputed, or the buyer's bank sent it back
    "ALARM event %s (%s) is about something this shop does not know",  # a session nobody was shown has expired
)


class SimulatedClock:
    """The shop's clock: the true time, and how wrong it goes."""

    def __init__(self):
        self.true, self.wrong_by = START, timedelta(0)
        self.latest = START

    def now(self):
        return self.true + self.wrong_by

    def tick(self, seconds):
        self.true += timedelta(seconds=seconds)
        self.latest = max(self.latest, self.now())

    def go_wrong(self, seconds):
        self.wrong_by = timedelta(seconds=seconds)
        self.latest = max(self.latest, self.now())


class SimulatedWorld(World):
    """The stand-in, on the true time."""

    def __init__(self, clock):
        self._clock = clock
        super().__init__()

    def now(self):
        return self._clock.true.timestamp()


class NoMail:
    def deliver_due(self, *_):
        return 0


class Alarms(logging.Handler):
    """What the shop calls people for."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(record)

    def unfair(self):
        return [
            f"{record.getMessage()} {_cause(record)}".strip()
            for record in self.records
            if not record.msg.startswith(FAIR_ALARMS)
        ]


@dataclass(frozen=True)
class Size:
    """How big a town is drawn."""

    editions: int = 2
    buyers: int = 4
    addresses: int = 2


class Town:
    def __init__(self, url, random, size, say=lambda _line: None):
        self.clock = SimulatedClock()
        self.world = SimulatedWorld(self.clock)
        self.stage = Stage(random, say)
        self.database = _database(url)
        self.database.enter(self.stage)
        self.wire = Wire(self.world, self.stage.turn)
        gateway = InProcessGateway(self.wire, retries=random.choice([0, 1]))
        self.till = Till(self.database, gateway, self.clock, "http://127.0.0.1:8000", SHOP)
        self.rounds = [self._new_round(), self._new_round()]
        self.editions, self.buyers, self.addresses = [], [], []
        self._settle_in(random, size)

    def restart(self, number):
        """A process that died begins anew and remembers nothing."""
        self.rounds[number] = self._new_round()

    def tick(self, seconds):
        self.clock.tick(seconds)
        deliveries.act_on_time(self.world)

    def close(self):
        self.database.dispose()
        self.world.state.close()

    def _new_round(self):
        return Round(self.till, NoMail(), pool=self.stage.pool)

    def _settle_in(self, random, size):
        with self.database.transaction() as session:
            artist = an_artist(session)
            pin = a_pin(session, artist)
            drops = [
                a_drop(session, artist, opens_at=START, closes_at=START + timedelta(minutes=minutes))
                for minutes in random.sample((40, 300, 3000, 3000), 2)
            ]
            for _ in range(size.editions):
                numbers = random.randint(1, 8)
                edition = an_edition(
                    session,
                    random.choice(drops),
                    pin_id=pin.id,
                    size=numbers,
                    proofs=random.randint(0, 1),
                    reserved=random.sample(range(1, numbers + 1), random.choice([0, 0, 1])),
                    per_person=random.randint(1, 3),
                    policy=random.choice(list(NumberPolicy)),
                    price_minor=random.choice([100, 2800, 9999]),
                )
                self.editions.append(edition)
            at = self.clock.now()
            self.buyers = [buyers.guest(session, a_key(), at=at).id for _ in range(size.buyers)]
            self.addresses = [buyers.of_address(session, f"address-{n}", at=at).id for n in range(size.addresses)]


@cache
def _database(url):
    """The next story at this address need not compile every statement anew."""
    return SteppedDatabase(url)


@contextmanager
def one_chance(random):
    """Every code, token and id of this process is drawn from the seed, so that a seed is one story."""
    alarms, log = Alarms(), logging.getLogger("storefront")
    level, spreads = log.level, log.propagate
    log.addHandler(alarms)
    log.setLevel(logging.ERROR)
    log.propagate = False
    with (
        patch.object(secrets, "token_bytes", lambda count=32: random.randbytes(count)),
        patch.object(secrets, "token_hex", lambda count=32: random.randbytes(count).hex()),
        patch.object(secrets, "token_urlsafe", lambda count=32: random.randbytes(count).hex()),
        patch.object(secrets, "choice", random.choice),
    ):
        try:
            yield alarms
        finally:
            log.removeHandler(alarms)
            log.setLevel(level)
            log.propagate = spreads


def _cause(record):
    return repr(record.exc_info[1]) if record.exc_info else ""
