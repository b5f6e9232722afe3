"""The clock's work: what has to happen because time passes. One process does it at a time, by lease."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from storefront import leases
from storefront.accounts.tidying import forget_old
from storefront.failpoints import reach
from storefront.following import follows, telling
from storefront.inventory import places, running, sealing
from storefront.news import checks, studios
from storefront.orders import giving_back, refund_desk
from storefront.orders.events import TYPES, Handling, handle
from storefront.orders.refunding import list_due_refunds
from storefront.orders.till import NoCallNow, Till
from storefront.outbox.delivery import Courier
from storefront.payments import attempts, inbox
from storefront.payments.gateway import GatewayBusy, GatewayRefused, GatewayUnknown, SessionFacts
from storefront.provenance import daily_heads, transfers
from storefront.provenance.issuing import Issuer
from storefront.talks import Talks
from storefront.waitlist import ending, joining, offering

log = logging.getLogger(__name__)
LEASE = "clock"
LEASE_LASTS = timedelta(seconds=15)
_TICK = 0.5  # seconds between two rounds
_AT_ONCE = 8  # conversations with the provider side by side
_EVENTS_SEEN = timedelta(minutes=15)  # how far the provider's list of events is read twice: clocks differ
_UNKNOWN_PATIENCE = 10  # tries for an event about a session nobody knows
_BROKEN_PATIENCE = 3 * 24 * 60  # tries, a minute apart, for an event that cannot be followed up
_NO_HELP = (GatewayBusy, GatewayRefused, GatewayUnknown)
_STRANGER_AGE = timedelta(minutes=5)
T = TypeVar("T")


@dataclass(frozen=True)
class Duty:
    """Something that is looked for every so often."""

    do: Callable[[], None]
    every: timedelta = timedelta(0)


@dataclass
class Round:
    """One process's turn at the clock. `run()` goes on until stopped; `tick()` does all that is due, once."""

    till: Till
    courier: Courier
    issuer: Issuer | None = None  # who signs the daily heads; without one they are not written
    pool: Callable[[], Executor] = field(
        default=lambda: ThreadPoolExecutor(_AT_ONCE)
    )  # for several conversations at once
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    _last: dict[str, datetime] = field(default_factory=dict)
    _lane: threading.local = field(default_factory=threading.local)

    def run(self, stop: threading.Event) -> None:
        """Every lane in a thread of its own, all under one lease."""
        leads, lanes = threading.Event(), list(self._lanes().items())
        threads = [
            threading.Thread(target=self._keep, args=(duties, leads, stop), name=f"clock: {name}")
            for name, duties in lanes
        ]
        for thread in threads:
            thread.start()
        while not stop.wait(_TICK):
            try:
                leads.set() if self._leads() else leads.clear()
            except SQLAlchemyError:
                leads.clear()
                log.exception("the database does not answer; trying again")
                stop.wait(2)
        for thread in threads:
            thread.join()
        with self.till.database.transaction() as session:
            leases.give_back(session, LEASE, self.holder, at=self.till.clock.now())

    def tick(self) -> None:
        """Everything that is due now, one after the other."""
        for duties in self._lanes().values():
            self._walk(duties)

    def _lanes(self) -> dict[str, list[Duty]]:
        """What may wait for each other, in its order; no lane waits for another.

        A mail server or a payment provider that takes its time delays what is asked of it, and nothing else.
        """
        seldom, rarely = timedelta(seconds=10), timedelta(hours=1)
        return {
            "drops": [Duty(self.run_drops)],
            "waitlist": [Duty(self.offer)],
            # Before creates: a number coming back serves a buyer who has none.
            "numbers": [Duty(self.let_go), Duty(self.expire)],
            "payments": [Duty(self.create)],
            "events": [Duty(self.fetch_events, seldom)],
            "news": [Duty(self.read_inbox), Duty(self.check_open)],
            "refunds": [Duty(self.send_refunds), Duty(self.refund_reviews, timedelta(minutes=1))],
            "followers": [
                Duty(self.tell_followers, timedelta(seconds=2)),
                Duty(self.tell_waiting, timedelta(seconds=2)),
            ],
            "studios": [Duty(self.tell_studios, seldom), Duty(self.tell_of_yesterday, rarely)],
            "checks": [Duty(self.check, rarely)],
            "mail": [Duty(self.deliver)],
            "strays": [Duty(self.sweep, rarely), Duty(self.tidy, rarely)],
            "heads": [Duty(self.write_heads, seldom)],
        }

    def _keep(self, duties: list[Duty], leads: threading.Event, stop: threading.Event) -> None:
        """One lane, as long as this process leads."""
        pool = ThreadPoolExecutor(_AT_ONCE)
        self._lane.talks = Talks(pool)
        while not stop.wait(_TICK):
            if leads.is_set():
                self._walk(duties)
        pool.shutdown(cancel_futures=True)

    def _walk(self, duties: list[Duty]) -> None:
        for duty in duties:
            name, now = duty.do.__name__, self.till.clock.now()
            since = now - self._last[name] if name in self._last else duty.every
            if timedelta(0) <= since < duty.every:  # what seems to lie ahead was before somebody set the clock back
                continue
            self._last[name] = now
            self._do(duty.do, name)

    def _do(self, duty: Callable[[], None], name: str) -> None:
        """Each duty stands alone: one that fails does not keep the others waiting."""
        try:
            duty()
        except NoCallNow:
            self._last.pop(name)  # it was stopped halfway, and goes on in the next round
        except _NO_HELP:
            log.warning("%s: the payment provider did not help; trying again", name)
        except Exception:
            log.exception("ALARM %s failed; the other duties go on", name)

    def run_drops(self) -> None:
        with self.till.database.transaction() as session:
            running.open_due(session, at=self.till.clock.now())
            running.close_due(session, at=self.till.clock.now())
            sealing.reveal_due(session, at=self.till.clock.now())

    def offer(self) -> None:
        """What came back goes to the queue. Each queue stands alone, and each number is offered by itself."""
        with self.till.database.reading() as session:
            due = offering.list_due(session, at=self.till.clock.now())
        for edition_id in due:
            self._do(partial(self._offer_from, edition_id), f"the queue for edition {edition_id}")

    def _offer_from(self, edition_id: int) -> None:
        with self.till.database.transaction() as session:
            at = self.till.clock.now()
            offering.note_answers(session, edition_id, at=at)
            offering.end_if_closed(session, edition_id, at=at)
        is_more = True
        while is_more:
            with self.till.database.transaction() as session:
                is_more = offering.offer_one(session, edition_id, at=self.till.clock.now()) is not None
                reach("F1")
            reach("F2")

    def let_go(self) -> None:
        at = self.till.clock.now()
        with self.till.database.reading() as session:
            lapsed = giving_back.list_lapsed(session, at=at)
            unpayable = giving_back.list_unpayable(session, at=at)
        for attempt_id in lapsed:
            with self.till.database.transaction() as session:
                giving_back.let_lapsed_go(session, attempt_id, at=at)
        for order_id in unpayable:
            with self.till.database.transaction() as session:
                giving_back.cancel_unpayable(session, order_id, at=at)

    def expire(self) -> None:
        with self.till.database.reading() as session:
            due = giving_back.list_to_expire(session, at=self.till.clock.now())
        self._side_by_side(self.till.expire_attempt, due)

    def create(self) -> None:
        with self.till.database.reading() as session:
            due = attempts.list_queue(session, at=self.till.clock.now())
        self._side_by_side(self.till.create_session, self._turns(due))

    def _turns(self, due: list[int]) -> Iterator[int]:
        """Those who have got their turn: given one after the other, in the order of the queue."""
        talks = self._talks()
        for attempt_id in due:
            if talks is not None and talks.is_under_way(attempt_id):
                continue  # still waiting for the last answer: a call must not be taken for nothing
            try:
                self.till.take_turn(attempt_id)
            except NoCallNow:
                return
            except Exception:
                log.exception("ALARM attempt %s cannot have its turn; those behind it go on", attempt_id)
                self.till.put_off(self.till.read(attempt_id))
            else:
                yield attempt_id

    def check_open(self) -> None:
        with self.till.database.reading() as session:
            due = attempts.list_to_check(session, at=self.till.clock.now())
        self._side_by_side(self.till.check_attempt, due)

    def read_inbox(self) -> None:
        with self.till.database.reading() as session:
            events = inbox.list_due(session, at=self.till.clock.now())
        self._side_by_side(self._follow_up, events)

    def send_refunds(self) -> None:
        with self.till.database.reading() as session:
            due = [refund.id for refund in list_due_refunds(session, at=self.till.clock.now())]
        self._side_by_side(partial(refund_desk.send_refund, self.till), due)

    def refund_reviews(self) -> None:
        refund_desk.refund_stale_reviews(self.till)

    def tell_followers(self) -> None:
        with self.till.database.reading() as session:
            if not telling.is_due(session, at=self.till.clock.now()):
                return  # most of the time: no need to ask for the right to write
        with self.till.database.transaction() as session:
            telling.note_due(session, at=self.till.clock.now())
            telling.tell_some(session, at=self.till.clock.now())

    def tell_waiting(self) -> None:
        with self.till.database.reading() as session:
            if not ending.is_any_untold(session):
                return
        with self.till.database.transaction() as session:
            ending.tell_some(session, at=self.till.clock.now())

    def tell_studios(self) -> None:
        at = self.till.clock.now()
        with self.till.database.reading() as session:
            due = [(drop.id, kind) for drop, kind in studios.list_news(session, at=at)]
        for drop_id, kind in due:
            with self.till.database.transaction() as session:
                studios.tell(session, drop_id, kind, at=at)

    def tell_of_yesterday(self) -> None:
        with self.till.database.transaction() as session:
            studios.tell_of_yesterday(session, at=self.till.clock.now())

    def check(self) -> None:
        """What must always be true is asked every hour, and the admins hear when it is not."""
        at = self.till.clock.now()
        with self.till.database.reading() as session:
            broken = checks.list_broken(session, at=at)
        if broken:
            log.error("ALARM checks failed: %s", ", ".join(sorted(broken)))
            with self.till.database.transaction() as session:
                checks.tell_admins(session, broken, at=at)

    def deliver(self) -> None:
        self.courier.deliver_due(self.till.database, self.till.clock)

    def fetch_events(self) -> None:
        """A lost webhook costs nothing: the provider's own list is read every ten seconds, from where it was left off."""
        self.till.pace()
        now = self.till.clock.now()
        with self.till.database.reading() as session:
            since = inbox.read_until(session) or attempts.first_at(session) or now
        events = list(self.till.gateway.list_events(TYPES, created_since=min(since, now) - _EVENTS_SEEN))
        with self.till.database.transaction() as session:
            for event in events:
                inbox.store(session, event, at=now)
            inbox.note_read(session, until=now)

    def sweep(self) -> None:
        """Sessions with our mark that no attempt knows, and those whose end the shop has not heard of."""
        self.till.pace()
        now = self.till.clock.now()
        for facts in self.till.gateway.list_sessions(created_since=now - timedelta(days=1)):
            is_ours = facts.metadata.get("shop") == self.till.shop_id and facts.created <= now - _STRANGER_AGE
            if is_ours and self._is_news(facts):
                self.till.settle(facts.id)

    def _is_news(self, facts: SessionFacts) -> bool:
        with self.till.database.reading() as session:
            attempt = attempts.find_by_session(session, facts.id)
        if attempt is None:
            return facts.status != "expired"
        if attempt.state in attempts.UNENDED:
            return facts.status != "open"
        return facts.payment_status == "paid" and attempt.state is not attempts.AttemptState.PAID

    def tidy(self) -> None:
        with self.till.database.transaction() as session:
            forget_old(session, at=self.till.clock.now())
            joining.forget_unconfirmed(session, at=self.till.clock.now())
            offering.forget_addresses(session, at=self.till.clock.now())
            follows.forget_old(session, at=self.till.clock.now())
            transfers.end_old(session, at=self.till.clock.now())
        while self._forget_places():
            pass

    def write_heads(self) -> None:
        if self.issuer is None:
            return
        at = self.till.clock.now()
        with self.till.database.reading() as session:
            if daily_heads.find_heads(session, daily_heads.day_of(at)) is not None:
                return  # all day long: no need to ask for the right to write
        with self.till.database.transaction() as session:
            daily_heads.write_heads(session, self.issuer, at=at)

    def _forget_places(self) -> bool:
        with self.till.database.transaction() as session:
            return places.forget_old(session, at=self.till.clock.now())

    def _follow_up(self, event: inbox.ProviderEvent) -> None:
        """Whatever goes wrong with one event, it waits for its next try and the others go on."""
        patience, handling = _UNKNOWN_PATIENCE, Handling.TRY_LATER
        reach("F7")
        try:
            handling = handle(self.till, event)
        except NoCallNow:
            raise
        except Exception as problem:
            patience = _BROKEN_PATIENCE
            level = logging.WARNING if isinstance(problem, _NO_HELP) else logging.ERROR
            log.log(level, "event %s (%s) could not be followed up", event.id, event.type, exc_info=problem)
        reach("F8")
        at = self.till.clock.now()
        with self.till.database.transaction() as session:
            if handling is Handling.TRY_LATER and event.tries < patience:
                inbox.try_later(session, event.id, at=at)
            else:
                inbox.handled(session, event.id, handling.value, at=at)
        if handling is Handling.TRY_LATER and event.tries >= patience:
            log.error("ALARM event %s (%s) is about something this shop does not know", event.id, event.type)

    def _side_by_side(self, work: Callable[[T], object], things: Iterable[T]) -> None:
        """Talk to the provider about several things at once; what the pace forbids waits for the next round.

        A lane goes on meanwhile; a `tick` is over when they are.
        """
        too_fast = threading.Event()
        talks = self._talks()
        if talks is not None:
            for thing in things:
                talks.begin(partial(_talk, work, thing, too_fast), getattr(thing, "id", thing))
            return
        with self.pool() as pool:
            for future in [pool.submit(_talk, work, thing, too_fast) for thing in things]:
                future.result()

    def _talks(self) -> Talks | None:
        """The lane's own; none in a `tick`."""
        return getattr(self._lane, "talks", None)

    def _leads(self) -> bool:
        with self.till.database.transaction() as session:
            return leases.take(session, LEASE, self.holder, at=self.till.clock.now(), lasts=LEASE_LASTS) is not None


def _talk(work: Callable[[T], object], thing: T, too_fast: threading.Event) -> None:
    if too_fast.is_set():
        return
    try:
        work(thing)
    except NoCallNow:
        too_fast.set()  # nobody behind it needs to ask
    except _NO_HELP:
        log.warning("the payment provider did not help; trying again")
    except Exception:
        log.exception("ALARM one of several failed; the others go on")
