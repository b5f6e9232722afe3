"""Signing up, in and out."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests
from wtforms import PasswordField

from storefront.accounts import passwords, throttle
from storefront.accounts.addresses import email_key
from storefront.accounts.people import Account, find_by_key
from storefront.accounts.registering import register
from storefront.accounts.throttle import Limit
from storefront.extensions import services
from storefront.web import current
from storefront.web.account_forms import SignInForm, SignUpForm, add_error, password_hint, refuse_weak, typed
from storefront.web.languages import spoken
from storefront.web.own_paths import safe_path

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if current.signed_in() is not None:
        return redirect(_next(request.args.get("next")), 303)
    return _sign_in_page(SignInForm(data={"next": request.args.get("next"), "email": request.args.get("email", "")}))


@pages.post("/sign-in")
def begin() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 400
    key = address_key(typed(form.email))
    with services().database.transaction() as session:
        at = services().clock.now()
        wait = count_tries(session, key, throttle.SIGN_INS, throttle.SIGN_INS_FROM, at=at)
        known = find_by_key(session, key)
    if wait is not None:
        add_error(form.password, too_often(wait))
        return _sign_in_page(form), 429
    # Outside the transaction: it takes a while, and as long for an address nobody has.
    right = passwords.is_right(known.password_hash if known else None, typed(form.password))
    if known is None or not right or known.disabled_at is not None:
        add_error(form.password, _("This address and password do not belong together. Check both and try again."))
        return _sign_in_page(form), 400
    _let_in(known, key, typed(form.password))
    return redirect(_next(form.next.data), 303)


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    with services().database.transaction() as session:
        current.sign_out(session, at=services().clock.now())
    return redirect(url_for("shop.home"), 303)


@pages.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    if current.signed_in() is not None:
        return redirect(_next(request.args.get("next")), 303)
    return _sign_up_page(SignUpForm(data={"next": request.args.get("next")}))


@pages.post("/sign-up")
def create() -> ResponseReturnValue:
    form = SignUpForm()
    known = services()
    valid = form.validate()
    if refuse_weak(form.password, (typed(form.name), typed(form.email), known.settings.shop_name)) or not valid:
        return _sign_up_page(form), 400
    with known.database.transaction() as session:
        wait = count_tries(
            session, address_key(typed(form.email)), throttle.MAILS, throttle.SIGN_UPS_FROM, at=known.clock.now()
        )
    if wait is not None:
        add_error(form.email, too_often(wait))
        return _sign_up_page(form), 429
    hashed = passwords.hash_password(typed(form.password))  # for an address that has an account too: it takes as long
    with known.database.transaction() as session:
        register(
            session,
            email=typed(form.email),
            email_key=address_key(typed(form.email)),
            name=typed(form.name),
            password_hash=hashed,
            token_key=known.settings.secret_key.encode(),
            at=known.clock.now(),
            locale=spoken(),
        )
    flash(
        _("We sent a mail to %(address)s. Open the link in it to confirm your address.", address=typed(form.email)),
        "ok",
    )
    return redirect(url_for(".sign_in", next=safe_path(form.next.data, "") or None, email=typed(form.email)), 303)


def address_key(address: str) -> str:
    return email_key(services().settings.address_key.encode(), address)


def count_tries(session: Session, whom: str, limit: Limit, limit_from: Limit, *, at: datetime) -> timedelta | None:
    """Count one try by this person and from this place. None when it may go on, else how long to wait."""
    key = services().settings.address_key.encode()
    waits = [
        throttle.count_try(session, limit, whom, key=key, at=at),
        throttle.count_try(session, limit_from, current.client_place(), key=key, at=at),
    ]
    return max((wait for wait in waits if wait is not None), default=None)


def too_often(wait: timedelta) -> str:
    """The same sentence whether or not there is such an account."""
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    words: str = ngettext(
        "That was tried too often. Try again in %(num)d minute.",
        "That was tried too often. Try again in %(num)d minutes.",
        minutes,
    )
    return words


def refuse_if_too_often(wait: timedelta | None) -> None:
    if wait is not None:
        raise TooManyRequests(retry_after=int(wait.total_seconds()) + 1)


def refuse_wrong(field: PasswordField, account: Account) -> int | None:
    """Ask for an account's password before something about it changes: None when it is right, else the field says why."""
    key = services().settings.address_key.encode()
    with services().database.transaction() as session:
        at = services().clock.now()
        wait = count_tries(session, account.email_key, throttle.SIGN_INS, throttle.SIGN_INS_FROM, at=at)
    if wait is not None:
        add_error(field, too_often(wait))
        return 429
    if not passwords.is_right(account.password_hash, typed(field)):
        add_error(field, _("That is not your password. Try again."))
        return 400
    with services().database.transaction() as session:
        throttle.forgive(session, throttle.SIGN_INS, account.email_key, key=key)
    return None


def _let_in(known: Account, key: str, password: str) -> None:
    fresh = passwords.hash_password(password) if passwords.is_outdated(known.password_hash) else None
    with services().database.transaction() as session:
        at = services().clock.now()
        throttle.forgive(session, throttle.SIGN_INS, key, key=services().settings.address_key.encode())
        account = session.get_one(Account, known.id, with_for_update=True)
        if fresh is not None and account.password_hash == known.password_hash:
            account.password_hash = fresh
        account.locale = spoken()
        current.sign_in(session, account, at=at)


def _next(target: str | None) -> str:
    return safe_path(target, url_for("collection.mine"))


def _sign_in_page(form: SignInForm) -> str:
    return _page("sign_in/sign_in.html", form)


def _sign_up_page(form: SignUpForm) -> str:
    return _page("sign_in/sign_up.html", form)


def _page(template: str, form: SignInForm | SignUpForm) -> str:
    form.next.data = safe_path(form.next.data, "")
    return render_template(
        template,
        form=form,
        next=form.next.data or None,
        password_hint=password_hint(),
        messages=get_flashed_messages(with_categories=True),
    )
