"""What the shop does by itself: the clock's rounds, an admin's decisions, and the passing of time."""

from contextlib import suppress

from simulation.surroundings import Act, Surroundings
from storefront.catalog.drops import Drop
from storefront.inventory import piece_states, running
from storefront.inventory.pieces import Piece, PieceState
from storefront.orders.orders import Order, OrderState
from storefront.orders.refunding import request_refund
from storefront.orders.till import NoCallNow
from storefront.payments.gateway import GatewayBusy, GatewayRefused, GatewayUnknown

SPANS = ((0.5, 1, 2, 5, 11, 21, 31, 61), (125, 240, 300, 555, 600, 646, 700), (1300, 1800, 2160, 3605))
A_DAY = (5400, 22 * 3600, 25 * 3600)
DUTIES = (
    "let_go",
    "expire",
    "create",
    "fetch_events",
    "read_inbox",
    "send_refunds",
    "check_open",
    "sweep",
    "run_drops",
    "offer",
)
LATEST = 90  # seconds after which a request that was on its way has arrived
_NO_HELP = (GatewayBusy, GatewayRefused, GatewayUnknown)


class ShopActs(Surroundings):
    def round(self, random):
        number = random.randrange(2)
        return Act(f"clock {number} does its round", self.town.rounds[number].tick, number)

    def duty(self, random):
        number, name = random.randrange(2), random.choice(DUTIES)
        return Act(f"clock {number}: {name}", lambda: self._duty(number, name), number)

    def refund(self, random):
        if (order := self._any(random, Order.id, Order.state.in_((OrderState.PAID, OrderState.REFUNDED)))) is None:
            return None
        return Act(f"an admin refunds order {order}", lambda: self._refund(order))

    def decide(self, random):
        states = (PieceState.WITHHELD, PieceState.AVAILABLE)
        if (piece := self._any(random, Piece.id, Piece.state.in_(states))) is None:
            return None
        decision = random.choice(["withhold", "relist", "relist", "relist", "void"])
        return Act(f"{decision} piece {piece}", lambda: self._decide(piece, decision))

    def run_drop(self, random):
        drop, what = (
            random.choice(sorted({e.drop_id for e in self.town.editions})),
            random.choice(["pause", "resume", "resume", "resume", "close"]),
        )
        return Act(f"{what} drop {drop}", lambda: self._run_drop(drop, what))

    def tick(self, random):
        (spans,) = random.choices((*SPANS, A_DAY), (60, 30, 9, 1))
        seconds = random.choice(spans)
        return Act(f"{seconds} seconds pass", lambda: self._tick(seconds), is_alone=True)

    def go_wrong(self, random):
        seconds = random.choice([0, 0, 20, -20, 200, -200, 600, -600])
        return Act(
            f"the shop's clock is wrong by {seconds} seconds", lambda: self.clock.go_wrong(seconds), is_alone=True
        )

    def _duty(self, number, name):
        with suppress(NoCallNow, *_NO_HELP):
            getattr(self.town.rounds[number], name)()

    def _refund(self, order):
        with self.database.transaction() as session:
            request_refund(session, session.get_one(Order, order), reason="wish", at=self.clock.now())

    def _decide(self, piece, decision):
        with self.database.transaction() as session:
            piece_states.decide(session, piece, decision, reason="correction", at=self.clock.now())

    def _run_drop(self, drop, what):
        with self.database.transaction() as session:
            row = session.get_one(Drop, drop)
            more = ("later",) if what == "pause" else ()
            getattr(running, what)(session, row, *more, at=self.clock.now())

    def _tick(self, seconds):
        if seconds > LATEST:
            self.town.wire.deliver_belated()
        self.town.tick(seconds)
