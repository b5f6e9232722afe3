"""The press: the shortest way from a guest's button to a number, for the moment when a whole city presses it.

It serves the plain case only: the form our own script sends, from our own page, with a guest's cookie, token and key in
order. Whatever is out of the ordinary goes on, untouched, to `holding.place`, which does all of this the long way; so
nothing is decided here that is not decided there as well, and the two must answer alike (tests/web/test_press.py).
"""

import json
import random
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from storefront.extensions import Services, services
from storefront.ids import token_hash
from storefront.inventory.claims import Claim, NotAdmitted, ShopBusy
from storefront.inventory.dealing import Identity, Request, Table
from storefront.inventory.fairness import CoolDown
from storefront.inventory.places import place_for
from storefront.inventory.placing import (
    REFUSALS,
    AllHeld,
    DropNotOpen,
    DropOver,
    DropPaused,
    LimitReached,
    NumberTaken,
    SoldOut,
)
from storefront.web import logs
from storefront.web.health import ClockWatch
from storefront.web.languages import LANGUAGE, in_language
from storefront.web.security import new_request_id, standing_headers
from storefront.web.signed import Signed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY_LENGTHS = range(16, 65)
_RULE = "/d/<slug>/holds"
_PATH = re.compile(r"/d/([a-z0-9-]{1,200})/holds")
_LENGTH = re.compile("[1-9][0-9]{0,3}")  # of the body: the form is a few hundred bytes
_FIELDS = {"csrf_token", "idempotency_key", "edition", "number"}
_NUMBER = re.compile("[0-9]{0,9}", re.ASCII)
_KEY = re.compile("[A-Za-z0-9_-]{16,64}")
_CROWD_MOVES = timedelta(seconds=30)  # whoever shares a network with buyers need not wait for its last hold to lapse
_NAMES: dict[type[Exception], str] = {
    DropNotOpen: "not_open",
    DropPaused: "paused",
    DropOver: "over",
    LimitReached: "limit",
    NumberTaken: "taken",
    AllHeld: "all_held",
    SoldOut: "sold_out",
}
_TOLD = (*REFUSALS, NotAdmitted)


@dataclass(frozen=True)
class Refusal:
    """What a refusal is called, for pages and scripts alike, with the status and headers of its answer."""

    reason: str
    said: dict[str, Any]
    status: HTTPStatus
    headers: dict[str, str]


def told(refusal: Exception) -> Refusal:
    """A refusal in the words of HTTP. `refusal` is one of REFUSALS, or NotAdmitted."""
    if isinstance(refusal, NotAdmitted):
        return Refusal("sign_in", {"error": "sign_in"}, HTTPStatus.FORBIDDEN, {})
    if isinstance(refusal, CoolDown):
        reason = "crowded" if refusal.shared else "cool_down"
        again = min(refusal.wait, _CROWD_MOVES) if refusal.shared else refusal.wait
        said = {"error": reason, "wait_ms": refusal.wait // timedelta(milliseconds=1)}
        headers = {"Retry-After": str(-(-again // timedelta(seconds=1)))}
        return Refusal(reason, said, HTTPStatus.TOO_MANY_REQUESTS, headers)
    reason = _NAMES[type(refusal)]
    wait_ms = refusal.wait_ms if isinstance(refusal, DropNotOpen) else None
    return Refusal(reason, {"error": reason, "wait_ms": wait_ms}, HTTPStatus.CONFLICT, {})


def init_app(app: Flask) -> None:
    app.wsgi_app = Press(app, app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented hook


class _Plain(NamedTuple):
    """A press in which everything is in order."""

    slug: str
    edition_id: int
    number: int | None
    guest: str
    key: str


class _Answer(NamedTuple):
    """What is sent: the first line's words, the body, and headers beside the standing ones."""

    status: HTTPStatus
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Press:
    """A WSGI application around the shop's own. Safe for threads and greenlets."""

    def __init__(self, app: Flask, wsgi_app: "WSGIApplication") -> None:
        self._app, self._wsgi_app = app, wsgi_app
        sessions: Any = app.session_interface  # Flask's own, whose cookies these are
        self._cookies = Signed(sessions.get_signing_serializer(app))
        tokens = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")  # Flask-WTF's own salt
        self._tokens = Signed(tokens)
        self._cookie_name = app.config["SESSION_COOKIE_NAME"] + "="
        self._cookie_age = app.config["PERMANENT_SESSION_LIFETIME"].total_seconds()
        standing = standing_headers(services(app).settings)
        self._headers = [*standing, ("Cache-Control", "no-store"), ("Vary", "Cookie")]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return self._wsgi_app(environ, start_response)
        began = time.monotonic()
        found: Services = self._app.extensions["services"]
        number = new_request_id()
        answer = self._serve(environ, found, number)
        if answer is None:
            return self._wsgi_app(environ, start_response)
        headers = [("Content-Length", str(len(answer.body))), *self._headers, *answer.headers, ("X-Request-Id", number)]
        start_response(_line(answer.status), headers)
        logs.write("POST", _RULE, answer.status.value, time.monotonic() - began, number)
        return [answer.body] if answer.body else []

    def _serve(self, environ: "WSGIEnvironment", found: Services, number: str) -> _Answer | None:
        """What is said, or None for the long way. Coming there with a key that was used is harmless: it is the same hold."""
        plain = self._read(environ, found)
        if plain is None:
            return None
        place = place_for(environ.get("REMOTE_ADDR"), plain.edition_id, key=found.settings.address_key.encode())
        table = Table(plain.slug, plain.edition_id, Identity.GUEST)
        watch: ClockWatch = self._app.extensions["clock_watch"]
        try:
            if not watch.is_right(found):
                return None
            placed = found.claims.place(Claim(table, Request(plain.guest, plain.key, place), plain.number))
        except _TOLD as refusal:
            kind: Any = type(refusal)  # mypy doubts that a class can be a key
            return _refused(refusal) if refusal.args else _refused_alike(kind)
        except ShopBusy:  # whoever has waited this long is not made to wait again
            again = {"Retry-After": str(random.randint(1, 3))}  # noqa: S311  spreads retries
            said = {"error": "Service Unavailable", "reference": number}
            return _in_json(HTTPStatus.SERVICE_UNAVAILABLE, said, again)
        except Exception:  # noqa: BLE001  the long way meets it again, and has a page for it
            return None
        location = in_language(f"/holds/{placed.hold_id}", environ.get(LANGUAGE, ""))
        return _Answer(HTTPStatus.CREATED, headers=(("Location", location),))

    def _read(self, environ: "WSGIEnvironment", found: Services) -> _Plain | None:
        path = _PATH.fullmatch(environ["PATH_INFO"])
        if path is None or environ.get("QUERY_STRING") or not _is_from_our_page(environ, found.settings.base_url):
            return None
        guest = self._read_cookie(environ.get("HTTP_COOKIE", ""))
        fields = _read_form(environ) if guest is not None else None
        if guest is None or fields is None or self._tokens.read(fields["csrf_token"]) != guest["csrf_token"]:
            return None  # what is compared was signed, so how long comparing takes tells nobody anything
        number = int(fields.get("number") or 0) or None
        return _Plain(path[1], int(fields["edition"]), number, token_hash(guest["guest"]), fields["idempotency_key"])

    def _read_cookie(self, header: str) -> dict[str, str] | None:
        """The session of somebody who is not signed in, with guest's token and form's token."""
        found = [pair[len(self._cookie_name) :] for pair in header.split("; ") if pair.startswith(self._cookie_name)]
        if len(found) != 1:
            return None
        session = self._cookies.read(found[0], max_age=self._cookie_age) or {}
        is_plain = "_user_id" not in session and session.get("guest") and session.get("csrf_token")
        return session if is_plain else None


@cache
def _line(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase.upper()}"


@cache
def _refused_alike(kind: type[Exception]) -> _Answer:
    """The answer of a refusal that says the same to everybody."""
    return _refused(kind())


def _refused(refusal: Exception) -> _Answer:
    answer = told(refusal)
    return _in_json(answer.status, answer.said, answer.headers)


def _in_json(status: HTTPStatus, said: dict[str, Any], headers: dict[str, str]) -> _Answer:
    return _Answer(status, json.dumps(said).encode() + b"\n", (("Content-Type", "application/json"), *headers.items()))


def _is_from_our_page(environ: "WSGIEnvironment", base_url: str) -> bool:
    return (
        environ.get("HTTP_ORIGIN") == base_url
        and environ.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin"
        and f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST')}" == base_url
        and environ.get("HTTP_ACCEPT") == "application/json"
        and environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
        and "HTTP_TRANSFER_ENCODING" not in environ
    )


def _read_form(environ: "WSGIEnvironment") -> dict[str, str] | None:
    """The form's fields, each once; the body can be read again."""
    if not _LENGTH.fullmatch(environ.get("CONTENT_LENGTH", "")):
        return None
    length = int(environ["CONTENT_LENGTH"])
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=len(_FIELDS)
        )
    except ValueError:  # not ASCII, not a form, too many fields
        return None
    fields = dict(pairs)
    is_plain = (
        len(body) == length
        and len(fields) == len(pairs)
        and fields.keys() <= _FIELDS
        and fields.get("edition", "")
        and fields.get("csrf_token")
        and _NUMBER.fullmatch(fields["edition"])
        and _NUMBER.fullmatch(fields.get("number", ""))
        and _KEY.fullmatch(fields.get("idempotency_key", ""))
    )
    return fields if is_plain else None
