"""The ledgers: every edition's public history, and whether it still is as it was written."""

import json

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.extensions import services
from storefront.ledger.chain import LedgerEntry, LedgerHead, verify
from storefront.web.admin.page import page, paged

pages = Blueprint("ledger", __name__, url_prefix="/ledger")


@pages.get("")
def index() -> ResponseReturnValue:
    query = (
        select(LedgerHead, Edition.id, Pin.title)
        .outerjoin(Edition, Edition.ref == LedgerHead.edition_ref)
        .outerjoin(Pin, Pin.id == Edition.pin_id)
        .order_by(Edition.id.desc())
    )
    with services().database.reading() as session:
        return page("ledgers", paged=paged(session, query))


@pages.get("/<edition_ref>")
def show(edition_ref: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        head = session.get(LedgerHead, edition_ref) or abort(404)
        names = select(Edition.id, Pin.title).join(Pin, Pin.id == Edition.pin_id).where(Edition.ref == edition_ref)
        query = select(LedgerEntry).where(LedgerEntry.edition_ref == edition_ref).order_by(LedgerEntry.seq.desc())
        found = paged(session, query)
        asked = request.args.get("verify") == "yes"
        return page(
            "ledger",
            head=head,
            edition=session.execute(names).one_or_none(),
            paged=found,
            entries=[(entry, _said(entry)) for entry in found.rows],
            verified=asked,
            broken=verify(session, edition_ref) if asked else None,
        )


def _said(entry: LedgerEntry) -> list[tuple[str, str]]:
    """The entry's body, name by name; a body somebody has smudged is shown as it is."""
    try:
        body = json.loads(entry.body)
    except ValueError:
        return [("?", entry.body)]
    return [(name, str(value)) for name, value in body.items() if value is not None]
