"""A till to test with: it speaks to the stand-in, and one time is shown to both."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from conftest import FixedClock
from contract.stripe_contract import check_request
from factories import a_buyer, a_key, an_edition
from storefront.invariants.checking import check_all, check_ledgers
from storefront.inventory.holds import Hold
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import place_hold
from storefront.jobs import Round
from storefront.orders.attempting import start_attempt
from storefront.orders.checkout import Delivery, place_order
from storefront.orders.giving_back import release_hold
from storefront.orders.orders import Order
from storefront.orders.refunding import request_refund
from storefront.orders.till import Till
from storefront.payments.attempts import AttemptHold, AttemptState, CheckoutAttempt
from storefront.payments.stripe_gateway import StripeGateway
from storefront.sandbox.server import SandboxServer

ADDRESS = {
    "name": "A Buyer",
    "line1": "Rua 1",
    "line2": "",
    "postcode": "1000-001",
    "city": "Lisboa",
    "region": "",
    "country": "PT",
}
CHECKED = {"create_session": "checkout.sessions.create", "create_refund": "refunds.create"}


@pytest.fixture(scope="session")
def sandbox_server():
    with SandboxServer(hold_seconds=0.2) as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server):
    sandbox_server.reset()
    return sandbox_server


@pytest.fixture
def clock():
    """The real time at first, so that the stand-in's clock agrees; `Shop.tick` moves both."""
    return FixedClock(datetime.now(UTC))


class WatchedGateway:
    """Lets every call through, and none while its thread has a database connection or with parameters Stripe lacks."""

    def __init__(self, gateway, database):
        self._gateway, self.calls = gateway, []
        self.before_answer = lambda: None
        self._out = threading.local()
        self._engine = database.engine
        self._ears = {"checkout": lambda *_: self._count(+1), "checkin": lambda *_: self._count(-1)}
        for name, ear in self._ears.items():
            event.listen(self._engine, name, ear)

    def stop(self):
        """The engine serves other tests: nobody listens to it longer than a test takes."""
        for name, ear in self._ears.items():
            event.remove(self._engine, name, ear)

    def _count(self, change):
        self._out.count = getattr(self._out, "count", 0) + change

    def __getattr__(self, name):
        call = getattr(self._gateway, name)

        def watched(*args, **options):
            self.calls.append(name)
            assert getattr(self._out, "count", 0) == 0, f"{name} with a connection in hand"
            if name in CHECKED:
                check_request(CHECKED[name], args[0])
            answer = call(*args, **options)
            self.before_answer()
            return answer

        return watched


@pytest.fixture
def gateway(database, sandbox):
    real = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url, retries=0, timeout=(3, 3))
    watched = WatchedGateway(real, database)
    yield watched
    watched.stop()


@pytest.fixture
def till(database, gateway, clock):
    return Till(database, gateway, clock, "http://127.0.0.1:8000", "test-shop")


class NoMail:
    """Mail is somebody else's test: messages stay in the outbox."""

    def deliver_due(self, *_):
        return 0


class Shop:
    """What a buyer can do, in one line each."""

    def __init__(self, database, till, clock, sandbox):
        self.database, self.till, self.clock, self.sandbox = database, till, clock, sandbox
        self.round = Round(till, NoMail())

    def tick(self, seconds):
        self.clock.tick(seconds=seconds)
        self.sandbox.advance(seconds)

    def work(self, *pauses):
        """The clock's rounds, so many seconds apart; one at once when none are named."""
        for seconds in pauses or (0,):
            self.tick(seconds)
            self.round.tick()

    def edition(self, **values):
        with self.database.transaction() as session:
            return an_edition(session, **values)

    def buyer(self):
        with self.database.transaction() as session:
            return a_buyer(session).id

    def hold(self, edition, buyer):
        with self.database.transaction() as session:
            return place_hold(session, edition, buyer, key=a_key(), at=self.clock.now()).hold_id

    def order(self, hold_ids, buyer, *, total=None, country="PT", to_buyer=None):
        with self.database.transaction() as session:
            agreed = total if total is not None else 2800 * len(hold_ids) + 450 + 100 * (len(hold_ids) - 1)
            delivery = Delivery("buyer@example.org", {**ADDRESS, "country": country})
            return place_order(
                session,
                hold_ids,
                buyer_id=to_buyer or buyer,
                placed_by=buyer,
                delivery=delivery,
                agreed_minor=agreed,
                at=self.clock.now(),
            ).id

    def start(self, order_id):
        with self.database.transaction() as session:
            return start_attempt(session, order_id, at=self.clock.now()).id

    def queue(self, edition, buyer=None, count=1):
        """Hold, order and an attempt that waits for its turn."""
        buyer = buyer or self.buyer()
        holds = [self.hold(edition, buyer) for _ in range(count)]
        order = self.order(holds, buyer)
        return order, self.start(order), holds

    def checkout(self, edition, buyer=None, count=1):
        """Hold, order, attempt and an open session: what a buyer on the payment page has."""
        order, attempt, holds = self.queue(edition, buyer, count)
        self.till.open_attempt(attempt)
        return order, attempt, holds

    def sale(self, edition, card="4242424242424242", count=1):
        """A paid order."""
        order, attempt, holds = self.checkout(edition, count=count)
        self.pay(attempt, card)
        self.till.settle(self.session_of(attempt))
        return order, attempt, holds

    def pay(self, attempt_id, card="4242424242424242"):
        return self.sandbox.pay(self.session_of(attempt_id), card, hold=False)

    def give_back(self, hold_id):
        with self.database.transaction() as session:
            return release_hold(session, hold_id, at=self.clock.now())

    def request_refund(self, order_id, reason="wish"):
        with self.database.transaction() as session:
            return request_refund(session, session.get_one(Order, order_id), reason=reason, at=self.clock.now()).id

    def read(self, model, row_id):
        with self.database.reading() as session:
            return session.get_one(model, row_id)

    def all(self, *what):
        """Rows, or values when one column is asked for."""
        with self.database.reading() as session:
            return list(session.scalars(select(*what)))

    def session_of(self, attempt_id):
        return self.read(CheckoutAttempt, attempt_id).session_id

    def order_state(self, order_id):
        return self.read(Order, order_id).state

    def attempt_state(self, attempt_id):
        return self.read(CheckoutAttempt, attempt_id).state

    def hold_state(self, hold_id):
        return self.read(Hold, hold_id).state

    def free(self, edition):
        query = select(Piece.number).where(Piece.edition_id == edition.id, Piece.state == PieceState.AVAILABLE)
        with self.database.reading() as session:
            return sorted(session.scalars(query))

    def assert_safe(self):
        """Whoever was shown a payment page that still takes money has the numbers it pays for, and is alone with them."""
        payable = {row["id"] for row in self.sandbox.rows("checkout.session") if row["status"] == "open"}
        query = (
            select(CheckoutAttempt.session_id, AttemptHold.live, Hold.state, Hold.piece_id, Piece.state)
            .join(AttemptHold, AttemptHold.attempt_id == CheckoutAttempt.id)
            .join(Hold, Hold.id == AttemptHold.hold_id)
            .join(Piece, Piece.id == Hold.piece_id)
            .where(CheckoutAttempt.url.is_not(None))
        )
        with self.database.reading() as session:
            shown = [row for row in session.execute(query).all() if row.session_id in payable | {None}]
        pieces = [row.piece_id for row in shown]
        assert len(pieces) == len(set(pieces)), "two payment pages for one number"
        for _session, live, hold, _piece, piece in shown:
            assert (live, hold in ("active", "releasing"), piece) == (True, True, "held"), (
                "a page for a number not held"
            )

    def assert_sound(self):
        """Every invariant holds, now and when nothing can be on its way any more."""
        self.assert_safe()
        with self.database.reading() as session:
            findings = [*check_all(session, at=self.clock.now() + timedelta(minutes=2)), check_ledgers(session)]
            assert [(finding.id, finding.rows) for finding in findings if not finding.holds] == []

    def unfinished(self):
        """Attempts that are neither paid nor over."""
        states = (AttemptState.QUEUED, AttemptState.CREATING, AttemptState.OPEN, AttemptState.PROCESSING)
        return [attempt.id for attempt in self.all(CheckoutAttempt) if attempt.state in states]


@pytest.fixture
def shop(database, till, clock, sandbox):
    return Shop(database, till, clock, sandbox)
