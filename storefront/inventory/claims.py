"""Claims: requests for a number, as they arrive. Those that arrive while others are being served are served together.

There is no thread of its own behind this: of the callers that wait, one serves the others. So nothing has to be started
after a fork, and when a process dies nobody waits for an answer that was promised to somebody who still lives.
"""

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from storefront.accounts import buyers
from storefront.catalog.drops import find_drop
from storefront.catalog.editions import Edition
from storefront.clock import Clock
from storefront.db import Database
from storefront.failpoints import reach
from storefront.inventory.dealing import Identity, Missed, Request, Table, deal, look
from storefront.inventory.fairness import CoolDown
from storefront.inventory.placing import (
    REFUSALS,
    AllHeld,
    DropNotOpen,
    DropOver,
    DropPaused,
    PlacedHold,
    SoldOut,
    place_hold,
    policy_allows,
)

log = logging.getLogger(__name__)
MOST_AT_ONCE = 64
_GATHER = 0.001  # seconds in which nobody new comes: then all who come at the same moment are there
_GATHER_AT_MOST = 0.01
_SEARCH_ALL_EVERY = 0.25  # seconds: a number that came back is offered again after this at the latest
_LONGEST_WAIT = 6.0  # seconds; then the same key may be tried again


class NoSuchEdition(Exception):
    """There is no such drop to be seen, or the edition is not in it."""


class NotAdmitted(Exception):
    """The drop is for accounts, or for confirmed addresses."""


class ShopBusy(Exception):
    """Nobody came to serve this request; the same key may be tried again."""


# What is true of the edition is true for everybody who asked before it was looked at.
_OF_THE_EDITION = (NoSuchEdition, NotAdmitted, DropNotOpen, DropPaused, DropOver, AllHeld, SoldOut)


class Claim(NamedTuple):
    table: Table
    request: Request
    number: int | None = None


class _Waiting:
    """One request in the queue. It sleeps on a lock of its own, which costs a third of an Event."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.answer: PlacedHold | Exception | None = None  # None: to be looked at alone
        self.is_served = self.is_woken = False
        self._sleep = threading.Lock()
        self._sleep.acquire()

    def sleep(self, seconds: float) -> bool:
        """Whether it was woken before they were over."""
        return self._sleep.acquire(timeout=seconds)

    def wake(self) -> None:
        """When it has its answer, or is to serve the next batch. Only under the lock of the claims."""
        if not self.is_woken:
            self.is_woken = True
            self._sleep.release()


@dataclass
class _Queue:
    """The requests for one table: who waits, whether somebody serves, and what the last search found."""

    waiting: list[_Waiting] = field(default_factory=list)
    is_served: bool = False
    is_dry: bool = False
    from_rank: int = 0
    searched_all_at: float = 0.0
    is_known: bool = False  # there is such an edition: it has given somebody a number
    crowd: int = 1  # how many are likely to come at the same moment: as many as did lately
    is_complete: threading.Event = field(default_factory=threading.Event)  # so many are here


class Claims:
    """Safe to share among threads; each process has its own, and the database keeps the processes apart."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._queues: dict[Table, _Queue] = {}

    def place(self, claim: Claim) -> PlacedHold:
        """Set a number aside. Raises what `place_hold` raises, and NoSuchEdition, NotAdmitted or ShopBusy."""
        if claim.number is None:
            answer = self._wait_for_turn(claim)
            if isinstance(answer, Exception):
                try:
                    raise answer
                finally:
                    del answer  # its traceback knows this frame: together they would wait for the collector
            if answer is not None:
                return answer
        return self._place_alone(claim)

    def _wait_for_turn(self, claim: Claim) -> PlacedHold | Exception | None:
        """The answer of the batch this claim was served in; None when it has to be looked at alone."""
        mine = _Waiting(claim.request)
        with self._lock:
            queue = self._queues.setdefault(claim.table, _Queue())
            queue.waiting.append(mine)
            if len(queue.waiting) >= queue.crowd:
                queue.is_complete.set()
            serves, queue.is_served = not queue.is_served, True
        if not serves and not mine.sleep(_LONGEST_WAIT):
            self._leave(queue, mine)
        if not mine.is_served:
            self._serve(claim.table, queue)
        return mine.answer

    def _leave(self, queue: _Queue, mine: _Waiting) -> None:
        """Raises ShopBusy, unless the turn has just come. Whoever serves may be gone for good: the next takes it up."""
        with self._lock:
            if mine.is_woken:
                return
            if mine in queue.waiting:
                queue.waiting.remove(mine)
            queue.is_served = False
        raise ShopBusy

    def _serve(self, table: Table, queue: _Queue) -> None:
        """One batch, the caller's own request among them; then the first of those who came meanwhile goes on."""
        batch: list[_Waiting] = []
        try:
            _gather(queue)
            with self._lock:
                batch, queue.waiting = queue.waiting[:MOST_AT_ONCE], queue.waiting[MOST_AT_ONCE:]
                queue.crowd = max(len(batch), queue.crowd - 1)
                if len(queue.waiting) < queue.crowd:
                    queue.is_complete.clear()
            self._answer(table, queue, batch)
        except (OperationalError, PoolExhausted):
            log.warning("the database could not serve a batch of %s requests", len(batch), exc_info=True)
            for waiting in batch:
                waiting.answer = waiting.answer or ShopBusy()
        except Exception:
            log.exception("a batch failed; each of its %s requests is looked at alone", len(batch))
        finally:
            with self._lock:
                queue.is_served = bool(queue.waiting)
                if not queue.waiting and not queue.is_known:
                    self._queues.pop(table, None)  # strangers may ask for editions that do not exist, without end
                for waiting in batch:
                    waiting.is_served = True
                for waiting in [*batch, *queue.waiting[:1]]:
                    waiting.wake()

    def _answer(self, table: Table, queue: _Queue, batch: list[_Waiting]) -> None:
        # A button pressed twice is one request here; the other press is looked at alone and finds what it placed.
        presses: dict[tuple[str | int, str], _Waiting] = {}
        for waiting in batch:
            presses.setdefault((waiting.request.who, waiting.request.key), waiting)
        asked = list(presses.values())
        if queue.is_dry:
            asked = self._refuse(table, asked)
        if not asked:
            return
        missed = self._deal(table, queue, asked)
        refusal: Exception | None = None
        for waiting in missed:
            if refusal is None:
                refusal = self._look_alone(table, waiting)
            else:
                waiting.answer = type(refusal)(*refusal.args)
        queue.is_dry = isinstance(refusal, AllHeld | SoldOut)
        queue.is_known = queue.is_known or queue.is_dry

    def _refuse(self, table: Table, asked: list[_Waiting]) -> list[_Waiting]:
        """Refuse without a lock, while there is nothing to be had; the others are returned."""
        with self._database.glance() as connection:
            requests = [waiting.request for waiting in asked]
            refusals = look(connection, table, requests, at=self._clock.now())
        for waiting, refusal in zip(asked, refusals, strict=True):
            waiting.answer = refusal() if refusal else None
        return [waiting for waiting in asked if waiting.answer is None]

    def _deal(self, table: Table, queue: _Queue, asked: list[_Waiting]) -> list[_Waiting]:
        """Serve them together; returned are those for whom nothing was free, or nothing is on sale."""
        searches_all = time.monotonic() - queue.searched_all_at > _SEARCH_ALL_EVERY
        if searches_all:
            queue.searched_all_at, queue.from_rank = time.monotonic(), 0
        requests = [waiting.request for waiting in asked]
        with self._database.at_once() as connection:
            dealt = deal(connection, table, requests, at=self._clock.now(), from_rank=queue.from_rank)
        reach("F2")
        nothing_left = Missed.NONE_FREE in dealt.answers  # what comes back now may be any number
        queue.from_rank = 0 if nothing_left else dealt.last_rank
        missed = []
        for waiting, answer in zip(asked, dealt.answers, strict=True):
            if isinstance(answer, PlacedHold):
                waiting.answer, queue.is_known = answer, True
            elif isinstance(answer, CoolDown):
                waiting.answer = answer
            elif answer is not Missed.ALONE:
                missed.append(waiting)
        return missed

    def _look_alone(self, table: Table, waiting: _Waiting) -> Exception | None:
        """Answer one request by itself. Returned is a refusal that is everybody's."""
        try:
            waiting.answer = self._place_alone(Claim(table, waiting.request))
        except REFUSALS as refusal:
            waiting.answer = refusal
            return refusal if isinstance(refusal, _OF_THE_EDITION) else None
        return None

    def _place_alone(self, claim: Claim) -> PlacedHold:
        table, request = claim.table, claim.request
        with self._database.transaction() as session:
            drop = find_drop(session, table.slug)
            edition = session.get(Edition, table.edition_id)
            if drop is None or not drop.is_public or edition is None or edition.drop_id != drop.id:
                raise NoSuchEdition
            if drop.who_may_hold not in table.identity.admitted_by:
                raise NotAdmitted
            at = self._clock.now()
            if table.identity is Identity.GUEST:
                buyer = buyers.guest(session, str(request.who), at=at)
            else:
                buyer = buyers.of_account(session, int(request.who), at=at)
            number = claim.number if policy_allows(edition, claim.number) else None
            placed = place_hold(session, edition, buyer.id, key=request.key, at=at, number=number, place=request.place)
            reach("F1")
        reach("F2")
        return placed


def _gather(queue: _Queue) -> None:
    """Wait while others keep coming: what a transaction takes, it takes for one as for many."""
    until, came = time.monotonic() + _GATHER_AT_MOST, 0
    while came < len(queue.waiting) < MOST_AT_ONCE and time.monotonic() < until:
        came = len(queue.waiting)
        if queue.is_complete.wait(_GATHER):
            break
