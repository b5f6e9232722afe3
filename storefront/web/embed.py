"""A drop as a small card for somebody else's page: the same for everybody, live, and never more than a link into the shop."""

from flask import Response, render_template

from storefront.extensions import services
from storefront.inventory.on_show import find_drop_with_artist
from storefront.inventory.wall import Showing
from storefront.web.drop_cards import hang
from storefront.web.drop_view import view_drop
from storefront.web.public import canonical, public

WIDTH, HEIGHT = 480, 200  # in CSS pixels; it stands in any width from LEAST_WIDTH on
LEAST_WIDTH = 240


def show(slug: str) -> Response:
    at = services().clock.now()
    with services().database.reading() as session:
        drop = find_drop_with_artist(session, slug)
        found = hang(session, [drop], at) if drop is not None and drop.is_public else []
        view = view_drop(found[0], at) if found else None
    shown = view if view is not None and view.state is not Showing.CANCELLED else None
    body = render_template("shop/embed.html", drop=shown, canonical=canonical("shop.drop", slug=slug))
    answer = public(body, keep=1 if shown else 60, status=200 if shown else 410 if view else 404)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
