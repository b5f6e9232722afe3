"""Deleting one's account: what goes and what stays is said, the password asked for, and then nobody is signed in."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from storefront.accounts.erasing import LastInStudio
from storefront.accounts.roles import LastAdmin
from storefront.extensions import services
from storefront.orders.giving_back import BeingPaid
from storefront.privacy.erasing import erase_person
from storefront.web import current
from storefront.web.access import needs_account
from storefront.web.account_forms import ConfirmForm, add_error
from storefront.web.sign_in import refuse_wrong

pages = Blueprint("erasure", __name__, url_prefix="/account")
pages.before_request(needs_account)


@pages.get("/deletion")
def ask() -> ResponseReturnValue:
    return _page(ConfirmForm())


@pages.post("/deletion")
def erase() -> ResponseReturnValue:
    form, me = ConfirmForm(), current.signed_in() or abort(403)
    if not form.validate():
        return _page(form), 400
    if (status := refuse_wrong(form.current, me.account)) is not None:
        return _page(form), status
    try:
        with services().database.transaction() as session:
            erase_person(session, me.account.id, at=services().clock.now())
    except (BeingPaid, LastAdmin, LastInStudio) as refusal:
        add_error(form.current, _why_not(refusal))
        return _page(form), 409
    logout_user()
    cookie.clear()
    flash(_("Your account is deleted."), "ok")
    return redirect(url_for("sign_in.sign_in"), 303)


def _why_not(refusal: Exception) -> str:
    words = {
        BeingPaid: _(
            "A payment of yours is still running. Finish it or give the number back, then delete the account."
        ),
        LastAdmin: _("You are the shop’s last admin. Make somebody else an admin first."),
        LastInStudio: _(
            "You are the only one in the studio of an artist. Write to us, so that somebody takes it over."
        ),
    }
    return words[type(refusal)]


def _page(form: ConfirmForm) -> str:
    account = (current.signed_in() or abort(403)).account
    return render_template("collection/deletion.html", form=form, account=account, email=services().settings.shop_email)
