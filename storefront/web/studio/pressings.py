"""Pressings: the artist orders the full set of a pin's pictures, watches it being made, or calls it off."""

import logging

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.catalog.artworks import find_artwork, plan_now
from storefront.extensions import services
from storefront.longwork import QueueAway
from storefront.pressing.pressings import cancel_pressing, find_pressing, place_pressing
from storefront.web.ownership import own_pin
from storefront.web.security import request_id
from storefront.web.studio import artwork_words as words
from storefront.web.studio.artwork import Desk
from storefront.web.studio.artwork_page import view_pressing

pages = Blueprint("pressings", __name__)
_log = logging.getLogger("storefront.pressings")
_UNAVAILABLE = 503


@pages.post("/pins/<int:pin_id>/pressings")
def create(pin_id: int) -> ResponseReturnValue:
    with services().database.transaction() as session:
        pin = own_pin(session, pin_id)
        artwork = find_artwork(session, pin_id)
        if artwork is not None:
            told = words.press_words(pin, plan_now(session, pin, artwork))
            size = services().settings.press_size
            pressing = place_pressing(session, pin, told, size, at=services().clock.now())
    if artwork is None:
        flash(_("There is nothing to press yet. Choose a drawing first."), "warn")
    else:
        try:
            services().long_work.press_pin(pressing.id)
        except QueueAway:  # the order is written down, and the worker looks for such each minute
            _log.exception("A pressing could not be put in the queue", extra={"request": request_id()})
            flash(
                _(
                    "The press does not take orders just now, and the fault is ours. Yours is written down: the work begins by "
                    "itself in a few minutes. You can still call it off."
                ),
                "warn",
            )
            return Desk(pin_id).standing(_UNAVAILABLE)
    return redirect(url_for("studio.artwork.show", pin_id=pin_id, _anchor="pressing"), 303)


@pages.get("/pins/<int:pin_id>/pressings")
def show(pin_id: int) -> ResponseReturnValue:
    """How far the last one is, as JSON."""
    with services().database.reading() as session:
        own_pin(session, pin_id)
        artwork, pressing = find_artwork(session, pin_id), find_pressing(session, pin_id)
    view = view_pressing(pressing, artwork, artwork.plan) if artwork else None
    if view is None:
        return {"state": "none"}
    return {"state": view.state, "active": view.active, "done": view.done, "total": view.total, "words": view.words}


@pages.post("/pins/<int:pin_id>/pressings/cancellation")
def cancel(pin_id: int) -> ResponseReturnValue:
    with services().database.transaction() as session:
        own_pin(session, pin_id)
        pressing = find_pressing(session, pin_id)
        called_off = pressing is not None and cancel_pressing(session, pressing, at=services().clock.now())
    if not called_off:
        flash(_("There was nothing to call off any more."), "warn")
    return redirect(url_for("studio.artwork.show", pin_id=pin_id, _anchor="pressing"), 303)
