"""Delivery: due messages are claimed, written, sent outside any transaction, and marked; at least once each."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from storefront.clock import Clock
from storefront.db import Database
from storefront.failpoints import reach
from storefront.outbox import messages
from storefront.outbox.mail import Mail, Sender, compose
from storefront.outbox.transport import NoTransport, Send, Transport

log = logging.getLogger(__name__)
Renderer = Callable[[str, dict[str, Any]], Mail | None]
_PAUSE = timedelta(seconds=30)  # after a server that did not answer
_NO_DATABASE = (InterfaceError, OperationalError, PoolExhausted)
_ROUND = timedelta(seconds=4)  # one round may take so long; then this process looks whether it still leads


@dataclass(frozen=True)
class _Letter:
    id: int
    kind: str
    dedupe_key: str
    refs: dict[str, Any]


@dataclass
class Courier:
    """Carries the outbox. `render` turns a kind and its ids into a mail, or None when there is nothing left to say."""

    render: Renderer
    transport: Transport
    sender: Sender
    _closed_until: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def deliver_due(self, database: Database, clock: Clock) -> int:
        """Send what is due; how many left. A message that fails waits, ever longer, and the others go on."""
        began = clock.now()
        if began < self._closed_until:
            return 0
        letters = self._claim(database, began)
        if not letters:
            return 0
        try:
            with self.transport.opened() as send:
                return self._carry(letters, send, database, clock)
        except NoTransport as problem:
            log.warning("the mail server does not answer; the outbox waits")
            self._closed_until = clock.now() + _PAUSE
            self._give_back(letters, _without_people(problem), database, clock)
            return 0

    def _carry(self, letters: list[_Letter], send: Send, database: Database, clock: Clock) -> int:
        began, carried = clock.now(), 0
        while letters and clock.now() - began < _ROUND:
            letter = letters[0]
            try:
                self._send(letter, send, clock)
            except _NO_DATABASE:
                raise  # no fault of any message: what is claimed comes back when its claim runs out
            except NoTransport as problem:
                # It may be this very message that the server hangs up on: it loses a try, and its place in front.
                self._failed(letters.pop(0), problem, database, clock)
                raise
            except Exception as problem:  # noqa: BLE001  whatever is wrong with one message must not keep the others
                self._failed(letter, problem, database, clock)
            else:
                carried += 1
                reach("F12")
                with database.transaction() as session:
                    messages.sent(session, letter.id, at=clock.now())
            del letters[0]
        self._give_back(letters, "", database, clock)
        return carried

    def _send(self, letter: _Letter, send: Send, clock: Clock) -> None:
        mail = self.render(letter.kind, letter.refs)
        if mail is not None:
            message = compose(mail, self.sender, letter.dedupe_key, at=clock.now())
            send(f"{letter.id:06}-{letter.kind}", message)

    def _failed(self, letter: _Letter, problem: Exception, database: Database, clock: Clock) -> None:
        with database.transaction() as session:
            died = messages.failed(session, letter.id, _without_people(problem), at=clock.now())
        if died:
            log.error("ALARM message %s (%s) is dead: %s", letter.id, letter.kind, type(problem).__name__)
        else:
            log.warning("message %s (%s) was not sent: %s", letter.id, letter.kind, type(problem).__name__)

    @staticmethod
    def _claim(database: Database, at: datetime) -> list[_Letter]:
        with database.reading() as session:
            if not messages.is_any_due(session, at=at):
                return []  # most of the time: no need to ask for the right to write
        with database.transaction() as session:
            return [
                _Letter(message.id, message.kind, message.dedupe_key, dict(message.refs))
                for message in messages.claim_due(session, at=at)
            ]

    @staticmethod
    def _give_back(letters: list[_Letter], problem: str, database: Database, clock: Clock) -> None:
        """Their turn comes again, and this one is not counted: it was no fault of theirs."""
        if not letters:
            return
        with database.transaction() as session:
            messages.give_back(session, [letter.id for letter in letters], problem or None, at=clock.now())


def _without_people(problem: Exception) -> str:
    """What went wrong and where; a server's own words quote addresses."""
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    code = getattr(problem, "smtp_code", "")
    return f"{type(problem).__name__} {code} at {Path(frame.filename).name}:{frame.lineno}"
