"""The waitlist: joining it, one's place in it, leaving it, and where its mailed links lead."""

import re
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.accounts import buyers, throttle
from storefront.accounts.people import Account
from storefront.catalog.drops import Drop, WhoMayHold
from storefront.catalog.editions import Edition, list_editions
from storefront.extensions import services
from storefront.inventory.placing import LimitReached
from storefront.inventory.turns import TurnState
from storefront.inventory.wall import Wall, list_walls
from storefront.waitlist import joining
from storefront.waitlist.joining import Joiner, ListClosed, NumbersFree, TurnUnknown, is_list_open
from storefront.waitlist.leaving import NotWaiting, leave
from storefront.waitlist.offering import OFFER_FOR, OFFER_FOR_IN_RUSH
from storefront.waitlist.standing import Queue, look_at_queue
from storefront.web.account_forms import WaitlistForm, add_error, typed
from storefront.web.current import current_account, remember_turn
from storefront.web.languages import spoken
from storefront.web.public import public_drop
from storefront.web.security import whole_number
from storefront.web.sign_in import address_key, count_tries, too_often
from storefront.web.turn_view import Standing, TurnView, find_own_turn, list_own_turns, view_turn

pages = Blueprint("waitlist", __name__)


@dataclass(frozen=True)
class Rule:
    """How long an offer lasts, as pages say it."""

    minutes: int
    hours: int


RULE = Rule(OFFER_FOR_IN_RUSH // timedelta(minutes=1), OFFER_FOR // timedelta(hours=1))


@dataclass(frozen=True)
class Desk:
    """Where one joins: `admitted` is False for whoever the drop is not for, until they sign in or confirm."""

    drop: Drop
    edition: Edition
    artist: str
    title: str
    wall: Wall
    queue: Queue
    turns: tuple[TurnView, ...]
    is_open: bool
    admitted: bool


@pages.get("/d/<slug>/waitlist")
def show(slug: str) -> ResponseReturnValue:
    return _desk_page(slug, whole_number("edition", 0, low=0))


@pages.post("/d/<slug>/waitlist")
def join(slug: str) -> ResponseReturnValue:
    """A confirmed account has its place at once; for anybody else a mailed link has to show whose the address is."""
    form, account = WaitlistForm(), _confirmed_account()
    edition_id = _edition_asked_for()
    if account is None and not form.validate():
        return _desk_page(slug, edition_id, form, 400)
    try:
        with services().database.transaction() as session:
            email = account.email if account is not None else typed(form.email)
            wait = _count_join(session, account, email)
            if wait is None:
                _join(session, slug, edition_id, account, email)
    except (ListClosed, NumbersFree, LimitReached) as refusal:
        flash(_why_not(refusal), "warn")
        return redirect(_desk(slug, edition_id), 303)
    if wait is not None and account is not None:
        flash(too_often(wait), "warn")
    elif wait is not None:
        add_error(form.email, too_often(wait))
        return _desk_page(slug, edition_id, form, 429)
    if account is None:
        flash(
            _("Look into your mail: we sent a link to %(address)s. Its button gives you your place.", address=email),
            "ok",
        )
    return redirect(_desk(slug, edition_id), 303)


@pages.post("/d/<slug>/waitlist/departures")
def depart(slug: str) -> ResponseReturnValue:
    edition_id = _edition_asked_for()
    try:
        with services().database.transaction() as session:
            _drop, edition = _found(session, slug, edition_id)
            leave(session, find_own_turn(session, edition.id) or abort(404), at=services().clock.now())
    except NotWaiting:
        flash(_("Your turn has just come: look below."), "warn")
    else:
        flash(_("You left the waitlist. Thank you for making room."), "ok")
    return redirect(_desk(slug, edition_id), 303)


@pages.get("/waitlist/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """From a mail: the first one asks for a press, the others lead to the number or to one's place."""
    try:
        with services().database.reading() as session:
            turn = joining.get_by_token(session, token, at=services().clock.now())
            view = view_turn(session, turn, services().clock.now()) if turn.state is not TurnState.ASKED else None
            drop, facts = turn.edition.drop, {"title": turn.edition.pin.title, "email": turn.email}
            facts["artist"] = drop.artist.name if drop else ""
    except TurnUnknown:
        return _over()
    if view is None:
        return render_template("waitlist/confirm.html", **facts)
    remember_turn(token)
    return redirect(_after(view), 303)


@pages.post("/waitlist/<token>")
def confirm(token: str) -> ResponseReturnValue:
    at = services().clock.now()
    try:
        with services().database.transaction() as session:
            view = view_turn(session, joining.confirm(session, token, at=at), at)
    except TurnUnknown:
        return _over()
    except (ListClosed, NumbersFree, LimitReached) as refusal:
        with services().database.reading() as session:
            turn = joining.get_by_token(session, token, at=at)
            slug = turn.edition.drop.slug if turn.edition.drop else abort(404)
        flash(_why_not(refusal), "warn")
        return redirect(_desk(slug, turn.edition_id), 303)
    remember_turn(token)
    return redirect(_after(view), 303)


def _count_join(session: Session, account: Account | None, email: str) -> timedelta | None:
    """An account is counted for itself alone: a crowd behind one address may join at once."""
    at, whom = services().clock.now(), address_key(email)
    if account is None:
        return count_tries(session, whom, throttle.MAILS, throttle.MAILS_FROM, at=at)
    return throttle.count_try(session, throttle.JOINS, whom, key=services().settings.address_key.encode(), at=at)


def _join(session: Session, slug: str, edition_id: int, account: Account | None, email: str) -> None:
    at, key = services().clock.now(), services().settings.secret_key.encode()
    drop, edition = _found(session, slug, edition_id)
    if account is None:
        if drop.who_may_hold is not WhoMayHold.ANYONE:
            abort(403)
        buyer = buyers.of_address(session, address_key(email), at=at)
        joining.ask(session, edition, Joiner(buyer.id, email, spoken()), key=key, at=at)
    else:
        buyer = buyers.of_account(session, account.id, at=at)
        joining.join(session, edition, Joiner(buyer.id, email, account.locale or spoken()), key=key, at=at)


def _desk_page(slug: str, edition_id: int, form: WaitlistForm | None = None, code: int = 200) -> ResponseReturnValue:
    at, account = services().clock.now(), _confirmed_account()
    with services().database.reading() as session:
        drop, edition = _found(session, slug, edition_id)
        desk = Desk(
            drop=drop,
            edition=edition,
            artist=drop.artist.name,
            title=edition.pin.title,
            wall=list_walls(session, [edition], at=at)[edition.id],
            queue=look_at_queue(session, edition),
            turns=tuple(list_own_turns(session, at, edition_id=edition.id)),
            is_open=is_list_open(drop, at),
            admitted=drop.who_may_hold is WhoMayHold.ANYONE or account is not None,
        )
    form = form or WaitlistForm(formdata=None, data={"edition": edition.id})
    page = render_template(
        "waitlist/show.html",
        desk=desk,
        form=form,
        account=account,
        rule=RULE,
        messages=get_flashed_messages(with_categories=True),
    )
    return page, code


def _found(session: Session, slug: str, edition_id: int) -> tuple[Drop, Edition]:
    """The drop and the edition asked for, or its first."""
    drop = public_drop(session, slug)
    editions = list_editions(session, drop.id)
    wanted = [edition for edition in editions if edition_id in (0, edition.id)]
    return drop, wanted[0] if wanted else abort(404)


def _edition_asked_for() -> int:
    text = request.form.get("edition", "")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _confirmed_account() -> Account | None:
    account = current_account()
    return account if account is not None and account.confirmed_at is not None else None


def _after(view: TurnView) -> str:
    if view.standing is Standing.OFFERED and view.hold_id is not None:
        return url_for("holding.show", hold_id=view.hold_id)
    return _desk(view.drop_slug, view.edition_id)


def _desk(slug: str, edition_id: int) -> str:
    return url_for("waitlist.show", slug=slug, edition=edition_id or None)


def _why_not(refusal: Exception) -> str:
    words = {
        ListClosed: _("The waitlist is closed: the sale is over, or too near its end for another offer."),
        NumbersFree: _("You need not wait: a number is free now."),
        LimitReached: _("You hold or own as many pieces of this edition as one person may."),
    }
    return words[type(refusal)]


def _over() -> ResponseReturnValue:
    return render_template("sign_in/link_over.html"), 410
