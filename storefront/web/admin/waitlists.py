"""Waitlists: for which editions people wait, every turn in its order, and the whole queue to take away."""

import csv
from io import StringIO

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.extensions import services
from storefront.inventory.holds import Hold
from storefront.inventory.turns import Turn, TurnState
from storefront.waitlist.standing import look_at_queue
from storefront.web.admin.page import page, paged

pages = Blueprint("waitlists", __name__, url_prefix="/waitlists")
_COLUMNS = ("place_in_order", "state", "asked_at", "joined_at", "offered_at", "number", "held_until", "ended_at")


@pages.get("")
def index() -> ResponseReturnValue:
    counts = [func.count(Turn.id).filter(Turn.state == state).label(state.value) for state in TurnState]
    turns = select(Turn.edition_id, *counts).group_by(Turn.edition_id).subquery()
    query = (
        select(Edition, *[column for column in turns.c if column.name != "edition_id"])
        .join(turns, turns.c.edition_id == Edition.id)
        .order_by(Edition.id.desc())
        .options(joinedload(Edition.pin).joinedload(Pin.artist))
    )
    with services().database.reading() as session:
        return page("waitlists", paged=paged(session, query))


@pages.get("/<int:edition_id>")
def show(edition_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        loaded = joinedload(Edition.pin).joinedload(Pin.artist)
        edition = session.get(Edition, edition_id, options=[loaded]) or abort(404)
        found = paged(session, _turns(edition.id))
        return page("waitlist", edition=edition, queue=look_at_queue(session, edition), paged=found)


@pages.get("/<int:edition_id>.csv")
def export(edition_id: int) -> Response:
    """The order and what became of each turn; nobody's address."""
    with services().database.reading() as session:
        edition = session.get(Edition, edition_id) or abort(404)
        turns = session.scalars(_turns(edition.id)).all()
        written = StringIO()
        table = csv.writer(written)
        table.writerow(_COLUMNS)
        table.writerows(_row(turn) for turn in turns)
    answer = Response(written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=waitlist-{edition.ref}.csv"
    return answer


def _turns(edition_id: int) -> Select[Turn]:
    loads = joinedload(Turn.hold).joinedload(Hold.piece)
    return (
        select(Turn).where(Turn.edition_id == edition_id).order_by(Turn.seq.is_(None), Turn.seq, Turn.id).options(loads)
    )


def _row(turn: Turn) -> list[object]:
    hold = turn.hold
    instants = [at.isoformat() if at else "" for at in (turn.asked_at, turn.joined_at, turn.offered_at)]
    offer = [hold.piece.number, hold.held_until.isoformat()] if hold else ["", ""]
    return [turn.seq or "", turn.state.value, *instants, *offer, turn.ended_at.isoformat() if turn.ended_at else ""]
