"""Who may enter: account holders, people of a studio, admins. What they may touch inside is decided in ownership.py.

Each is a rule for a whole blueprint: `pages.before_request(needs_admin)`.
"""

from flask import abort, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from storefront.web.again import typed_before
from storefront.web.current import signed_in
from storefront.web.languages import this_path


def needs_account() -> ResponseReturnValue | None:
    """Signed in; else the sign-in page, and from there back here."""
    return None if signed_in() is not None else to_sign_in()


def needs_admin() -> ResponseReturnValue | None:
    found = signed_in()
    if found is None:
        return to_sign_in()
    return None if found.account.is_admin else abort(403)


def to_sign_in(home: str | None = None) -> ResponseReturnValue:
    """The sign-in page, and from there back. Whoever was signed out while they wrote keeps what they wrote."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sign_in.sign_in", next=this_path()), 303)
    if "_user_id" in cookie and (typed := typed_before()):
        return render_template("errors/signed_out.html", typed=typed), 403
    return redirect(url_for("sign_in.sign_in", next=home), 303)
