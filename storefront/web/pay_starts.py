"""Starting payments: how often one buyer may, and one address, so that nobody tries stolen cards out here."""

from datetime import timedelta

from flask import request
from flask_babel import ngettext
from sqlalchemy.orm import Session

from storefront.accounts import throttle
from storefront.extensions import services
from storefront.inventory.dealing import Identity
from storefront.inventory.places import block_of
from storefront.web.current import acting_as, client_place, remember_guest


def count_start(session: Session) -> timedelta | None:
    """Count one more start. None when it may go on, else how long to wait.

    A confirmed address answers for itself; and an address of a private network may be everybody's, behind a proxy.
    """
    remember_guest()
    key, at = services().settings.address_key.encode(), services().clock.now()
    identity, who = acting_as()
    waits = [throttle.count_try(session, throttle.PAYMENTS, f"{identity}:{who}", key=key, at=at)]
    if identity is not Identity.CONFIRMED and block_of(request.remote_addr) is not None:
        waits.append(throttle.count_try(session, throttle.PAYMENTS_FROM, client_place(), key=key, at=at))
    return max((wait for wait in waits if wait is not None), default=None)


def too_many_starts(wait: timedelta) -> str:
    words: str = ngettext(
        "Payments were started very often from here. Your number stays held: try again in %(num)d minute.",
        "Payments were started very often from here. Your number stays held: try again in %(num)d minutes.",
        -(-wait // timedelta(minutes=1)),
    )
    return words
