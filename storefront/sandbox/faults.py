"""Faults: what shall go wrong with which requests, and an optional rate limit like a real sandbox's."""

import fnmatch
import threading
import time
from dataclasses import dataclass
from typing import Literal, get_args

FaultKind = Literal["error_before", "error_after", "saved_error", "lost", "latency", "rate_limit", "lock_timeout"]
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(frozen=True)
class Fault:
    """`path` may hold `*`. `error_after` replays as the success, `saved_error` replays as the 500 it answered."""

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    seconds: float = 0.0
    status: int = 500

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatch.fnmatchcase(path, self.path)


class Faults:
    """The queue of faults: each is used once, by the first request it fits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[Fault] = []
        self._bucket: TokenBucket | None = None

    def add(self, fault: Fault, times: int = 1) -> None:
        with self._lock:
            self._queue.extend([fault] * times)

    def take(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for place, fault in enumerate(self._queue):
                if fault.matches(method, path):
                    return self._queue.pop(place)
            return None

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._queue)

    def limit_rate(self, per_second: float | None) -> None:
        with self._lock:
            self._bucket = TokenBucket(per_second) if per_second else None

    def is_too_fast(self) -> bool:
        with self._lock:
            return self._bucket is not None and not self._bucket.take()

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()
            self._bucket = None


class TokenBucket:
    """So many requests a second, with one second's worth in reserve."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._tokens = per_second
        self._filled_at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._tokens = min(self._per_second, self._tokens + (now - self._filled_at) * self._per_second)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
