"""Holding a number: asking for one, looking at it, more time, giving it back."""

from datetime import timedelta

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, find_drop
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.extensions import csrf, services
from storefront.ids import new_token
from storefront.inventory.claims import Claim, NoSuchEdition, NotAdmitted
from storefront.inventory.dealing import Identity, Request, Table
from storefront.inventory.fairness import CoolDown, allowance, most_let_go
from storefront.inventory.holds import Hold, list_live_holds
from storefront.inventory.pieces import PieceState
from storefront.inventory.placing import REFUSALS
from storefront.inventory.releasing import NoMoreTime
from storefront.inventory.stock import find_next_free
from storefront.inventory.turns import does_anybody_wait
from storefront.inventory.wall import find_piece_state
from storefront.orders.giving_back import BeingPaid, more_time, release_hold
from storefront.waitlist.joining import is_list_open
from storefront.web.checkout_form import CheckoutForm
from storefront.web.countries import shipped_countries
from storefront.web.current import acting_as, client_block, current_account, remember_guest, viewer
from storefront.web.health import clock_watch
from storefront.web.hold_view import HoldView, Standing, find_missed, offer_instead, view_hold
from storefront.web.ownership import find_last_order, own_hold
from storefront.web.press import KEY_LENGTHS, told
from storefront.web.readiness import find_own_saved, find_price
from storefront.web.security import whole_number
from storefront.web.turn_view import find_offered_to

pages = Blueprint("holding", __name__)


@pages.get("/d/<slug>/take")
def take(slug: str) -> ResponseReturnValue:
    """The page behind the button for whoever has no script: token, key and one press."""
    remember_guest()
    with services().database.reading() as session:
        drop = _public_drop(session, slug)
        edition = _edition_of(session, drop, whole_number("edition", 0, low=0))
        next_free = find_next_free(session, edition)
        number = None
        if (
            edition.policy is NumberPolicy.PICK
        ):  # it is always a certain number that is asked for, so that no other is given
            number = whole_number("number", 0, low=0) or next_free
        return render_template(
            "checkout/take.html",
            drop=drop,
            edition=edition,
            number=number,
            gone=number is not None and find_piece_state(session, edition, number) is not PieceState.AVAILABLE,
            next_free=next_free,
            mine=_held_here(session, drop),
            key=new_token(),
            at=services().clock.now(),
            has_list=is_list_open(drop, services().clock.now()),
            is_waited_for=does_anybody_wait(session, edition.id),
        )


@pages.post("/d/<slug>/holds")
@csrf.exempt  # type: ignore[untyped-decorator]  # checked below: a press without token or key places nothing and gets the page that has both
def place(slug: str) -> ResponseReturnValue:
    key = request.form.get("idempotency_key", "")
    edition_id, number = _number("edition"), _number("number")
    try:
        csrf.protect()
    except CSRFError:
        key = ""
    if len(key) not in KEY_LENGTHS:
        return redirect(url_for("holding.take", slug=slug, edition=edition_id, number=number), 303)
    if not clock_watch().is_right(services()):
        abort(503)
    remember_guest()
    identity, who = acting_as()
    where = client_block(edition_id or 0) if identity is not Identity.CONFIRMED else None  # these answer for themselves
    claim = Claim(Table(slug, edition_id or 0, identity), Request(who, key, where), number)
    try:
        placed = services().claims.place(claim)
    except NoSuchEdition:
        abort(404)
    except NotAdmitted:
        return _to_admission(url_for("holding.take", slug=slug, edition=edition_id, number=number))
    except REFUSALS as refusal:
        return _refused(slug, edition_id, refusal)
    shown = _number("shown")  # what the page offered: when another number came of it, the next page says so
    url = url_for("holding.show", hold_id=placed.hold_id, shown=shown if shown != placed.number else None)
    if _wants_json():
        placed_there = Response(status=201, headers={"Location": url})
        del placed_there.headers["Content-Type"]  # of nothing
        return placed_there
    return redirect(url, 303)


@pages.get("/holds/<int:hold_id>")
def show(hold_id: int) -> ResponseReturnValue:
    return hold_page(hold_id)


@pages.post("/holds/<int:hold_id>/extensions")
def extend(hold_id: int) -> ResponseReturnValue:
    give_more_time([hold_id])
    return redirect(url_for("holding.show", hold_id=hold_id), 303)


@pages.post("/holds/<int:hold_id>/releases")
def release(hold_id: int) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            free = release_hold(session, own_hold(session, hold_id).id, at=services().clock.now())
    except BeingPaid:
        flash(_("This number is being paid. It cannot be given back now."), "warn")
        return redirect(url_for("holding.show", hold_id=hold_id), 303)
    words = _("The number is free again. Thank you for making room.")
    flash(words if free else _("The number returns as soon as the payment page is closed for good."), "ok")
    return redirect(url_for("holding.show", hold_id=hold_id), 303)


def give_more_time(hold_ids: list[int]) -> None:
    """Ten more minutes for all of them or for none; the next page says which."""
    try:
        with services().database.transaction() as session:
            for hold_id in hold_ids:
                more_time(session, own_hold(session, hold_id).id, at=services().clock.now())
    except NoMoreTime:
        flash(_("This hold has had all the time there is: 30 minutes."), "warn")
    else:
        flash(_("Ten more minutes. Take your time."), "ok")


def hold_page(hold_id: int, form: CheckoutForm | None = None, code: int = 200) -> ResponseReturnValue:
    """The hold's page; with the checkout form as it was typed when something in it needs another look."""
    at = services().clock.now()
    with services().database.reading() as session:
        hold = own_hold(session, hold_id)
        view = view_hold(session, hold, at=at)
        others = _payable_together(session, hold, view) if view.may_be_paid else []
        price = None
        if form is None:
            form = CheckoutForm(formdata=None)
            saved = find_own_saved(session)
            form.prefill(hold_id, current_account(), find_last_order(session), saved)
            price = find_price(hold, saved) if view.may_be_paid else None
            form.email.data = form.email.data or find_offered_to(session, hold_id)
        form.offer(shipped_countries(hold.drop.artist), others)
        offer = offer_instead(session, hold, at=at) if view.standing is Standing.LOST else None
        missed = find_missed(session, hold.edition, view.number, whole_number("shown", 0, low=0))
        page = render_template(
            "checkout/hold.html", hold=view, form=form, others=others, price=price, offer=offer, missed=missed, now=at
        )
    return page, code


def _payable_together(session: Session, hold: Hold, view: HoldView) -> list[HoldView]:
    """The buyer's other holds of this artist: one parcel, shipping once."""
    at = services().clock.now()
    seen = viewer(session)
    holds = list_live_holds(session, [*seen.placed_by, *seen.buyer_ids])
    views = [view_hold(session, other, at=at) for other in holds if other.id != hold.id]
    return [other for other in views if other.artist_id == view.artist_id and other.may_be_paid]


def _to_admission(back: str) -> ResponseReturnValue:
    """To the sign-in page and from there back; for whoever is signed in, their address is what is missing."""
    if _wants_json():
        return jsonify(error="sign_in"), 403
    if current_account() is None:
        return redirect(url_for("sign_in.sign_in", next=back), 303)
    flash(_("Confirm your address first: open the link in the mail we sent you. Then hold your number."), "warn")
    return redirect(url_for("account.show"), 303)


def _refused(slug: str, edition_id: int | None, refusal: Exception) -> ResponseReturnValue:
    """Each refusal says what happened and what to do next."""
    answer = told(refusal)
    if _wants_json():
        return jsonify(answer.said), answer.status, answer.headers
    wait = refusal.wait if isinstance(refusal, CoolDown) else timedelta()
    page = _refusal_page(slug, edition_id, answer.reason, minutes=-(-wait // timedelta(minutes=1)))
    return page, answer.status, answer.headers


def _refusal_page(slug: str, edition_id: int | None, reason: str, minutes: int = 0) -> str:
    with services().database.reading() as session:
        drop = _public_drop(session, slug)
        edition = _edition_of(session, drop, edition_id or 0)
        return render_template(
            "checkout/refused.html",
            reason=reason,
            drop=drop,
            edition=edition,
            mine=_held_here(session, drop),
            next_free=find_next_free(session, edition),
            minutes=minutes,
            most_let_go=most_let_go(edition.per_person),
            most_of_place=allowance(edition.size, edition.per_person),
            is_guest=current_account() is None,
            has_list=is_list_open(drop, services().clock.now()),
        )


def _held_here(session: Session, drop: Drop) -> list[HoldView]:
    """What this visitor holds of the drop."""
    seen, at = viewer(session), services().clock.now()
    holds = list_live_holds(session, [*seen.placed_by, *seen.buyer_ids])
    return [view_hold(session, hold, at=at) for hold in holds if hold.drop_id == drop.id]


def _public_drop(session: Session, slug: str) -> Drop:
    drop = find_drop(session, slug)
    return drop if drop is not None and drop.is_public else abort(404)


def _edition_of(session: Session, drop: Drop, edition_id: int) -> Edition:
    edition = session.get(Edition, edition_id)
    return edition if edition is not None and edition.drop_id == drop.id else abort(404)


def _number(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004  fits a column


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
