"""The payment provider's events, as they came in and what came of them."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from storefront.extensions import services
from storefront.payments.inbox import ProviderEvent
from storefront.web.admin.page import page, paged

pages = Blueprint("events", __name__, url_prefix="/events")


@pages.get("")
def index() -> ResponseReturnValue:
    waiting = request.args.get("waiting") == "yes"
    query = select(ProviderEvent).order_by(ProviderEvent.received_at.desc(), ProviderEvent.id)
    if waiting:
        query = query.where(ProviderEvent.handled_at.is_(None))
    with services().database.reading() as session:
        return page("events", paged=paged(session, query), waiting=waiting)
