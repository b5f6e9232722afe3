"""Public answers, kept in this process for the second or two in which a crowd asks for the same page.

Kept is what the app itself marks for shared caches (`public`, `s-maxage`), by host, language, path and query. One request renders it
anew when it is over; meanwhile the others get the old bytes, or wait when those are too old. No cookie is looked at and
none is ever kept. Each answer has a request's own X-Request-Id and line in the log, and its Age.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import is_resource_modified
from werkzeug.routing import RequestRedirect

from storefront.web import logs
from storefront.web.languages import LANGUAGE, what_is_read
from storefront.web.security import new_request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MARKED = "storefront.public_answer"  # in the environ, from the app to the cache around it
_LONGEST = 5.0  # seconds: an artist who has just announced looks at the home page
_LONGEST_WAIT = 5.0
_LARGEST = 512 * 1024
_NEVER_WITH = frozenset({"set-cookie", "vary", "content-encoding"})
_OWN = frozenset({"x-request-id", "date", "content-length", "age"})
_OF_THE_BODY = frozenset({"content-type", "content-length"})
Key = tuple[str, ...]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class _Marked:
    """What the app says about an answer: how to keep it, and what a 304 leaves out."""

    route: str
    body: bytes
    content_type: str
    fresh: float
    stale: float


@dataclass(frozen=True)
class _Kept:
    marked: _Marked
    headers: Headers
    etag: str | None
    since: float

    def is_fresh(self, at: float) -> bool:
        return at - self.since < self.marked.fresh

    def may_stand_in(self, at: float) -> bool:
        """Good enough for those who need not wait while another renders."""
        return at - self.since < self.marked.fresh + self.marked.stale


def init_app(app: Flask, now: Callable[[], float] = time.monotonic) -> None:
    """Put the cache around the app: to be called before what changes the request's address (a proxy's headers)."""
    app.after_request(_mark)
    app.wsgi_app = PageCache(app, app.wsgi_app, now)  # type: ignore[method-assign]  # Flask's documented hook


class PageCache:
    """A WSGI application around the shop's own. Safe for threads and greenlets."""

    def __init__(self, app: Flask, wsgi_app: WSGIApplication, now: Callable[[], float]) -> None:
        self._app, self._now = wsgi_app, now
        self._addresses = app.url_map.bind("")
        # Odd queries without end come and go on a shelf of their own: they cannot push a page off the other.
        self._plain, self._queried = _Shelf(256, 16 * 2**20), _Shelf(64, 4 * 2**20)
        self._rendering: dict[Key, Event] = {}
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        key, at = _key(environ), self._now()
        kept = self._find(key)
        if kept is None and not self._is_public(environ.get("PATH_INFO", "")):
            return self._app(environ, start_response)
        if kept is not None and kept.is_fresh(at):
            return self._answer(kept, at, environ, start_response)
        found = self._let_one_render(key, at, kept, environ, start_response)
        return self._answer(found, at, environ, start_response) if isinstance(found, _Kept) else found

    def _let_one_render(
        self, key: Key, at: float, old: _Kept | None, environ: WSGIEnvironment, start_response: StartResponse
    ) -> _Kept | Iterable[bytes]:
        """What is to be answered from; or, for the one that renders and when nothing was kept, the app's own answer."""
        with self._lock:
            rendered, leads = self._rendering.get(key), False
            if rendered is None:
                rendered = self._rendering[key] = Event()
                leads = True
        if leads:
            try:
                return self._found_fresh(key, at) or self._render(key, at, environ, start_response)
            finally:
                with self._lock:
                    del self._rendering[key]
                rendered.set()
        if old is not None and old.may_stand_in(at):
            return old
        rendered.wait(_LONGEST_WAIT)
        kept = self._find(key)
        return kept if kept is not None and kept.may_stand_in(at) else self._app(environ, start_response)

    def _found_fresh(self, key: Key, at: float) -> _Kept | None:
        """Another may have rendered it between our look and our turn."""
        kept = self._find(key)
        return kept if kept is not None and kept.is_fresh(at) else None

    def _render(self, key: Key, at: float, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def keep(status: str, headers: Headers, *exc_info: Any) -> Callable[[bytes], object]:  # as WSGI has it
            marked: _Marked | None = environ.get(_MARKED)
            if marked is not None and _NEVER_WITH.isdisjoint(name.lower() for name, _value in headers):
                self._shelf(key).put(key, _kept(marked, headers, at))
            return start_response(status, headers, *exc_info)

        return self._app(environ, keep)

    def _answer(
        self, kept: _Kept, at: float, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        known = "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(environ, kept.etag)
        status = HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK
        headers = kept.headers if not known else [pair for pair in kept.headers if pair[0].lower() not in _OF_THE_BODY]
        number = new_request_id()
        age = max(0, int(at - kept.since))  # caches behind this one count from there
        start_response(
            f"{status.value} {status.phrase.upper()}", [*headers, ("Age", str(age)), ("X-Request-Id", number)]
        )
        method = environ["REQUEST_METHOD"]
        logs.write(method, kept.marked.route, int(status), self._now() - at, number)
        return [] if known or method == "HEAD" else [kept.marked.body]

    def _is_public(self, path: str) -> bool:
        """Whether the address is one of the shop window's: only for those does a crowd wait for one of its own."""
        try:
            endpoint, _arguments = self._addresses.match(path, "GET")
        except (HTTPException, RequestRedirect):
            return False
        return endpoint.startswith("shop.") and endpoint != "shop.me"

    def _find(self, key: Key) -> _Kept | None:
        return self._shelf(key).get(key)

    def _shelf(self, key: Key) -> _Shelf:
        return self._queried if key[-1] else self._plain


class _Shelf:
    """So many answers and bytes, the longest unrenewed leaves first: a page that is asked for is renewed all the time."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Key) -> _Kept | None:
        return self._kept.get(key)

    def put(self, key: Key, kept: _Kept) -> None:
        with self._lock:
            self._forget(self._kept.pop(key, None))
            self._kept[key] = kept
            self._bytes += len(kept.marked.body)
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                self._forget(self._kept.popitem(last=False)[1])

    def _forget(self, kept: _Kept | None) -> None:
        self._bytes -= len(kept.marked.body) if kept is not None else 0


def _mark(response: Response) -> Response:
    """Tell the cache what may be kept, with the whole body: the answer itself may be a 304 or one to HEAD."""
    caching = response.cache_control
    is_answer = response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) and not response.is_streamed
    if not (is_answer and caching.public and caching.s_maxage and request.method in ("GET", "HEAD")):
        return response
    body = response.get_data()
    if len(body) <= _LARGEST:
        fresh, stale = min(caching.s_maxage, _LONGEST), min(caching.stale_while_revalidate or 0, _LONGEST)
        request.environ[_MARKED] = _Marked(logs.route(), body, response.content_type or "", fresh, stale)
    return response


def _kept(marked: _Marked, sent: Headers, at: float) -> _Kept:
    headers = [(name, value) for name, value in sent if name.lower() not in _OWN and name.lower() != "content-type"]
    headers += [("Content-Type", marked.content_type), ("Content-Length", str(len(marked.body)))]
    etag = next((value for name, value in headers if name.lower() == "etag"), None)
    return _Kept(marked, headers, etag, at)


def _key(environ: WSGIEnvironment) -> Key:
    """Everything an answer may depend on but for who asks; the query comes last."""
    query, language = what_is_read(environ.get("QUERY_STRING", "")), environ.get(LANGUAGE, "")
    return environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), language, environ.get("PATH_INFO", ""), query
