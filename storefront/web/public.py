"""Public answers: the same bytes for everybody, so that a cache may keep them."""

from http import HTTPStatus
from typing import Any

from flask import Response, abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.extensions import services
from storefront.inventory.on_show import find_drop_with_artist

_YEAR = 31_536_000


def public(
    body: str, *, keep: int, mimetype: str = "text/html", tag: str | None = None, status: int = HTTPStatus.OK
) -> Response:
    """An answer without cookie that shared caches keep for `keep` seconds; 304 to who has it already.

    `tag` names what the answer says, where the bytes also tell the time.
    """
    response = Response(body, status, mimetype=mimetype)
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={keep}, stale-while-revalidate={keep}"
    if tag is None:
        response.add_etag()
    else:
        response.set_etag(tag)
    if status == HTTPStatus.OK:
        response.make_conditional(request)  # in place
    return response


def versioned(response: Response, version: str, *, keep: int) -> Response:
    """A picture kept for ever by who asked for just this version of it (`?v=`), for `keep` seconds by others."""
    is_this = request.args.get("v") == version
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if is_this else f"public, max-age={keep}"
    response.add_etag()
    response.make_conditional(request)  # in place
    return response


def public_drop(session: Session, slug: str) -> Drop:
    """The announced drop with its artist; else 404, and 410 for one that was cancelled."""
    drop = find_drop_with_artist(session, slug)
    if drop is None or not drop.is_public:
        abort(HTTPStatus.NOT_FOUND)
    if drop.state is DropState.CANCELLED:
        abort(HTTPStatus.GONE)
    return drop


def canonical(endpoint: str, **values: Any) -> str:  # what url_for takes
    """The one full address of a page, whatever the Host header said."""
    return absolute(url_for(endpoint, **values))


def absolute(address: str) -> str:
    """A path of ours with the shop's own origin; an address elsewhere stays as it is."""
    return services().settings.base_url + address if address.startswith("/") else address


def private(body: str) -> Response:
    """An answer nobody may keep: a preview."""
    response = Response(body, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def returnable(answer: ResponseReturnValue) -> Response:
    """The answer to a POST that leads on to another page: this browser may keep it, or its back button ends in an error."""
    response: Response = make_response(answer)
    response.headers["Cache-Control"] = "private, max-age=0"
    return response
