"""One piece: its history, and what the shop may decide about it."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account
from storefront.catalog.editions import Edition
from storefront.extensions import services
from storefront.inventory.holds import Hold
from storefront.inventory.piece_states import REASONS, PieceMoved, decide, decisions_about
from storefront.inventory.pieces import Piece
from storefront.ledger.chain import list_piece_entries
from storefront.orders.orders import Order, OrderLine
from storefront.provenance.owning import list_shown_names, take_name_down
from storefront.web.admin.page import back, page

pages = Blueprint("pieces", __name__, url_prefix="/pieces")
_LONGEST_HISTORY = 100


@pages.get("/<int:piece_id>")
def show(piece_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        return _page(session, piece_id)


@pages.post("/<int:piece_id>/decisions")
def decide_about(piece_id: int) -> ResponseReturnValue:
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    try:
        with services().database.transaction() as session:
            piece = session.get(Piece, piece_id) or abort(404)
            if reason not in REASONS or decision not in decisions_about(piece):
                return _page(session, piece_id, _("Choose what to do, and the reason. It stands in the public ledger."))
            decide(session, piece_id, decision, reason=reason, at=services().clock.now())
    except PieceMoved:
        return back(_("Nothing was changed: the piece has moved on meanwhile."), "warn", ".show", piece_id=piece_id)
    return back(_("Done, and written in the ledger."), "ok", ".show", piece_id=piece_id)


@pages.post("/<int:piece_id>/name-removals")
def remove_name(piece_id: int) -> ResponseReturnValue:
    """For names that should stand nowhere. The owner may show another."""
    name = request.form.get("name", "")
    with services().database.transaction() as session:
        if request.form.get("sure") != "yes":
            return _page(session, piece_id, _("Tick that you are sure: the owner chose that name."), field="sure")
        removed = take_name_down(session, (session.get(Piece, piece_id) or abort(404)).id, name)
    if not removed:
        return back(_("Nothing was changed: that name is not shown any more."), "warn", ".show", piece_id=piece_id)
    said = _("“%(name)s” is no longer shown with this number. Its owner may show another name.", name=name)
    return back(said, "ok", ".show", piece_id=piece_id)


def _page(session: Session, piece_id: int, error: str = "", field: str = "") -> tuple[str, int]:
    piece = session.get(Piece, piece_id) or abort(404)
    edition = session.get_one(Edition, piece.edition_id, options=[joinedload(Edition.pin)])
    holds = session.execute(
        select(Hold, Order.code, Order.email, Account.email)
        .outerjoin(OrderLine, OrderLine.hold_id == Hold.id)
        .outerjoin(Order, Order.id == OrderLine.order_id)
        .outerjoin(Buyer, Buyer.id == Hold.buyer_id)
        .outerjoin(Account, Account.id == Buyer.account_id)
        .where(Hold.piece_id == piece.id)
        .order_by(Hold.id.desc(), Order.id.desc())
        .limit(_LONGEST_HISTORY)
    )
    return page(
        "piece",
        422 if error else 200,
        piece=piece,
        edition=edition,
        over=edition.has_closed(services().clock.now()),
        of=edition.size if piece.rank is not None else edition.proofs,
        holds=[(hold, code, ordered or account) for hold, code, ordered, account in holds],
        entries=list_piece_entries(session, edition.ref, piece.kind.value, piece.number),
        decisions=decisions_about(piece),
        reasons=REASONS,
        error=error,
        field=field,
        shown_name=list_shown_names(session, [piece.id]).get(piece.id, ""),
        chosen=request.form,
    )
