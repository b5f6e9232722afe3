# ruff: noqa: DTZ001  a clock on the wall shows no offset

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from storefront.catalog.local_time import NoSuchTime, TimeComesTwice, instant_of, wall_of, zone_names


def test_a_time_on_the_wall_is_one_instant():
    at = instant_of(datetime(2026, 11, 27, 19, 0), "Asia/Tokyo")

    assert at == datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
    assert wall_of(at, "Asia/Tokyo") == datetime(2026, 11, 27, 19, 0)


@pytest.mark.parametrize(
    ("zone", "wall", "before", "after"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 3, 30)),
        ("America/New_York", datetime(2026, 3, 8, 2, 0), datetime(2026, 3, 8, 1, 0), datetime(2026, 3, 8, 3, 0)),
        # Half an hour only.
        (
            "Australia/Lord_Howe",
            datetime(2026, 10, 4, 2, 15),
            datetime(2026, 10, 4, 1, 45),
            datetime(2026, 10, 4, 2, 45),
        ),
    ],
)
def test_a_time_the_clocks_skip_is_named_and_refused(zone, wall, before, after):
    with pytest.raises(NoSuchTime) as refusal:
        instant_of(wall, zone)

    assert (refusal.value.before, refusal.value.after) == (before, after)


def test_a_time_that_comes_twice_must_be_chosen():
    wall = datetime(2026, 10, 25, 2, 30)

    with pytest.raises(TimeComesTwice) as refusal:
        instant_of(wall, "Europe/Berlin")

    assert (
        instant_of(wall, "Europe/Berlin", which=1) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC) == refusal.value.first
    )
    assert (
        instant_of(wall, "Europe/Berlin", which=2) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC) == refusal.value.second
    )


def test_every_zone_offered_exists():
    assert "Europe/Lisbon" in zone_names()
    assert all(ZoneInfo(name) for name in zone_names())
