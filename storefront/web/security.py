"""Headers, origins and limits that every answer and every unsafe request passes."""

import re
import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, redirect, request
from flask import session as cookie
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from storefront.config import Settings
from storefront.extensions import services
from storefront.web import formats, languages
from storefront.web.own_paths import LONGEST_PATH

MAX_ID = 2**31 - 1
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_MAX_QUERY = 4_096
_MAX_FIELDS = 1_000
_MAX_NAME = 200
_MAX_VALUE = 40_000  # above every limit of our forms, whose own sentence comes first
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes these
_YEAR = 31_536_000
_THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=()",
}
View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Bound before form protection: a view's own size limit must stand before anything reads the form."""
    settings = services(app).settings
    app.request_class = ShopRequest
    app.url_map.converters["int"] = _Id
    if settings.is_production:
        app.config["TRUSTED_HOSTS"] = [urlsplit(settings.base_url).hostname]
    if settings.is_demo:
        app.before_request(_keep_one_name)
    for check in (_name_request, _raise_limit, _refuse_foreign, _refuse_malformed):
        app.before_request(check)
    app.after_request(_seal)


def up_to(size: int, *, signed_in: bool = False) -> Callable[[View], View]:
    """Let a view take a request of so many bytes, where others take 64 kB: `@up_to(21 * 2**20)` below the route.

    With `signed_in` only from a browser that has signed in: a form is read before anybody asks whose it is.
    """

    def mark(view: View) -> View:
        view.max_bytes, view.for_signed_in = size, signed_in  # type: ignore[attr-defined]  # read by _raise_limit
        return view

    return mark


def whole_number(name: str, default: int = 1, *, low: int = 1, high: int = MAX_ID) -> int:
    """A number from the query, such as a page's; anything else is the default."""
    text = request.args.get(name, "")
    return min(max(int(text), low), high) if re.fullmatch(r"[0-9]{1,10}", text) else default


def comes_from_own_page() -> bool:
    """Whether the browser says so; one that says nothing may have been sent here by anybody."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") in _own_origins()


def request_id() -> str:
    """The number to quote when writing to us about this request; it stands in the log and in X-Request-Id."""
    if "request_id" not in g:
        g.request_id = new_request_id()
    found: str = g.request_id
    return found


def new_request_id() -> str:
    """One for an answer that no request of Flask's stands behind."""
    digits = secrets.token_hex(6)
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


class ShopRequest(Request):
    """Flask's request, but no JSON a stranger sends can break it."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:  # noqa: FBT001, FBT002  Flask's signature
        try:
            found = super().get_json(force=force, silent=silent, cache=cache)
            unwritable = _UNWRITABLE.search(_flat(found))
        except RecursionError:
            raise BadRequest("The JSON is nested too deeply.") from None
        if unwritable:
            raise BadRequest("The text holds characters that cannot be kept.")
        return found


class _Id(IntegerConverter):
    """A whole number in a path; one that no database column holds names nothing: 404."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": MAX_ID, **kwargs})


def _name_request() -> None:
    request_id()


def _keep_one_name() -> BaseResponse | None:
    """A demo opened as localhost would come back from the payment page as 127.0.0.1, where the browser knows no cookie."""
    name, _colon, port = request.host.rpartition(":")
    home, _colon, known = urlsplit(services().settings.base_url).netloc.rpartition(":")
    if name == home or port != known or not {name, home} <= _THIS_MACHINE or request.method not in _SAFE_METHODS:
        return None
    return redirect(services().settings.base_url + languages.this_path())


def _raise_limit() -> None:
    view: Any = current_app.view_functions.get(request.endpoint or "")  # with what up_to() wrote on it
    limit = getattr(view, "max_bytes", None)
    if limit is not None and (not view.for_signed_in or "_user_id" in cookie):
        request.max_content_length = limit


def _refuse_foreign() -> None:
    """A browser says where an unsafe request comes from; one that comes from elsewhere is not our visitor's wish."""
    if request.method in _SAFE_METHODS or request.blueprint == "hooks":
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin is not None and origin not in _own_origins()):
        abort(400)


def _refuse_malformed() -> None:
    if len(request.path) > LONGEST_PATH or len(request.query_string) > _MAX_QUERY or _UNWRITABLE.search(request.path):
        abort(400)
    _check_fields(request.args.items(multi=True))
    if request.method not in _SAFE_METHODS and request.blueprint != "hooks":
        _check_fields(request.form.items(multi=True))
        _check_fields((name, file.filename or "") for name, file in request.files.items(multi=True))


def _check_fields(fields: Iterable[tuple[str | None, str]]) -> None:
    for place, (name, value) in enumerate(fields):
        if name is None:
            abort(400)  # a part of a multipart form may leave its name out
        if place >= _MAX_FIELDS or len(name) > _MAX_NAME or len(value) > _MAX_VALUE:
            abort(400)
        if _UNWRITABLE.search(name) or _UNWRITABLE.search(value):
            abort(400)


def _flat(found: Any) -> str:
    """Every text in a JSON value, as one; `found` is whatever a stranger sent."""
    if isinstance(found, dict):
        return "".join(key + _flat(value) for key, value in found.items())
    if isinstance(found, list):
        return "".join(map(_flat, found))
    return found if isinstance(found, str) else ""


@lru_cache(8)
def standing_headers(settings: Settings, *, framed: bool = False) -> tuple[tuple[str, str], ...]:
    """What every answer says, whatever it is about."""
    framing = {"Cross-Origin-Resource-Policy": "cross-origin"} if framed else {}
    headers = [*{**_HEADERS, **framing}.items(), ("Content-Security-Policy", _policy(settings, framed=framed))]
    if settings.is_production:
        headers.append(("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains"))
    return tuple(headers)


def _seal(response: Response) -> Response:
    for name, value in standing_headers(services().settings, framed=request.path.startswith("/embed/")):
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = request_id()
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = _static_caching()
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy(settings: Settings, *, framed: bool) -> str:
    # Browsers apply form-action to the redirect after a POST, so the pay page's origin stands in it.
    framers = "*" if framed else "'none'"
    pictures = f" {settings.media_url}" if settings.media_url else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; font-src 'self'; "
        f"connect-src 'self'; form-action 'self' {_origin(settings.checkout_origin)}; base-uri 'none'; "
        f"frame-ancestors {framers}"
    )


def _static_caching() -> str:
    """For ever when the address carries this very content's hash; during a deployment it may carry another's."""
    name = (request.view_args or {})["filename"]
    asked_for_this = request.full_path == formats.static_url(name)
    return f"public, max-age={_YEAR}, immutable" if asked_for_this else "public, max-age=3600"


def _own_origins() -> set[str]:
    return {_origin(services().settings.base_url), _origin(request.host_url)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
