"""Editions, and every number of one."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.extensions import services
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.wall import list_walls
from storefront.web.admin.owners import owned, owned_pieces
from storefront.web.admin.page import page, paged

pages = Blueprint("editions", __name__, url_prefix="/editions")
_PIECES = 200


@pages.get("")
def index() -> ResponseReturnValue:
    at = services().clock.now()
    with services().database.reading() as session:
        query = select(Edition).order_by(Edition.id.desc())
        with_names = query.options(joinedload(Edition.pin).joinedload(Pin.artist), joinedload(Edition.drop))
        found = paged(session, with_names)
        walls = list_walls(session, found.rows, at=at)
        rows = [(edition, walls[edition.id], edition.has_closed(at)) for edition in found.rows]
        return page("editions", editions=rows, paged=found)


@pages.get("/<int:edition_id>")
def show(edition_id: int) -> ResponseReturnValue:
    state, at = request.args.get("state", ""), services().clock.now()
    with services().database.reading() as session:
        loaded = [joinedload(Edition.pin).joinedload(Pin.artist), joinedload(Edition.drop)]
        edition = session.get(Edition, edition_id, options=loaded) or abort(404)
        query = owned_pieces().where(Piece.edition_id == edition.id).order_by(Piece.kind, Piece.number)
        if state:
            query = query.where(Piece.state == (_state(state) or abort(404)))
        found = paged(session, query, per_page=_PIECES)
        walls = list_walls(session, [edition], at=at)
        return page(
            "edition",
            edition=edition,
            wall=walls[edition.id],
            over=edition.has_closed(at),
            paged=found,
            rows=[owned(row) for row in found.rows],
            states=list(PieceState),
            state=state,
        )


def _state(text: str) -> PieceState | None:
    return PieceState(text) if text in set(PieceState) else None
