"""Where the payment provider calls."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from storefront.extensions import services
from storefront.failpoints import reach
from storefront.payments import inbox
from storefront.payments.gateway import ForgedEvent
from storefront.web.security import up_to

pages = Blueprint("hooks", __name__, url_prefix="/hooks")
_MAX_EVENT = 256 * 1024


@pages.post("/stripe")
@up_to(_MAX_EVENT)
def stripe() -> ResponseReturnValue:
    """Verified, stored once, answered; the clock follows it up. A forgery leaves no row."""
    found = services()
    body = request.get_data()
    reach("F6")
    try:
        event = found.gateway.read_event(body, request.headers.get("Stripe-Signature"))
    except ForgedEvent:
        return {"error": "not an event we can believe"}, 400
    with found.database.transaction() as session:
        inbox.store(session, event, at=found.clock.now())
    reach("F8")
    return "", 200
