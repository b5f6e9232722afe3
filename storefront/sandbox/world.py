"""The world of one stand-in: its state, its clock, its faults and the messages it owes."""

import secrets
import string
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from storefront.sandbox.faults import Faults
from storefront.sandbox.state import Row, State

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, for whoever watches in the same process; never written anywhere."""

    operation: str
    params: Row
    status: int
    body: Row
    replayed: bool
    fault: str | None


@dataclass(frozen=True)
class WebhookPolicy:
    """What goes wrong with webhooks. `types` limits it to some events; empty means all."""

    drop: bool = False
    duplicate: bool = False
    twin: bool = False
    reorder: bool = False
    delay: float = 0.0
    types: tuple[str, ...] = ()

    def applies_to(self, event_type: str) -> bool:
        return not self.types or event_type in self.types


@dataclass(frozen=True)
class Cause:
    """The request an event came from; both are None for a press on the pay page or the stand-in's own timer."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass
class World:
    path: Path | None = None
    base_url: str = "http://127.0.0.1:12111"
    hold_seconds: float = 10.0
    retry_delays: tuple[float, ...] = (1, 5, 30, 300)
    policy: WebhookPolicy = field(default_factory=WebhookPolicy)
    watchers: list[Callable[[Exchange], None]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    keys_in_use: set[str] = field(default_factory=set)  # a crash ends the work and frees the key

    def __post_init__(self) -> None:
        self.state = State(self.path)
        self.faults = Faults()
        self.news = threading.Condition()
        self._here = threading.local()
        saved = self.state.find("setting", "clock")
        self._offset: float = saved["offset"] if saved else 0.0

    def now(self) -> float:
        """The stand-in's own time; `set_offset` moves it, and nothing else here asks the system."""
        return time.time() + self._offset

    @property
    def offset(self) -> float:
        return self._offset

    def set_offset(self, seconds: float) -> None:
        self._offset = seconds
        self.state.put("setting", {"id": "clock", "offset": seconds})
        self.announce()

    def announce(self) -> None:
        """Wake whoever waits for a change: the courier, and a pay page holding its redirect."""
        with self.news:
            self.news.notify_all()

    @property
    def cause(self) -> Cause:
        return getattr(self._here, "cause", Cause())

    @contextmanager
    def caused_by(self, cause: Cause) -> Iterator[None]:
        self._here.cause = cause
        try:
            yield
        finally:
            self._here.cause = Cause()

    def reset(self) -> None:
        with self.state.change():
            kept = self.state.newest("webhook_endpoint")
            self.state.clear()
            for endpoint in reversed(kept):
                self.state.put("webhook_endpoint", endpoint)
        self.faults.clear()
        self.counts.clear()
        self.policy = WebhookPolicy()
        self.set_offset(0.0)


def current_world() -> World:
    """The world of the application that is answering a request."""
    return cast("World", current_app.extensions["world"])


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def public(row: Row) -> Row:
    """What a caller may see: names that begin with an underscore are the stand-in's own notes."""
    return {name: value for name, value in row.items() if not name.startswith("_")}
