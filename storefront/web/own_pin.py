"""My pin: what the owner of one piece may do with it. Show a name, pass it on, call that off again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.accounts import throttle
from storefront.extensions import services
from storefront.provenance import sharing, transfers
from storefront.provenance.certificates import show_name
from storefront.provenance.transfers import AlreadyOffered, NotTransferable
from storefront.web.account_forms import add_error
from storefront.web.backs import Back, back_of
from storefront.web.certificates import code_of, grouped
from storefront.web.current import current_account
from storefront.web.own_pin_forms import OfferForm, ShownNameForm
from storefront.web.ownership import own_certificate
from storefront.web.piece_view import PieceView, view_piece
from storefront.web.public import canonical
from storefront.web.sign_in import address_key, count_tries, too_often

pages = Blueprint("own_pin", __name__)


@dataclass(frozen=True)
class Offer:
    """A link that is on its way to somebody; `link` is empty when none of the shop's keys can write it again."""

    link: str
    email: str | None
    until: datetime


@dataclass(frozen=True)
class OwnPin:
    code: str
    piece: PieceView
    back: Back | None
    shown_name: str | None
    may_pass: bool
    shared_url: str | None
    offer: Offer | None


@pages.get("/orders/<code>/pins/<int:place>")
def of_order(code: str, place: int) -> ResponseReturnValue:
    """The page of the order's n-th piece, for as long as it is with its buyer."""
    return redirect(url_for(".show", code=grouped(code_of(code, place))), HTTPStatus.SEE_OTHER)


@pages.get("/me/pins/<code>")
def show(code: str) -> ResponseReturnValue:
    return _page(code, ShownNameForm(formdata=None), OfferForm(formdata=None))


@pages.post("/me/pins/<code>/name")
def name(code: str) -> ResponseReturnValue:
    form = ShownNameForm()
    if not form.validate():
        return _page(code, form, OfferForm(formdata=None)), HTTPStatus.BAD_REQUEST
    with services().database.transaction() as session:
        show_name(own_certificate(session, code, to_change=True), form.shown_name.data)
    flash(_("Your name is shown.") if form.shown_name.data else _("No name is shown any more."), "ok")
    return redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER)


@pages.post("/me/pins/<code>/share")
def share(code: str) -> ResponseReturnValue:
    with services().database.transaction() as session:
        sharing.share(own_certificate(session, code, to_change=True))
    flash(_("Your number has a page that you can share."), "ok")
    return redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER)


@pages.post("/me/pins/<code>/unshare")
def unshare(code: str) -> ResponseReturnValue:
    with services().database.transaction() as session:
        sharing.withdraw(own_certificate(session, code, to_change=True))
    flash(_("The page is gone. Pictures that others kept of it are theirs."), "ok")
    return redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER)


@pages.post("/me/pins/<code>/transfers")
def offer(code: str) -> ResponseReturnValue:
    form = OfferForm()
    if not form.validate():
        return _page(code, ShownNameForm(formdata=None), form), HTTPStatus.BAD_REQUEST
    email = form.email.data or None
    if email is not None and (refused := _refuse_mails(form, email)):
        return _page(code, ShownNameForm(formdata=None), form), refused
    key, at = services().settings.secret_key.encode(), services().clock.now()
    try:
        with services().database.transaction() as session:
            certificate = own_certificate(session, code)
            wait = _count_offer(session, certificate.id, at)
            if wait is None:
                giver_id = certificate.owner_id or certificate.line.order.buyer_id
                transfers.offer(session, certificate.id, giver_id, key=key, at=at, email=email)
    except NotTransferable:
        return _refused(code)
    except AlreadyOffered:
        flash(_("There is a link already. Call it off before you make another."), "info")
    else:
        if wait is not None:
            flash(too_often(wait), "warn")
    return redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER)


@pages.post("/me/pins/<code>/recall")
def recall(code: str) -> ResponseReturnValue:
    with services().database.transaction() as session:
        called_off = transfers.call_off(session, own_certificate(session, code).id, at=services().clock.now())
    if called_off:
        flash(_("The link is called off. The pin stays with you."), "ok")
    return redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER)


def _page(code: str, name_form: ShownNameForm, offer_form: OfferForm) -> str:
    at = services().clock.now()
    with services().database.reading() as session:
        certificate = own_certificate(session, code)
        if name_form.shown_name.raw_data is None:  # nothing was typed
            name_form.shown_name.data = certificate.shown_name
        found = transfers.find_offer(session, certificate.id)
        pin = OwnPin(
            code=grouped(certificate.code),
            piece=view_piece(certificate.line),
            back=back_of(session, certificate.line, url_for("backs.of_pin", code=grouped(certificate.code))),
            shown_name=certificate.shown_name,
            may_pass=transfers.is_transferable(session, certificate),
            shared_url=canonical("shop.shared", code=certificate.shared_code) if certificate.shared_code else None,
            offer=_offer(found) if found is not None and found.is_open(at) else None,
        )
    return render_template(
        "collection/pin.html",
        pin=pin,
        name_form=name_form,
        offer_form=offer_form,
        account=current_account(),
        messages=get_flashed_messages(with_categories=True),
    )


def _offer(found: transfers.Transfer) -> Offer:
    settings = services().settings
    token = transfers.write_out(found, [key.encode() for key in (settings.secret_key, *settings.secret_key_fallbacks)])
    return Offer(canonical("transfers.show", token=token) if token else "", found.email, found.expires_at)


def _count_offer(session: Session, certificate_id: int, at: datetime) -> timedelta | None:
    key = services().settings.address_key.encode()
    return throttle.count_try(session, throttle.OFFERS, str(certificate_id), key=key, at=at)


def _refuse_mails(form: OfferForm, email: str) -> int | None:
    with services().database.transaction() as session:
        at = services().clock.now()
        wait = count_tries(session, address_key(email), throttle.MAILS, throttle.MAILS_FROM, at=at)
    if wait is None:
        return None
    add_error(form.email, too_often(wait))
    return HTTPStatus.TOO_MANY_REQUESTS


def _refused(code: str) -> ResponseReturnValue:
    """It could be passed on when the page was made."""
    flash(_("This pin cannot be passed on now: its payment is being looked at, or is going back."), "error")
    return redirect(url_for(".show", code=code), HTTPStatus.SEE_OTHER)
