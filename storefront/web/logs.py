"""What the shop writes down about a request: JSON, one line each, and nothing about the person who made it."""

import json
import logging
import re
import sys
import time
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from flask import Flask, Response, g, has_request_context, request

from storefront.config import Settings
from storefront.web.security import request_id

access = logging.getLogger("storefront.access")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"})
_SAID = "%(method)s %(route)s %(status)s %(ms)s ms %(request)s"
# The line as JSON. None of the facts holds what would need escaping: rules are ours, the rest are numbers and digits.
_LINE = (
    '{"at": "%(at)s", "level": "info", "logger": "storefront.access", "message": "' + _SAID + '", '
    '"method": "%(method)s", "route": "%(route)s", "status": %(status)s, "ms": %(ms)s, "request": "%(request)s"}\n'
)
_FACTS = ("method", "route", "status", "ms", "request")
# Addresses, card numbers, tokens and provider ids that let their reader act.
_SECRETS = re.compile(
    r"[^\s@<>\"'(]+@[^\s@<>\"')]+|\b\d(?:[ -]?\d){11,18}\b|\b(?:sk|rk|cs|pi|whsec)_\w+|[A-Za-z0-9_-]{24,}"
)
# Where lines about answers go past the logging module, whose record of one takes longer than a kept page's whole answer.
_straight: TextIO | None = None
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def init_app(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_write)
    app.log_exception = _log_exception  # type: ignore[method-assign]  # Flask's own words hold the path, and paths hold tokens


def configure(settings: Settings) -> None:
    """Send the shop's log to standard error as JSON; the demo tells only what is wrong. For processes, not for tests."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger("storefront")
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if settings.is_demo else logging.INFO)
    root.propagate = False
    global _straight  # noqa: PLW0603  one process, one standard error
    _straight = sys.stderr if access.isEnabledFor(logging.INFO) else None


def redact(text: str) -> str:
    """The text without what must not be in a log."""
    return _SECRETS.sub("…", text)


class JsonLines(logging.Formatter):
    """One JSON object a line; line breaks in what is logged cannot start another."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in _FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line, default=str)  # ASCII: no character of another alphabet ends the line


def describe(error: BaseException) -> dict[str, object]:
    """What broke and where. A database's error quotes rows, so of those only the kind is told."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    told = "" if type(error).__module__.startswith(("sqlalchemy", "psycopg")) else redact(str(error))
    cause = error.__cause__ or error.__context__
    return {
        "type": type(error).__qualname__,
        "told": told,
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        **({"cause": type(cause).__qualname__} if cause else {}),
    }


def route() -> str:
    """The rule a request matched, never its path: paths hold codes and tokens."""
    return request.url_rule.rule if request.url_rule else "(no such page)"


def write(method: str, rule: str, status: int, seconds: float, number: str) -> None:
    """The line about an answer."""
    if _straight is None and not access.isEnabledFor(logging.INFO):
        return
    facts = {
        "method": method if method in _METHODS else "(odd)",
        "route": rule,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "request": number,
    }
    if _straight is None:
        access.info(_SAID, facts, extra=facts)
        return
    _straight.write(_LINE % {**facts, "at": datetime.now(UTC).isoformat(timespec="milliseconds")})


def _start() -> None:
    g.started = time.monotonic()


def _write(response: Response) -> Response:
    now = time.monotonic()
    write(request.method, route(), response.status_code, now - g.get("started", now), request_id())
    return response


def _log_exception(exc_info: ExcInfo | tuple[None, None, None]) -> None:
    facts = {"method": request.method, "route": route(), "request": request_id()} if has_request_context() else {}
    logging.getLogger("storefront").error("A request failed", exc_info=exc_info, extra=facts)
