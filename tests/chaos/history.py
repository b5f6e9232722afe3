"""What buyers were told: every number held, bought or given back that the shop has acknowledged, and what went wrong."""

import threading
import time
from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """How a hold ended, as its buyer knows it."""

    OPEN = "open"
    BOUGHT = "bought"
    GIVEN_BACK = "given back"


@dataclass
class Told:
    """One hold a buyer was answered about. `asked_at` is when the request was sent that was answered."""

    visitor: object
    slug: str
    edition: int
    key: str
    hold: int
    asked_at: float
    answered_at: float
    number: int | None = None
    order: str | None = None
    end: End = End.OPEN


class History:
    """Shared by all buyers of a run."""

    def __init__(self):
        self._lock = threading.Lock()
        self.told, self.complaints = [], []
        self.lost = 0  # requests without an answer, each sent again

    def add(self, told):
        with self._lock:
            self.told.append(told)
        return told

    def complain(self, words):
        with self._lock:
            self.complaints.append(words)

    def miss(self):
        with self._lock:
            self.lost += 1

    def first_after(self, moment):
        """When the first hold that was asked for after this moment was acknowledged; None when none was."""
        with self._lock:
            return min((told.answered_at for told in self.told if told.asked_at > moment), default=None)


def now():
    return time.monotonic()
