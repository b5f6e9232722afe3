"""A story for each failpoint: a buyer, the death of the process that stands there, and how the buyer fares after it.

Where they stand follows from the design: a webhook is stored and answered by the web and followed up by the clock, so F6
is the web's, F7 the clock's, and F8 is one of each.
"""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, select

from chaos.history import Told, now
from chaos.visitor import Lost, Visitor
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.orders.orders import Order, OrderState
from storefront.outbox.messages import MessageState, OutboxMessage
from storefront.payments.attempts import AttemptHold, CheckoutAttempt
from storefront.payments.inbox import ProviderEvent

_PATIENCE = 45.0
_NOISE = ("payment_intent.created", "payment_intent.succeeded", "charge.succeeded", "charge.updated")


@dataclass
class Story:
    """What was seen, for the test to judge; `rest` is what the buyer does when everybody has died who will."""

    name: str
    told: Told | None = None
    seen: dict = field(default_factory=dict)
    rest: object = None


class Teller:
    """Tells stories in one shop, each with a buyer of its own."""

    def __init__(self, shop, history, slug, edition):
        self.shop, self.history, self.slug, self.edition = shop, history, slug, edition
        self._buyers = self._deaths = 0
        self._hear_of_sessions_only()

    def web_f1(self):
        visitor, key = self._comer()
        self._arm("web", "F1")
        lost = self._dies(lambda: visitor.press_once(self.slug, self.edition, key), "web")
        placed, free = self._holds_with(key), self._free_pieces()
        told = visitor.hold(self.slug, self.edition, key)
        return self._bought(Story("web F1", told, {"lost": lost, "placed": placed, "free": free}))

    def web_f2(self):
        visitor, key = self._comer()
        self._arm("web", "F2")
        lost = self._dies(lambda: visitor.press_once(self.slug, self.edition, key), "web")
        placed = self._holds_with(key)
        told = visitor.hold(self.slug, self.edition, key)
        return self._bought(Story("web F2", told, {"lost": lost, "placed": placed}))

    def web_f3(self):
        return self._dies_ordering("F3")

    def web_f4(self):
        return self._dies_ordering("F4")

    def web_f5(self):
        story = self._dies_ordering("F5")
        page = story.told.visitor.ask("GET", f"/holds/{story.told.hold}").text
        story.seen["offered"] = re.findall(rf"{self.shop.stripe_url}/c/pay/\w+", page)
        return story

    def web_f6(self):
        return self._dies_hearing("F6")

    def web_f8(self):
        return self._dies_hearing("F8")

    def web_f11(self):
        """The buyer's return settles the order, because nobody else has heard of the payment."""
        told, session_id = self._at_the_bank()
        self.shop.stand_in("POST", "/_sandbox/webhooks", drop=True)
        told.visitor.pay(f"{self.shop.stripe_url}/c/pay/{session_id}")
        self._arm("web", "F11")
        lost = self._dies(lambda: told.visitor.send("GET", f"/pay/return?session={session_id}"), "web")
        paid = self._order_of(session_id).state is OrderState.PAID
        self._hear_of_sessions_only()
        return Story("web F11", told, {"lost": lost, "paid": paid}, lambda: told.visitor.come_back(told, session_id))

    def clock_f3(self):
        return self._clock_dies_opening("F3")

    def clock_f4(self):
        return self._clock_dies_opening("F4")

    def clock_f5(self):
        return self._clock_dies_opening("F5")

    def clock_f7(self):
        return self._clock_dies_following("F7")

    def clock_f8(self):
        return self._clock_dies_following("F8")

    def clock_f11(self):
        return self._clock_dies_following("F11")

    def clock_f12(self):
        """Its mail has to be written down as sent before anybody else dies: another death just there would send it again."""
        story = self._clock_dies_following("F12")
        hear = story.rest

        def rest():
            self.shop.end_claims()
            hear()
            self._wait(lambda: self._is_written_down(story.told))

        story.rest = rest
        return story

    def clock_f13(self):
        told, session_id = self._at_the_bank()
        self._arm("clock", "F13")
        told.visitor.give_back(told)
        self._clock_dies()
        began = now()
        expired = self.shop.stand_in("GET", f"/v1/checkout/sessions/{session_id}")["status"]
        seen = {"expired": expired, "kept": self._state_of(told)}

        def wait():
            while self._state_of(told) is not HoldState.RELEASED and now() < began + 60:
                time.sleep(0.1)
            seen["released_after"] = now() - began

        return Story("clock F13", told, seen, wait)

    def _dies_ordering(self, place):
        visitor, key = self._comer()
        told = visitor.hold(self.slug, self.edition, key)
        self._arm("web", place)
        lost = self._dies(lambda: visitor.order_once(told), "web")
        seen = {"lost": lost, "session": self._session_of(told)}
        return self._bought(Story(f"web {place}", told, seen))

    def _dies_hearing(self, place):
        """Of a payment: the buyer never comes back to the shop, and the provider tells it again and again."""
        told, session_id = self._at_the_bank()
        self._arm("web", place)
        told.visitor.pay(f"{self.shop.stripe_url}/c/pay/{session_id}")
        self._wait_for_death("web")
        story = Story(f"web {place}", told, {"stored": self._events_of(session_id)})
        story.rest = lambda: self._hear_ten_times(story, session_id)
        return story

    def _clock_dies_opening(self, place):
        """The provider has no time for two calls, the web's only one and the clock's first in whatever order; so the clock
        makes the one that succeeds.
        """
        visitor, key = self._comer()
        told = visitor.hold(self.slug, self.edition, key)
        self.shop.stand_in(
            "POST", "/_sandbox/faults", kind="rate_limit", method="POST", path="/v1/checkout/sessions", times=2
        )
        self._arm("clock", place)
        answer = visitor.order(told)
        self._clock_dies()
        seen = {"session": self._session_of(told)}
        return Story(f"clock {place}", told, seen, lambda: self._buy_at(told, visitor.follow(answer)))

    def _clock_dies_following(self, place):
        """The payment's news, which the web has stored; the buyer never comes back to the shop."""
        told, session_id = self._at_the_bank()
        self._wait(lambda: not self._unhandled())
        self._arm("clock", place)
        told.visitor.pay(f"{self.shop.stripe_url}/c/pay/{session_id}")
        self._clock_dies()
        story = Story(f"clock {place}", told, {"state": self._order_of(session_id).state})
        story.rest = lambda: self._hear_ten_times(story, session_id)
        return story

    def _hear_ten_times(self, story, session_id):
        began = now()
        self._wait(lambda: self._order_of(session_id).state is OrderState.PAID, 60)
        story.seen["paid_after"] = now() - began
        for event in self._events_of(session_id):
            for _ in range(10):
                self.shop.stand_in("POST", f"/_sandbox/events/{event}/deliver")
        story.told.visitor.come_back(story.told, session_id)

    def _hear_of_sessions_only(self):
        """A payment makes five events, and each may be the one that kills; so only one of them is sent."""
        self.shop.stand_in("POST", "/_sandbox/webhooks", drop=True, types=_NOISE)

    def _arm(self, process, place):
        self._deaths = self.shop.clock.deaths
        self.shop.arm(process, f"{place}:kill9")

    def _comer(self):
        self._buyers += 1
        visitor = Visitor(self.shop, self.history, 1000 + self._buyers)
        return visitor, visitor.come(self.slug)

    def _at_the_bank(self):
        visitor, key = self._comer()
        told = visitor.hold(self.slug, self.edition, key)
        return told, visitor.check_out(told).rpartition("/")[2]

    def _bought(self, story):
        told = story.told
        story.rest = lambda: told.visitor.buy(told)
        return story

    def _buy_at(self, told, pay_url):
        told.visitor.come_back(told, told.visitor.pay(pay_url))

    def _dies(self, act, process):
        """Whether the one who acted got no answer."""
        try:
            answer = act()
        except Lost:
            self._wait_for_death(process)
            return True
        raise AssertionError(f"nobody died: {answer.status_code} {answer.headers.get('Location')}")

    def _clock_dies(self):
        """It has, and another one need not wait for its lease."""
        self._wait_for_death("clock")
        self._wait(lambda: self.shop.clock.deaths > self._deaths)
        self.shop.end_lease()

    def _wait_for_death(self, process):
        if not self._wait(lambda: not self.shop.is_armed(process)):
            self.shop.disarm(process)
            raise AssertionError(f"the {process} never came by its failpoint")

    @staticmethod
    def _wait(ask, patience=_PATIENCE):
        until = now() + patience
        while not (found := ask()) and now() < until:
            time.sleep(0.02)
        return found

    def _read(self, query):
        with self.shop.database.reading() as session:
            return session.execute(query).all()

    def _holds_with(self, key):
        return [row.id for row in self._read(select(Hold.id).where(Hold.idempotency_key == key))]

    def _free_pieces(self):
        free = select(func.count()).where(Piece.edition_id == self.edition, Piece.state == PieceState.AVAILABLE)
        live = select(func.count()).where(Hold.edition_id == self.edition, Hold.state != HoldState.RELEASED)
        return self._read(free)[0][0], self._read(live)[0][0]

    def _state_of(self, told):
        return self._read(select(Hold.state).where(Hold.id == told.hold))[0].state

    def _session_of(self, told):
        """As the shop knows it."""
        query = select(CheckoutAttempt.session_id).join(AttemptHold).where(AttemptHold.hold_id == told.hold)
        return self._read(query)[0].session_id

    def _order_of(self, session_id):
        query = select(Order.state, Order.code).join(CheckoutAttempt).where(CheckoutAttempt.session_id == session_id)
        return self._read(query)[0]

    def _events_of(self, session_id):
        return [row.id for row in self._read(select(ProviderEvent.id).where(ProviderEvent.object_id == session_id))]

    def _is_written_down(self, told):
        """The mail about the order was sent, and the shop knows it."""
        query = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.SENT)
        return self._read(query.where(OutboxMessage.dedupe_key == f"order_paid:{told.order}"))

    def _unhandled(self):
        query = select(func.count()).where(ProviderEvent.handled_at.is_(None))
        return self._read(query.where(ProviderEvent.next_try_at <= datetime.now(UTC)))[0][0]
