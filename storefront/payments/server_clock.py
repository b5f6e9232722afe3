"""Server clock: what time it is at the provider, by the `Date` of its last answer."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_TRUSTED_FOR = 60.0  # an old reading says little, and would keep a machine that slept from ever asking again


class ServerClock:
    def __init__(self) -> None:
        self._reading: tuple[datetime, float] | None = None  # swapped whole, so threads need no lock

    def note(self, headers: Mapping[str, str]) -> None:
        try:
            at = parsedate_to_datetime(headers.get("Date") or headers.get("date") or "")
        except ValueError:
            return
        self._reading = (at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC), time.monotonic())

    def now(self) -> datetime | None:
        if self._reading is None:
            return None
        at, read_at = self._reading
        age = time.monotonic() - read_at
        return at + timedelta(seconds=age) if age <= _TRUSTED_FOR else None
