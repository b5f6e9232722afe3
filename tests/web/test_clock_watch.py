"""A process whose clock is off sells nothing; one that merely waited for an answer does."""

import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storefront.extensions import services
from storefront.web.health import MAX_DRIFT, ClockWatch

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


class OffClock:
    """The real time, and so much more."""

    def __init__(self, off):
        self._off = off

    def now(self):
        return datetime.now(UTC) + self._off


def watched(app, off):
    found = services(app)
    return replace(found, clock=OffClock(off), settings=replace(found.settings, watch_clock=True))


@pytest.mark.parametrize("off", [-2 * MAX_DRIFT, timedelta(0), 2 * MAX_DRIFT])
def test_a_clock_that_is_off_is_noticed(app, off):
    watch = ClockWatch()

    assert watch.is_right(watched(app, off)) == (off == timedelta(0))
    assert watch.drift <= abs(off)


def test_a_slow_answer_is_no_drift(app):
    found = watched(app, timedelta(0))

    class Slow:
        is_sqlite = False

        @contextmanager
        def reading(self):
            with found.database.reading() as session:
                time.sleep(3 * MAX_DRIFT.total_seconds())
                yield session

    watch = ClockWatch()

    assert watch.is_right(replace(found, database=Slow()))
    assert watch.drift == timedelta(0)


def test_a_shop_whose_clock_is_off_is_not_ready(app):
    app.extensions["services"] = watched(app, timedelta(seconds=3))

    assert app.test_client().get("/readyz").status_code == 503
