"""Error pages in the shop's voice, each with a number to quote."""

import hashlib
import logging
import random
from base64 import b64encode
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable

from storefront import paths
from storefront.inventory.claims import ShopBusy
from storefront.longwork import QueueAway
from storefront.media.storage import StorageAway
from storefront.web.again import typed_before
from storefront.web.logs import route
from storefront.web.security import request_id

_OWN_PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 429, 500, 503})
_log = logging.getLogger("storefront.errors")


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(DataError, _unwritable)
    for outage in (OperationalError, InterfaceError, InternalError, PoolExhausted, ShopBusy):
        app.register_error_handler(outage, _database_busy)
    app.register_error_handler(StorageAway, _pictures_away)
    app.register_error_handler(QueueAway, _queue_away)


def _show(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or error.code is None:
        return error
    return _answer(error, f"errors/{_page(error.code)}.html")


def _form_expired(error: CSRFError) -> Response:
    return _answer(error, "errors/form_expired.html", typed=typed_before())


def _unwritable(error: DataError) -> Response:
    """The database could not take a value that our own checks let through: refused, and written down as our mistake."""
    _log.error("A value passed our checks and not the database's", exc_info=error, extra={"route": route()})
    return _answer(BadRequest(), "errors/400.html")


def _database_busy(error: DBAPIError | PoolExhausted | ShopBusy) -> Response:
    """Gone, locked for too long, or all connections taken: worth another try in a moment."""
    _log.error("The database did not answer in time", exc_info=error, extra={"route": route(), "request": request_id()})
    return _again_soon()


def _pictures_away(error: StorageAway) -> Response:
    """What keeps the pictures does not answer; nothing that leans on them was written."""
    _log.error(
        "The pictures' storage did not answer", exc_info=error, extra={"route": route(), "request": request_id()}
    )
    return _again_soon()


def _queue_away(error: QueueAway) -> Response:
    _log.error(
        "The queue of long work did not answer", exc_info=error, extra={"route": route(), "request": request_id()}
    )
    return _again_soon()


def _again_soon() -> Response:
    return _answer(ServiceUnavailable(retry_after=random.randint(1, 3)), "errors/503.html")  # noqa: S311  spreads retries


def _answer(error: HTTPException, template: str, **values: object) -> Response:
    code = error.code or 500
    response = _json(code, error.name) if _wants_json() else _html(code, error.name, template, **values)
    response.headers.extend([(k, v) for k, v in error.get_headers() if k.lower() != "content-type"])
    return response


def _json(code: int, name: str) -> Response:
    return make_response(jsonify(error=name, reference=request_id()), code)


def _html(code: int, name: str, template: str, **values: object) -> Response:
    if request_ctx.url_adapter is None:
        return _plain(code, name)  # an unreadable Host header leaves no way to build links
    try:
        return make_response(render_template(template, reference=request_id(), **values), code)
    except Exception:
        if current_app.testing:
            raise
        # A broken template must not hide the error that was to be shown.
        _log.warning("An error page could not be drawn", exc_info=True, extra={"request": request_id()})
        return _standing_page() if code == HTTPStatus.SERVICE_UNAVAILABLE else _plain(code, name)


def _standing_page() -> Response:
    """The page that a proxy shows when nobody answers: it needs nothing, and brings its own style along."""
    page = (paths.STATIC / "503.html").read_bytes()
    style = page.partition(b"<style>")[2].partition(b"</style>")[0]
    answer = Response(page, HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/html")
    told = b64encode(hashlib.sha256(style).digest()).decode()
    answer.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{told}'; frame-ancestors 'none'"
    return answer


def _plain(code: int, name: str) -> Response:
    return Response(f"{name}\n{request_id()}\n", code, mimetype="text/plain")


def _page(code: int) -> int:
    if code in _OWN_PAGES:
        return code
    return HTTPStatus.BAD_REQUEST if code < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.INTERNAL_SERVER_ERROR


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    asked = accepted["application/json"] > accepted["text/html"]
    return asked or request.path.endswith(".json") or request.path.startswith("/hooks")
