"""oEmbed: a page that is given a drop's address asks here for the card to show in its place."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, jsonify, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from storefront.catalog.drops import DropState
from storefront.extensions import services
from storefront.inventory.on_show import find_drop_with_artist
from storefront.share_card import SIZE
from storefront.web.drop_cards import hang
from storefront.web.drop_view import DropView, view_drop
from storefront.web.embed import HEIGHT, LEAST_WIDTH, WIDTH
from storefront.web.public import absolute, canonical, public
from storefront.web.security import whole_number
from storefront.web.share_cards import share_card_of

_KEEP = 60
_CACHE_AGE = 3_600  # seconds: the card inside is live, the words around it hardly change


def show() -> Response:
    """404 for what is no drop of ours, 501 for another format, as the specification has it."""
    kind = request.args.get("format", "json")
    if kind not in ("json", "xml"):
        abort(HTTPStatus.NOT_IMPLEMENTED)
    slug = _slug(request.args.get("url", "")) or abort(HTTPStatus.NOT_FOUND)
    with services().database.reading() as session:
        view = _view(session, slug) or abort(HTTPStatus.NOT_FOUND)
    told = _told(view)
    if kind == "json":
        return public(jsonify(told).get_data(as_text=True), keep=_KEEP, mimetype="application/json")
    return public(render_template("machines/oembed.xml", told=told), keep=_KEEP, mimetype="text/xml")


def _slug(address: str) -> str | None:
    """The drop an address of ours names; how the address is written does not matter, whose it is does."""
    own = urlsplit(services().settings.base_url)
    try:
        asked = urlsplit(address)
        if (asked.scheme, asked.netloc.lower()) != (own.scheme, own.netloc):
            return None
        endpoint, values = current_app.url_map.bind("").match(asked.path, "GET")
    except (HTTPException, RequestRedirect, ValueError):
        return None
    return str(values["slug"]) if endpoint in ("shop.drop", "shop.embed") else None


def _view(session: Session, slug: str) -> DropView | None:
    at = services().clock.now()
    drop = find_drop_with_artist(session, slug)
    if drop is None or not drop.is_public or drop.state is DropState.CANCELLED:
        return None
    return view_drop(hang(session, [drop], at)[0], at)


def _told(view: DropView) -> dict[str, Any]:
    width = min(WIDTH, whole_number("maxwidth", WIDTH))
    height = min(HEIGHT, whole_number("maxheight", HEIGHT))
    frame = Markup(
        '<iframe src="{src}" width="{width}" height="{height}" title="{title}" loading="lazy" frameborder="0"></iframe>'
    )
    told = {
        "version": "1.0",
        "type": "rich",
        "title": view.title,
        "author_name": view.artist,
        "author_url": absolute(view.artist_url),
        "provider_name": services().settings.shop_name,
        "provider_url": canonical("shop.home"),
        "cache_age": _CACHE_AGE,
        "width": width,
        "height": height,
        "html": str(
            frame.format(
                src=absolute(url_for("shop.embed", slug=view.slug)), width=width, height=height, title=view.title
            )
        ),
    }
    card = share_card_of(view)
    if card is not None and width >= LEAST_WIDTH:
        told |= {"thumbnail_url": card.url, "thumbnail_width": SIZE[0], "thumbnail_height": SIZE[1]}
    return told
