"""Where the link of a pin that is passed on leads. Opening it does nothing; its button does."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import buyers
from storefront.extensions import services
from storefront.provenance.transfers import NobodyTakes, NotTransferable, OfferOver, OwnOffer, get_offer, take
from storefront.web.certificates import grouped
from storefront.web.current import current_account
from storefront.web.forms import ShopForm
from storefront.web.piece_view import view_piece

pages = Blueprint("transfers", __name__)


@pages.get("/transfers/<token>")
def show(token: str) -> ResponseReturnValue:
    at = services().clock.now()
    try:
        with services().database.reading() as session:
            found = get_offer(session, token, at=at)
            piece, until = view_piece(found.certificate.line), found.expires_at
    except (OfferOver, NotTransferable):
        return _over()
    account = current_account()
    return render_template("collection/transfer.html", piece=piece, until=until, account=account, form=ShopForm())


@pages.post("/transfers/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Only for a confirmed account: a piece must be found again when a browser is lost, and its owner be written to."""
    account = current_account()
    if account is None or account.confirmed_at is None or not ShopForm().validate():
        return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)
    at = services().clock.now()
    try:
        with services().database.transaction() as session:
            taker = buyers.of_account(session, account.id, at=at)
            code = take(session, token, taker.id, services().issuer, at=at).code
    except (OfferOver, NotTransferable):
        return _over()
    except NobodyTakes:
        return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)
    except OwnOffer:
        flash(_("This pin is yours already. Give the link to whom it is for."), "info")
        return redirect(url_for("collection.mine"), HTTPStatus.SEE_OTHER)
    flash(_("It is yours. Its new certificate is signed."), "ok")
    return redirect(url_for("own_pin.show", code=grouped(code)), HTTPStatus.SEE_OTHER)


def _over() -> ResponseReturnValue:
    """One page for every link that does not work: it tells nothing about why."""
    return render_template("collection/transfer_over.html"), HTTPStatus.GONE
