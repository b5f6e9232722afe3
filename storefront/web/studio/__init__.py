"""The artist's back office. Everything in it belongs to artists the signed-in account works for."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from storefront.web.access import to_sign_in
from storefront.web.current import current_account
from storefront.web.studio import (
    announcing,
    artists,
    artwork,
    drawings,
    drops,
    editions,
    home,
    mail,
    pictures,
    pins,
    pressings,
    running,
    shipping,
    steps,
    timing,
    together,
)

pages = Blueprint("studio", __name__, url_prefix="/studio")
for part in (home, artists, shipping, pins, artwork, drawings, pressings, pictures, steps, editions, drops, announcing):
    pages.register_blueprint(part.pages)
for part in (running, timing, together, mail):
    pages.register_blueprint(part.pages)


@pages.before_request
def _only_for_the_signed_in() -> ResponseReturnValue | None:
    return None if current_account() is not None else to_sign_in(url_for("studio.home.show"))
