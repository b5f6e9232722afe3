"""Local time: what a clock on the wall of a zone shows, and which instant that is.

When the clocks change, one hour of the year does not exist there and another comes twice. Both are named, none is guessed.
"""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_AREAS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


class NoSuchTime(Exception):
    """The clocks are put forward over this time. `before` and `after` are the nearest times that exist, on the wall."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(before, after)
        self.before, self.after = before, after


class TimeComesTwice(Exception):
    """The clocks are put back over this time; `first` and `second` are the two instants it may mean."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second


@cache
def zone_names() -> tuple[str, ...]:
    """Zones named after a place, and UTC."""
    return (*sorted(name for name in available_timezones() if name.startswith(_AREAS)), "UTC")


def instant_of(wall: datetime, zone: str, *, which: int | None = None) -> datetime:
    """The instant at which the zone's clocks show `wall` (naive); `which` is 1 or 2 for a time that comes twice.

    Raises NoSuchTime, TimeComesTwice.
    """
    there = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first > second:  # the gap: reading it by the offset before and by the offset after lands on its two sides
        raise NoSuchTime(before=wall_of(second, zone), after=wall_of(first, zone))
    if which not in (1, 2):
        raise TimeComesTwice(first, second)
    return first if which == 1 else second


def wall_of(at: datetime, zone: str) -> datetime:
    """What the zone's clocks show at this instant, naive, for a form field."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
