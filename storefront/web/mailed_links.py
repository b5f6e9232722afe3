"""Where links in mail lead: confirm an address, set a new password. Opening one does nothing; its button does."""

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import changing, passwords, throttle, tokens
from storefront.accounts.changing import CONFIRMS, address_of
from storefront.accounts.people import Account
from storefront.accounts.tokens import AccountToken, Purpose, TokenOver
from storefront.extensions import services
from storefront.inventory.rekeying import rekey_all
from storefront.web import current
from storefront.web.account_forms import (
    ConfirmForm,
    ForgotForm,
    ResetForm,
    add_error,
    password_hint,
    refuse_weak,
    typed,
)
from storefront.web.following import take_along
from storefront.web.sign_in import address_key, count_tries, refuse_wrong, too_often

pages = Blueprint("mailed_links", __name__)


@pages.get("/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    try:
        row, account = _look_at(token, CONFIRMS)
    except TokenOver:
        return _over()
    return _confirm_page(ConfirmForm(), row, account)


@pages.post("/confirm/<token>")
def confirmed(token: str) -> ResponseReturnValue:
    """The link shows whose address it is, the password whose account: a stranger's account must not get this address."""
    form = ConfirmForm()
    try:
        row, account = _look_at(token, CONFIRMS)
        was_confirmed = account.confirmed_at is not None
        if not _is_here(account) and (status := refuse_wrong(form.current, account)) is not None:
            return _confirm_page(form, row, account), status
        with services().database.transaction() as session:
            at = services().clock.now()
            former = account.email_key
            account = changing.confirm_address(session, token, address_key(address_of(row)), rekey=rekey_all, at=at)
            if account.email_key != former and was_confirmed:
                take_along(session, account, former)
            current.sign_in(session, account, at=at)  # what the account may do has grown: a new session
    except TokenOver:
        return _over()
    flash(_("Your address %(address)s is confirmed.", address=account.email), "ok")
    return redirect(url_for("account.show"), 303)


@pages.get("/forgot")
def forgot() -> ResponseReturnValue:
    return _forgot_page(ForgotForm(formdata=None, data={"email": request.args.get("email", "")}))


@pages.post("/forgot")
def ask() -> ResponseReturnValue:
    form = ForgotForm()
    if not form.validate():
        return _forgot_page(form), 400
    key = address_key(typed(form.email))
    with services().database.transaction() as session:
        at = services().clock.now()
        wait = count_tries(session, key, throttle.MAILS, throttle.MAILS_FROM, at=at)
        if wait is None:
            changing.ask_to_reset(session, key, token_key=services().settings.secret_key.encode(), at=at)
    if wait is not None:
        add_error(form.email, too_often(wait))
        return _forgot_page(form), 429
    flash(_("If that address has an account here, a mail is on its way. Its link works for half an hour."), "ok")
    return redirect(url_for("sign_in.sign_in"), 303)


@pages.get("/reset/<token>")
def reset(token: str) -> ResponseReturnValue:
    try:
        _row, account = _look_at(token, (Purpose.RESET,))
    except TokenOver:
        return _over()
    return _reset_page(ResetForm(), account)


@pages.post("/reset/<token>")
def replace(token: str) -> ResponseReturnValue:
    form = ResetForm()
    settings = services().settings
    try:
        _row, account = _look_at(token, (Purpose.RESET,))
        if not form.validate() or refuse_weak(form.password, (account.name, account.email, settings.shop_name)):
            return _reset_page(form, account), 400
        hashed = passwords.hash_password(typed(form.password))
        with services().database.transaction() as session:
            at = services().clock.now()
            changing.reset_password(session, token, hashed, rekey=rekey_all, at=at)
    except TokenOver:
        return _over()
    flash(_("Your new password is set, and you are signed out everywhere else. Sign in with it."), "ok")
    return redirect(url_for("sign_in.sign_in"), 303)


def _look_at(token: str, purposes: tuple[Purpose, ...]) -> tuple[AccountToken, Account]:
    with services().database.reading() as session:
        return tokens.get_usable(session, token, purposes, at=services().clock.now())


def _is_here(account: Account) -> bool:
    here = current.signed_in()
    return here is not None and here.account.id == account.id


def _confirm_page(form: ConfirmForm, row: AccountToken, account: Account) -> str:
    return render_template(
        "sign_in/confirm.html", form=form, address=address_of(row), email=account.email, is_here=_is_here(account)
    )


def _forgot_page(form: ForgotForm) -> str:
    return render_template("sign_in/forgot.html", form=form, messages=get_flashed_messages(with_categories=True))


def _reset_page(form: ResetForm, account: Account) -> str:
    return render_template("sign_in/reset.html", form=form, address=account.email, password_hint=password_hint())


def _over() -> ResponseReturnValue:
    """One page for every link that does not work: it tells nothing about why."""
    return render_template("sign_in/link_over.html"), 410
