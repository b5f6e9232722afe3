"""People: finding one, what they may do, where they are signed in."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront.accounts import admins, sessions
from storefront.accounts.buyers import Buyer
from storefront.accounts.people import Account, ArtistMember
from storefront.accounts.roles import LastAdmin, disable_account, dismiss_admin, make_admin
from storefront.catalog.artists import Artist
from storefront.extensions import services
from storefront.orders.orders import Order
from storefront.web.admin.page import back, page, paged
from storefront.web.forms import tidy_line

pages = Blueprint("accounts", __name__, url_prefix="/accounts")
_ORDERS_SHOWN = 20


@pages.get("")
def index() -> ResponseReturnValue:
    asked, role = tidy_line(request.args.get("q")), request.args.get("role", "")
    query = select(Account).order_by(Account.id.desc())
    if asked:
        # Names by their beginning, addresses whole: nobody lists a provider's customers.
        named = func.lower(Account.name).startswith(asked.lower(), autoescape=True)
        query = query.where(or_(func.lower(Account.email) == asked.lower(), named))
    if role == "admin":
        query = query.where(Account.is_admin)
    elif role == "artist":
        query = query.where(Account.id.in_(select(ArtistMember.account_id)))
    elif role == "disabled":
        query = query.where(Account.disabled_at.is_not(None))
    elif role:
        abort(404)
    with services().database.reading() as session:
        found = paged(session, query)
        return page("accounts", paged=found, studios=_studios(session, found.rows), asked=asked, role=role)


@pages.get("/<int:account_id>")
def show(account_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        account = session.get(Account, account_id) or abort(404)
        studios = _studios(session, [account]).get(account.id, [])
        orders = (
            select(Order)
            .join(Buyer, Buyer.id == Order.buyer_id)
            .where(Buyer.account_id == account.id)
            .order_by(Order.id.desc())
            .limit(_ORDERS_SHOWN)
        )
        staff = account.is_admin or bool(studios)
        return page(
            "account",
            account=account,
            studios=studios,
            orders=session.scalars(orders).all(),
            sessions=sessions.list_sessions(session, account.id, at=services().clock.now(), staff=staff),
        )


@pages.post("/<int:account_id>/role")
def set_role(account_id: int) -> ResponseReturnValue:
    if request.form.get("admin") == "yes":
        return _change(
            account_id,
            lambda session, account: make_admin(session, account, at=services().clock.now()),
            _("An admin from the next sign-in on."),
        )
    return _change(account_id, dismiss_admin, _("No longer an admin."))


@pages.post("/<int:account_id>/access")
def set_access(account_id: int) -> ResponseReturnValue:
    if request.form.get("access") == "enabled":
        return _change(
            account_id, lambda session, account: admins.enable(session, account.id), _("The account may be used again.")
        )
    return _change(
        account_id,
        lambda session, account: disable_account(session, account, at=services().clock.now()),
        _("Disabled, and signed out everywhere. Orders and numbers stay as they are."),
    )


@pages.post("/<int:account_id>/sign-outs")
def sign_out(account_id: int) -> ResponseReturnValue:
    def end_all(session: Session, account: Account) -> None:
        sessions.end_all(session, account.id, at=services().clock.now())

    return _change(account_id, end_all, _("Signed out everywhere."))


def _change(account_id: int, change: Callable[[Session, Account], None], said: str) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            account = session.get(Account, account_id) or abort(404)
            change(session, account if account.erased_at is None else abort(404))
    except LastAdmin:
        sentence = _("This is the last admin. Make somebody else an admin first.")
        return back(sentence, "error", ".show", account_id=account_id)
    return back(said, "ok", ".show", account_id=account_id)


def _studios(session: Session, accounts: Sequence[Account]) -> dict[int, list[Artist]]:
    """The artists each account works for."""
    query = (
        select(ArtistMember.account_id, Artist)
        .join(Artist, Artist.id == ArtistMember.artist_id)
        .where(ArtistMember.account_id.in_([account.id for account in accounts]))
        .order_by(Artist.name)
    )
    found: dict[int, list[Artist]] = {}
    for account_id, artist in session.execute(query):
        found.setdefault(account_id, []).append(artist)
    return found
