"""Paid orders per second: the till settles, and the provider answers at once. It measures our side only."""

import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from queue import Empty, SimpleQueue

from sqlalchemy import func, select

from factories import a_buyer
from sales import a_hold, an_open_attempt, an_order, facts
from storefront.catalog.editions import Edition
from storefront.db import Database
from storefront.orders.orders import Order, OrderState
from storefront.orders.settlement import Outcome
from storefront.orders.till import NoCallNow, Till
from storefront.payments.attempts import CheckoutAttempt

SIZE = 600
_PROCESSES, _THREADS = 2, 4
_WARMING = 40


class Provider:
    """Every session is paid, and known without asking. Whatever else is asked of it is no part of the bench."""

    def __init__(self, attempts):
        self._paid = {a.session_id: facts(a, status="complete", payment_status="paid") for a in attempts}

    def retrieve_session(self, session_id):
        return self._paid[session_id]


class Haste:
    """A clock that gains 50 ms with every look: the provider's limit of 20 calls a second is not what is to be measured."""

    def __init__(self, began):
        self._looks, self._began = count(), began

    def now(self):
        return self._began + next(self._looks) * timedelta(milliseconds=50)


def open_attempts(url):
    """A buyer before the pay page for every piece of the first edition."""
    database, at = Database(url), datetime.now(UTC)
    for start in range(0, SIZE, 100):
        with database.transaction() as session:
            edition = session.get_one(Edition, 1)
            for place in range(start, start + 100):
                hold = a_hold(session, edition, a_buyer(session), at=at)
                order = an_order(session, [hold], email=f"buyer{place}@example.org", at=at)
                an_open_attempt(session, order, at=at)
            session.expunge_all()
    database.dispose()


def paid_a_second(url, seconds):
    """By as many processes as serve the web, and some threads in each."""
    with _processes() as pool:
        parts = [pool.submit(_settle, url, part, seconds) for part in range(_PROCESSES)]
        paid, rates = zip(*[part.result(timeout=seconds + 60) for part in parts], strict=True)
    database = Database(url, pool_size=1)
    with database.reading() as session:
        told = session.scalar(select(func.count()).select_from(Order).where(Order.state == OrderState.PAID))
    database.dispose()
    if told != sum(paid):
        raise RuntimeError(f"{sum(paid)} orders were said to be paid, {told} are")
    return sum(rates)


def _processes():
    return ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn"))


def _settle(url, part, seconds):
    """How many were paid, the warming included, and how many in a second."""
    database = Database(url, pool_size=_THREADS)
    with database.reading() as session:
        query = select(CheckoutAttempt).where(CheckoutAttempt.id % _PROCESSES == part).order_by(CheckoutAttempt.id)
        attempts = list(session.scalars(query))
    till = Till(database, Provider(attempts), Haste(attempts[-1].queued_at), "https://shop.example.org", "vitrine")
    waiting = SimpleQueue()
    for attempt in attempts:
        waiting.put(attempt.session_id)
    warm = sum(_settled(till, waiting.get()) is Outcome.PAID for _ in range(_WARMING))
    began = time.monotonic()

    def work(_place):
        paid = 0
        while time.monotonic() - began < seconds:
            try:
                paid += _settled(till, waiting.get_nowait()) is Outcome.PAID
            except Empty:
                break
        return paid

    with ThreadPoolExecutor(_THREADS) as pool:
        paid = sum(pool.map(work, range(_THREADS)))
    took = time.monotonic() - began
    database.dispose()
    return warm + paid, paid / took


def _settled(till, session_id):
    while True:
        try:
            return till.settle(session_id)
        except NoCallNow:
            continue  # somebody who looked at the hasty clock later took a call earlier
