"""The till: every conversation with the payment provider, each as intent (committed), call, answer (committed).

No transaction and no lock is open while a call is under way.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from storefront.clock import Clock
from storefront.db import Database
from storefront.failpoints import reach
from storefront.orders.attempting import end_attempt, give_turn, is_stale, opened, put_off, renew
from storefront.orders.orders import Order
from storefront.orders.session_params import session_params
from storefront.orders.settlement import Outcome, apply_facts
from storefront.payments.attempts import AttemptState, CheckoutAttempt, find_by_key, is_its_turn
from storefront.payments.gateway import Gateway, GatewayBusy, GatewayRefused, GatewayUnknown, SessionFacts
from storefront.payments.pacing import take_call

log = logging.getLogger(__name__)
KEY_LIFE = timedelta(hours=23)  # the provider forgets idempotency keys after 24
_LONGEST_WAIT = 60  # seconds between two tries, at most
_LONGEST_PREPARING = 15  # the same where a buyer looks at a page that waits
_A_WHILE = timedelta(seconds=1)
_UNDECIDED = (Outcome.UNKNOWN, Outcome.WAITING)
_CHECKS = (timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=10))


class NoCallNow(Exception):
    """The provider's limit is reached, or others are before: the call was not made, and nothing was changed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True)
class Till:
    database: Database
    gateway: Gateway
    clock: Clock
    base_url: str
    shop_id: str
    languages: tuple[str, ...] = ()  # those whose pages have the language in their path

    def open_attempt(self, attempt_id: int) -> AttemptState:
        """Give a queued attempt its turn and make its session, or replay a create whose answer never came."""
        self.take_turn(attempt_id)
        return self.create_session(attempt_id)

    def take_turn(self, attempt_id: int) -> None:
        """A call from the bucket and with it, for one that is queued, the turn. Raises NoCallNow.

        One transaction: the bucket's row is locked, so turns are given one after the other, in the order of the queue.
        """
        with self.database.transaction() as session:
            at = self.clock.now()
            if wait := take_call(session, at=at):
                raise NoCallNow(wait)
            if session.get_one(CheckoutAttempt, attempt_id).state is AttemptState.QUEUED:
                if not is_its_turn(session, attempt_id, at=at):
                    raise NoCallNow(_A_WHILE)
                give_turn(session, attempt_id, at=at, params=self._params)

    def create_session(self, attempt_id: int) -> AttemptState:
        """Ask for the session of an attempt that has its turn; again, with the same key, when no answer came."""
        attempt = self.read(attempt_id)
        if attempt.state is not AttemptState.CREATING or attempt.params is None or attempt.created_at is None:
            return attempt.state
        if self.clock.now() - attempt.created_at > KEY_LIFE:
            return self._adopt_or(partial(self._fail, "the idempotency key is too old to ask again"), attempt)
        if is_stale(attempt, at=self.clock.now()):
            return self._adopt_or(partial(self._renew, timedelta(0)), attempt)
        return self._create(attempt, attempt.params)

    def expire_attempt(self, attempt_id: int) -> Outcome:
        """A hold of the set has to go: end the session and hear what became of it. An error is never read as "expired"."""
        attempt = self.read(attempt_id)
        if attempt.session_id is None or attempt.state is not AttemptState.OPEN:
            return Outcome.WAITING
        self.pace(first=True)
        try:
            facts = self.gateway.expire_session(attempt.session_id)
            reach("F13")
            outcome = self._apply(facts)
        except GatewayRefused:
            # Perhaps it was paid in the last second: only a fresh look tells.
            outcome = self.settle(attempt.session_id, first=True)
        except (GatewayUnknown, GatewayBusy):
            outcome = Outcome.WAITING
        if outcome in _UNDECIDED:
            self._later(attempt)
        return outcome

    def settle(self, session_id: str, *, first: bool = False) -> Outcome:
        """Look the session up and make the shop agree. Called by the webhook, the return page and the reconciler."""
        self.pace(first=first)
        try:
            facts = self.gateway.retrieve_session(session_id)
        except GatewayRefused:
            return Outcome.UNKNOWN
        except (GatewayUnknown, GatewayBusy):
            return Outcome.WAITING
        return self._apply(facts)

    def check_attempt(self, attempt_id: int) -> Outcome:
        """Ask about an open attempt nobody has brought news of, ever less often."""
        attempt = self.read(attempt_id)
        if attempt.session_id is None:
            return Outcome.WAITING
        outcome = self.settle(attempt.session_id)
        if outcome in _UNDECIDED:
            with self.database.transaction() as session:
                row = session.get_one(CheckoutAttempt, attempt_id)
                row.next_check_at = self.clock.now() + _CHECKS[min(row.checks, len(_CHECKS) - 1)]
                row.checks += 1
        return outcome

    def meet_stranger(self, facts: SessionFacts) -> Outcome:
        """A session with our mark that no attempt knows: the attempt that asked for it adopts it, else it is expired."""
        with self.database.transaction() as session:
            if self._adopt(session, facts):
                return apply_facts(session, facts, at=self.clock.now())
        if facts.status == "open":
            self._discard(facts.id)
        elif facts.status == "complete" and facts.payment_status == "paid":
            log.error("ALARM a paid session of this shop belongs to no attempt")
        return Outcome.UNKNOWN

    def put_off(self, attempt: CheckoutAttempt) -> AttemptState:
        """Try to open it again after 1, 2, 4 … 15 seconds."""
        with self.database.transaction() as session:
            put_off(session, attempt.id, at=self.clock.now(), wait=_preparing(attempt))
        return attempt.state

    def pace(self, *, first: bool = False) -> None:
        """Take one call from the shared bucket, or raise NoCallNow. `first` is for a number on its way back."""
        with self.database.transaction(lasting=False) as session:  # the bucket is full again in a second anyway
            wait = take_call(session, at=self.clock.now(), first=first)
        if wait:
            raise NoCallNow(wait)

    def read(self, attempt_id: int) -> CheckoutAttempt:
        with self.database.reading() as session:
            return session.get_one(CheckoutAttempt, attempt_id)

    def _create(self, attempt: CheckoutAttempt, params: str) -> AttemptState:
        reach("F3")
        try:
            facts = self.gateway.create_session(json.loads(params), attempt.idempotency_key)
        except GatewayBusy:
            return self.put_off(attempt)
        except GatewayUnknown as unknown:
            if unknown.replayed:  # a saved failure would be repeated for a day
                return self._adopt_or(partial(self._renew, _preparing(attempt)), attempt)
            return self.put_off(attempt)
        except GatewayRefused as refused:
            if refused.param == "expires_at":
                return self._adopt_or(partial(self._renew, _preparing(attempt)), attempt)
            return self._adopt_or(partial(self._fail, f"refused: {refused.code or refused.http_status}"), attempt)
        reach("F4")
        state = self._disclose(attempt.id, facts)
        reach("F5")
        return state

    def _apply(self, facts: SessionFacts) -> Outcome:
        with self.database.transaction(in_turn=True) as session:  # all who pay for one edition meet at its ledger
            outcome = apply_facts(session, facts, at=self.clock.now())
        if outcome is Outcome.PAID:
            reach("F11")
        if outcome is Outcome.UNKNOWN and facts.metadata.get("shop") == self.shop_id:
            return self.meet_stranger(facts)
        return outcome

    def _disclose(self, attempt_id: int, facts: SessionFacts) -> AttemptState:
        with self.database.transaction() as session:
            kept = opened(session, attempt_id, facts, at=self.clock.now())
        if not kept:
            self._discard(facts.id)
        return self.read(attempt_id).state

    def _discard(self, session_id: str) -> None:
        """Expire a session nobody was shown. When the answer is lost, the sweep of open sessions finds it again."""
        try:
            self.gateway.expire_session(session_id)
        except (GatewayBusy, GatewayRefused, GatewayUnknown):
            log.warning("a session nobody was shown could not be expired yet")

    def _adopt(self, session: Session, facts: SessionFacts) -> bool:
        attempt = find_by_key(session, facts.metadata.get("attempt", ""))
        return attempt is not None and opened(session, attempt.id, facts, at=self.clock.now())

    def _adopt_or(self, otherwise: Callable[[CheckoutAttempt], AttemptState], attempt: CheckoutAttempt) -> AttemptState:
        """The key is of no use any more: look whether its session was made after all, before anything else is done."""
        since = (attempt.created_at or attempt.queued_at) - timedelta(minutes=5)
        try:
            found = [
                f
                for f in self.gateway.list_sessions(created_since=since)
                if f.metadata.get("attempt") == attempt.idempotency_key
            ]
        except (GatewayBusy, GatewayRefused, GatewayUnknown):
            return self.put_off(attempt)
        if found and found[0].status != "expired":
            self._disclose(attempt.id, found[0])
            self._apply(found[0])
            return self.read(attempt.id).state
        return otherwise(attempt)

    def _renew(self, wait: timedelta, attempt: CheckoutAttempt) -> AttemptState:
        with self.database.transaction() as session:
            renew(session, attempt.id, at=self.clock.now(), wait=wait, params=self._params)
        return attempt.state

    def _fail(self, problem: str, attempt: CheckoutAttempt) -> AttemptState:
        log.warning("attempt %s failed: %s", attempt.id, problem)
        with self.database.transaction() as session:
            end_attempt(session, attempt.id, AttemptState.FAILED, at=self.clock.now(), problem=problem)
        return AttemptState.FAILED

    def _params(self, order: Order, attempt: CheckoutAttempt, expires_at: datetime) -> dict[str, Any]:
        home = f"{self.base_url}/{order.locale}" if order.locale in self.languages else self.base_url
        return session_params(order, attempt, expires_at, base_url=home, shop_id=self.shop_id)

    def _later(self, attempt: CheckoutAttempt) -> None:
        """Try to expire it again after 1, 2, 4 … 60 seconds."""
        with self.database.transaction() as session:
            row = session.get_one(CheckoutAttempt, attempt.id)
            row.next_check_at = self.clock.now() + timedelta(seconds=min(2**row.checks, _LONGEST_WAIT))
            row.checks += 1


def _preparing(attempt: CheckoutAttempt) -> timedelta:
    return timedelta(seconds=min(2**attempt.checks, _LONGEST_PREPARING))
