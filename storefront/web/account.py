"""One's own account: name, address, password, and where one is signed in."""

import re

from flask import Blueprint, abort, flash, get_flashed_messages, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import changing, passwords, sessions, throttle
from storefront.accounts.people import Account
from storefront.accounts.registering import ask_to_confirm
from storefront.accounts.sessions import SignedIn
from storefront.extensions import services
from storefront.web import current
from storefront.web.access import needs_account
from storefront.web.account_forms import (
    AddressForm,
    NameForm,
    PasswordForm,
    password_hint,
    refuse_weak,
    typed,
)
from storefront.web.sign_in import address_key, count_tries, refuse_if_too_often, refuse_wrong

pages = Blueprint("account", __name__, url_prefix="/account")
pages.before_request(needs_account)


@pages.get("")
def show() -> ResponseReturnValue:
    return _account_page(NameForm(data={"name": _me().account.name}))


@pages.post("")
def rename() -> ResponseReturnValue:
    form = NameForm()
    if not form.validate():
        return _account_page(form), 400
    with services().database.transaction() as session:
        session.get_one(Account, _me().account.id).name = typed(form.name)
    flash(_("Your name is saved."), "ok")
    return redirect(url_for(".show"), 303)


@pages.post("/confirmation")
def confirm_again() -> ResponseReturnValue:
    with services().database.transaction() as session:
        at = services().clock.now()
        account = session.get_one(Account, _me().account.id)
        wait = count_tries(session, account.email_key, throttle.MAILS, throttle.MAILS_FROM, at=at)
        if wait is None and account.confirmed_at is None:
            ask_to_confirm(session, account, token_key=services().settings.secret_key.encode(), at=at)
    refuse_if_too_often(wait)
    flash(_("We sent the mail again. Open the link in it."), "ok")
    return redirect(url_for(".show"), 303)


@pages.get("/password")
def password() -> ResponseReturnValue:
    return _password_page(PasswordForm())


@pages.post("/password")
def change_password() -> ResponseReturnValue:
    form, me = PasswordForm(), _me()
    personal = (me.account.name, me.account.email, services().settings.shop_name)
    if not form.validate() or refuse_weak(form.password, personal):
        return _password_page(form), 400
    if (status := refuse_wrong(form.current, me.account)) is not None:
        return _password_page(form), status
    hashed = passwords.hash_password(typed(form.password))
    with services().database.transaction() as session:
        at = services().clock.now()
        token = changing.change_password(session, me.account.id, hashed, keep_session=me.session_id, at=at)
        current.keep_token(token)
    flash(_("Your password is changed, and you are signed out everywhere else."), "ok")
    return redirect(url_for(".show"), 303)


@pages.get("/email")
def email() -> ResponseReturnValue:
    return _email_page(AddressForm())


@pages.post("/email")
def change_email() -> ResponseReturnValue:
    form, me = AddressForm(), _me()
    if not form.validate():
        return _email_page(form), 400
    if (status := refuse_wrong(form.current, me.account)) is not None:
        return _email_page(form), status
    with services().database.transaction() as session:
        at, new_key = services().clock.now(), address_key(typed(form.email))
        wait = count_tries(session, new_key, throttle.MAILS, throttle.MAILS_FROM, at=at)
        if wait is None:
            key = services().settings.secret_key.encode()
            changing.ask_to_change_address(session, me.account.id, typed(form.email), new_key, token_key=key, at=at)
    refuse_if_too_often(wait)
    flash(
        _("We sent a mail to %(address)s. The address changes when you open its link.", address=typed(form.email)), "ok"
    )
    return redirect(url_for(".show"), 303)


@pages.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    me = _me()
    with services().database.transaction() as session:
        at = services().clock.now()
        if not sessions.end(session, me.account.id, session_id, at=at):
            abort(404)
    flash(_("That session is ended."), "ok")
    return redirect(url_for(".show"), 303)


def _me() -> SignedIn:
    return current.signed_in() or abort(403)


def _account_page(form: NameForm) -> str:
    me = _me()
    with services().database.reading() as session:
        rows = sessions.list_sessions(session, me.account.id, at=services().clock.now(), staff=me.is_staff)
    devices = [(row.id, device_name(row.device), row.seen_at, row.id == me.session_id) for row in rows]
    return render_template(
        "sign_in/account.html",
        form=form,
        account=me.account,
        sessions=devices,
        messages=get_flashed_messages(with_categories=True),
    )


def _password_page(form: PasswordForm) -> str:
    return render_template(
        "sign_in/password.html", form=form, password_hint=password_hint(), address=_me().account.email
    )


def _email_page(form: AddressForm) -> str:
    return render_template("sign_in/email.html", form=form, address=_me().account.email)


def device_name(told: str) -> str:
    """What a browser says of itself, in two words a person knows."""
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "iPhone|iPad": "iOS", "Android": "Android", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
    }  # fmt: skip
    browser = next((name for sign, name in browsers.items() if sign in told), None)
    system = next((name for sign, name in systems.items() if re.search(sign, told)), None)
    both: str = _("%(browser)s on %(system)s", browser=browser, system=system)
    return both if browser and system else browser or system or str(_("Another device"))
