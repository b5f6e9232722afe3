"""For load balancers and people on call: is the process alive, is it ready, what time does it think it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storefront.extensions import Services, services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pages = Blueprint("health", __name__)
_PROBES = ("/healthz", "/readyz")
MAX_DRIFT = timedelta(milliseconds=250)
_EVERY = timedelta(seconds=10)


class ClockWatch:
    """Compares this process's clock with the database's every ten seconds."""

    def __init__(self) -> None:
        self._checked_at = datetime.min.replace(tzinfo=UTC)
        self.drift = timedelta(0)

    def is_right(self, found: Services) -> bool:
        """Whether this process may decide by its clock. Raises SQLAlchemyError when the database is gone."""
        if not found.settings.watch_clock or found.database.is_sqlite:
            return True  # SQLite asks the same clock
        now = found.clock.now()
        if abs(now - self._checked_at) >= _EVERY:
            with found.database.reading() as session:
                theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
            after = found.clock.now()
            # They looked at their clock at some moment between: in a rush an answer takes long, and that is no drift.
            self.drift = max(now - theirs, theirs - after, timedelta(0))
            self._checked_at = now
        return self.drift <= MAX_DRIFT


def clock_watch() -> ClockWatch:
    watch: ClockWatch = current_app.extensions["clock_watch"]
    return watch


def answer_probes(wsgi_app: WSGIApplication, base_url: str) -> WSGIApplication:
    """A load balancer asks a machine by its number; every other page is there under the shop's own name only."""

    def asked(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in _PROBES:
            environ["HTTP_HOST"] = urlsplit(base_url).netloc.lower()
        return wsgi_app(environ, start_response)

    return asked


@pages.get("/healthz")
def alive() -> ResponseReturnValue:
    return "ok\n", 200, {"Content-Type": "text/plain", "Cache-Control": "no-store"}


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    try:
        with services().database.reading() as session:
            session.execute(text("SELECT 1"))
        right = clock_watch().is_right(services())
    except SQLAlchemyError:
        return "the database does not answer\n", 503, {"Content-Type": "text/plain"}
    if not right:
        return "this machine's clock is off\n", 503, {"Content-Type": "text/plain"}
    return "ready\n", 200, {"Content-Type": "text/plain"}


@pages.get("/time")
def time() -> ResponseReturnValue:
    now = services().clock.now()
    return "", 204, {"X-Time": str(round(now.timestamp() * 1000)), "Cache-Control": "no-store"}
