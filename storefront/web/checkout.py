"""Paying: the total before anything is asked of the bank, the way to the payment page and back."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.accounts import buyers
from storefront.accounts.addresses import email_key
from storefront.catalog.artists import Artist
from storefront.extensions import services
from storefront.inventory.holds import Hold
from storefront.inventory.paying import HoldNotPayable
from storefront.inventory.placing import LimitReached
from storefront.orders.attempting import start_attempt
from storefront.orders.checkout import MAX_LINES, Delivery, PaymentUnderWay, PriceChanged, SeveralArtists, place_order
from storefront.orders.orders import Order, OrderState, find_order
from storefront.orders.pricing import NotShippedThere, Quote, quote
from storefront.orders.till import NoCallNow
from storefront.payments.attempts import (
    AttemptState,
    CheckoutAttempt,
    find_by_session,
    is_provider_away,
    place_in_queue,
)
from storefront.payments.pacing import CALLS_PER_SECOND
from storefront.web.checkout_form import CheckoutForm
from storefront.web.current import acting_buyer, current_account
from storefront.web.hold_view import view_hold
from storefront.web.holding import give_more_time, hold_page
from storefront.web.ownership import find_own_order, own_hold, own_order
from storefront.web.pay_starts import count_start, too_many_starts
from storefront.web.public import returnable

pages = Blueprint("checkout", __name__)
_UNSURE = (AttemptState.QUEUED, AttemptState.CREATING, AttemptState.OPEN, AttemptState.PROCESSING)


@pages.post("/checkout")
def review() -> ResponseReturnValue:
    """The address is checked and the total shown; nothing is ordered yet."""
    form = CheckoutForm()
    ids = _asked(form)
    if "more_time" in request.form:
        give_more_time(ids)
    if "change" in request.form or form.is_redrawn:
        return returnable(hold_page(ids[0], form))
    return returnable(_review_page(form, ids) if form.validate_on_submit() else hold_page(ids[0], form, 422))


@pages.post("/orders")
def order() -> ResponseReturnValue:
    """The buyer agrees to the total: the order is written down and its payment queued, then the bank is asked."""
    form = CheckoutForm()
    ids = _asked(form)
    if not form.validate_on_submit():
        return hold_page(ids[0], form, 422)
    # In a transaction of its own: a count neither waits for an order nor is undone with it.
    with services().database.transaction() as session:
        wait = count_start(session)
    if wait is not None:
        return _too_often(ids, form, wait)
    agreed = _agreed_total()
    try:
        with services().database.transaction() as session:
            started = _start(session, ids, form.delivery, agreed)
    except PriceChanged:
        flash(_("The total has changed. Please look at it again."), "warn")
        return _review_page(form, ids)
    except (HoldNotPayable, LimitReached, NotShippedThere, PaymentUnderWay, SeveralArtists) as refusal:
        form.country.errors = [*form.country.errors, *_country_problem(refusal)]
        flash(_refusal_words(refusal), "warn")
        return hold_page(ids[0], form, 409)
    if started.first_in_line:
        with suppress(NoCallNow):  # then its turn comes in order
            services().till.open_attempt(started.attempt_id)
    return _onward(started.code)


@pages.get("/pay/wait/<code>")
def wait(code: str) -> ResponseReturnValue:
    """While the payment page is being prepared: the place in line, and on as soon as it is there."""
    return _onward(code)


@pages.get("/pay/wait/<code>.json")
def waiting(code: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        attempt = own_order(session, code).attempt
        state = attempt.state if attempt else AttemptState.FAILED
        ahead = _ahead(session, attempt)
        away = is_provider_away(session)
    preparing = "away" if away else "preparing"
    said = preparing if state in (AttemptState.QUEUED, AttemptState.CREATING) else state.value
    return jsonify(state=said, ahead=ahead, poll_ms=round(1000 * _ask_again_in(ahead) / 3))


@pages.get("/pay/return")
def returned() -> ResponseReturnValue:
    """Back from the payment page. Only a fresh look at the provider decides what is said here."""
    session_id = request.args.get("session", "")[:255]
    with services().database.reading() as session:
        known = find_by_session(session, session_id)
    if known is None:
        abort(404)
    if known.state in _UNSURE:
        with suppress(NoCallNow):  # then the clock settles it; the page says "confirming" until it has
            services().till.settle(session_id)
    with services().database.reading() as session:
        paid = find_order(session, known.reference)
        mine = find_own_order(session, known.reference)
        if mine is None:
            return render_template("checkout/returned.html", state="elsewhere", order=None, session_id=session_id)
        if mine.state in (OrderState.PAID, OrderState.REFUNDED):
            return redirect(url_for("collection.order", code=mine.code), 303)
        attempt = find_by_session(session, session_id)
        state = _return_state(paid or mine, attempt)
        return render_template("checkout/returned.html", state=state, order=mine, session_id=session_id)


@pages.get("/pay/return.json")
def return_state() -> ResponseReturnValue:
    with services().database.reading() as session:
        attempt = find_by_session(session, request.args.get("session", "")[:255]) or abort(404)
        found = find_own_order(session, attempt.reference) or abort(404)
        if found.state is OrderState.PAID:
            return jsonify(state="paid", url=url_for("collection.order", code=found.code))
        return jsonify(state=_return_state(found, attempt), poll_ms=1500)


@dataclass(frozen=True)
class _Started:
    code: str
    attempt_id: int
    first_in_line: bool


def _asked(form: CheckoutForm) -> list[int]:
    """The holds the form is about; a form of ours names one to twenty."""
    ids = form.hold_ids
    return ids if 1 <= len(ids) <= MAX_LINES else abort(400)


def _start(session: Session, ids: list[int], delivery: Delivery, agreed: int) -> _Started:
    at = services().clock.now()
    ids = [own_hold(session, hold_id).id for hold_id in ids]
    acting = acting_buyer(session)
    account = current_account()
    if account is not None and account.confirmed_at is not None:
        buyer = acting
    else:
        buyer = buyers.of_address(session, email_key(services().settings.address_key.encode(), delivery.email), at=at)
    placed = place_order(
        session, ids, buyer_id=buyer.id, placed_by=acting.id, delivery=delivery, agreed_minor=agreed, at=at
    )
    if placed.state is not OrderState.PLACED:
        return _Started(placed.code, placed.attempt_id or 0, first_in_line=False)
    attempt = start_attempt(session, placed.id, at=at)
    waiting_turn = attempt.state is AttemptState.QUEUED
    return _Started(placed.code, attempt.id, waiting_turn and _ahead(session, attempt) == 0)


def _onward(code: str) -> ResponseReturnValue:
    """To the payment page when it is there, to the order when it is paid, else the page that waits."""
    with services().database.reading() as session:
        found = own_order(session, code)
        attempt = found.attempt
        if found.state in (OrderState.PAID, OrderState.REFUNDED, OrderState.REVIEW):
            return redirect(url_for("collection.order", code=code), 303)
        if attempt is not None and attempt.state is AttemptState.OPEN and attempt.url:
            return redirect(attempt.url, 303)
        first_hold = found.lines[0].hold_id
        if attempt is None or attempt.state not in _UNSURE:
            flash(_("The payment page could not be prepared. Nothing was charged; please try again."), "warn")
            return redirect(url_for("holding.show", hold_id=first_hold), 303)
        if request.method == "POST":  # the page that waits asks for itself again, which must not order again
            return redirect(url_for("checkout.wait", code=code), 303)
        ahead, away = _ahead(session, attempt), is_provider_away(session)
        again = _ask_again_in(ahead)
        page = render_template(
            "checkout/wait.html", order=found, ahead=ahead, away=away, again=again, hold_id=first_hold
        )
    # The rest of the shop stays open; only what needs the provider says that it cannot be had.
    return (page, 503, {"Retry-After": str(again)}) if away else page


def _ahead(session: Session, attempt: CheckoutAttempt | None) -> int:
    is_queued = attempt is not None and attempt.state is AttemptState.QUEUED
    return place_in_queue(session, attempt.id) if attempt is not None and is_queued else 0


def _ask_again_in(ahead: int) -> int:
    """Seconds after which a page that waits asks again: a long queue must not become a crowd of questions."""
    return min(3 + ahead // CALLS_PER_SECOND, 15)


def _too_often(ids: list[int], form: CheckoutForm, wait: timedelta) -> ResponseReturnValue:
    flash(too_many_starts(wait), "warn")
    answer = make_response(hold_page(ids[0], form, 429))
    answer.headers["Retry-After"] = str(-(-wait // timedelta(seconds=1)))
    return answer


def _review_page(form: CheckoutForm, ids: list[int]) -> ResponseReturnValue:
    at = services().clock.now()
    with services().database.reading() as session:
        holds = [own_hold(session, hold_id) for hold_id in ids]
        views = [view_hold(session, hold, at=at) for hold in holds]
        if len({view.artist_id for view in views}) > 1:
            abort(400)
        if not all(view.may_be_paid for view in views):
            return redirect(url_for("holding.show", hold_id=ids[0]), 303)
        try:
            price = _quote(session, holds, form.country.data)
        except NotShippedThere as refusal:
            form.country.errors = _country_problem(refusal)
            return hold_page(ids[0], form, 422)
        until = min(view.until for view in views)
        return render_template("checkout/review.html", form=form, holds=views, price=price, until=until, now=at)


def _quote(session: Session, holds: list[Hold], country: str) -> Quote:
    return quote(session.get_one(Artist, holds[0].drop.artist_id), holds, country)


def _return_state(order: Order, attempt: CheckoutAttempt | None) -> str:
    if order.state is OrderState.REVIEW:
        return "review"
    if attempt is not None and attempt.state in _UNSURE:
        return "confirming"
    return "ended"


def _agreed_total() -> int:
    text = request.form.get("total_minor", "")
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0


def _country_problem(refusal: Exception) -> list[str]:
    return [_("The artist does not post to this country.")] if isinstance(refusal, NotShippedThere) else []


def _refusal_words(refusal: Exception) -> str:
    words = {
        HoldNotPayable: _(
            "The time for this number has run out, or it is being paid in another tab. Nothing was charged."
        ),
        LimitReached: _(
            "This address already has as many pieces of this edition as one person may. Your hold is kept."
        ),
        NotShippedThere: _("The artist does not post to this country. Your hold is kept."),
        PaymentUnderWay: _("Some of these numbers are being paid already. Finish or cancel that payment first."),
        SeveralArtists: _("One parcel comes from one artist. Pay these numbers one after the other."),
    }
    return words[type(refusal)]
