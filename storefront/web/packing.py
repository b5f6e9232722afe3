"""Public text leaves packed with gzip for who takes it: a phone waits for bytes, and a wall of numbers packs to a tenth.

Only what is public: beside a secret, the length of what is packed would tell something of it. A page that a crowd asks for
is packed once, since the page cache hands out the very same bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

_LEAST = 1_000  # bytes: one packet carries as much either way
_LARGEST = 512 * 1024
_LEVEL = 6
_KEPT = 64
_NO_HEADERS: list[tuple[str, str]] = []


def init_app(app: Flask) -> None:
    """Pack what leaves the app: to be called after the page cache, which keeps pages as they are."""
    app.wsgi_app = Packing(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented hook


class Packing:
    """A WSGI application around the shop's own and its cache."""

    def __init__(self, wsgi_app: WSGIApplication) -> None:
        self._app = wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, rest = "", _NO_HEADERS, ()

        def hear(
            given: str, told: list[tuple[str, str]], *exc_info: Any
        ) -> Callable[[bytes], object]:  # as WSGI has it
            nonlocal status, headers, rest
            status, headers, rest = given, told, exc_info
            return _never_written

        body = self._app(environ, hear)
        known = {
            name.lower(): value for name, value in headers
        }  # a rush passes here: no more than this for each answer
        if _is_public(known) and (status.startswith("304") or _is_text(known)):
            headers = [*headers, ("Vary", "Accept-Encoding")]  # the list may be one that the page cache keeps
            if _is_to_be_packed(environ, status, known):
                body = [_pack(_whole(body))]
                headers = _tell_packed(headers, len(body[0]))
        start_response(status, headers, *rest)
        return body


def _never_written(_piece: bytes) -> object:
    raise TypeError("The shop's answers come as a body, never by WSGI's old write.")


def _is_public(known: Mapping[str, str]) -> bool:
    return known.get("cache-control", "").startswith("public")


def _is_text(known: Mapping[str, str]) -> bool:
    kind = known.get("content-type", "").partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))


def _is_to_be_packed(environ: WSGIEnvironment, status: str, known: Mapping[str, str]) -> bool:
    is_plain = environ["REQUEST_METHOD"] == "GET" and status.startswith("200") and "content-encoding" not in known
    is_worth_it = _LEAST <= int(known.get("content-length", 0)) <= _LARGEST
    return is_plain and is_worth_it and parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING")).quality("gzip") > 0


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        pieces = list(body)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)  # the same object for a kept page: its hash is known
    finally:
        if close := getattr(body, "close", None):
            close()


@lru_cache(_KEPT)
def _pack(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


def _tell_packed(headers: list[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    """The same page in other bytes: its mark is a weak one, and no part of it can be asked for."""
    told = Headers(headers)
    told["Content-Encoding"] = "gzip"
    told["Content-Length"] = str(length)
    told.remove("Accept-Ranges")
    if told.get("ETag", "").startswith('"'):
        told["ETag"] = f"W/{told['ETag']}"
    return told.to_wsgi_list()
