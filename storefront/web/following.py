"""Following an artist, or being reminded of one drop: asked for by address, agreed to by mail, ended by one press."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.accounts import throttle
from storefront.accounts.people import Account
from storefront.catalog.artists import find_artist
from storefront.catalog.drops import DOORS
from storefront.extensions import csrf, services
from storefront.following import follows
from storefront.following.follows import Follow, LinkOver, Reader, Subject
from storefront.inventory.on_show import Wish, list_drops
from storefront.web.account_forms import FollowForm, add_error, typed
from storefront.web.current import current_account
from storefront.web.languages import spoken, this_path
from storefront.web.public import public_drop
from storefront.web.sign_in import address_key, count_tries, too_often

pages = Blueprint("following", __name__)


@dataclass(frozen=True)
class Wanted:
    """What may be followed, as its page says it; `title` is a drop's, and `in_time` while a reminder can reach anybody."""

    subject: Subject
    artist: str
    url: str
    title: str = ""
    opens_at: datetime | None = None
    zone: str = ""
    in_time: bool = True


@pages.get("/a/<slug>/follow")
def artist(slug: str) -> ResponseReturnValue:
    return _page(_artist(slug), _form())


@pages.post("/a/<slug>/follow")
def follow_artist(slug: str) -> ResponseReturnValue:
    return _wish(_artist(slug))


@pages.get("/d/<slug>/remind")
def drop(slug: str) -> ResponseReturnValue:
    return _page(_drop(slug), _form())


@pages.post("/d/<slug>/remind")
def remind(slug: str) -> ResponseReturnValue:
    wanted = _drop(slug)
    return _wish(wanted) if wanted.in_time else _page(wanted, _form())


@pages.get("/follows/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Opening the mail's link does nothing yet: mail programs open links by themselves."""
    try:
        with services().database.reading() as session:
            follow = follows.get_by_link(session, token)
            others = follows.list_waiting(session, follow)
    except LinkOver:
        return _over()
    return render_template("following/confirm.html", follow=follow, token=token, others=others, messages=_messages())


@pages.post("/follows/<token>")
def confirmed(token: str) -> ResponseReturnValue:
    also = {int(text) for text in request.form.getlist("also") if text.isascii() and text.isdigit() and len(text) < 10}  # noqa: PLR2004  fits a column
    try:
        with services().database.transaction() as session:
            follows.confirm(session, token, also=also, at=services().clock.now())
    except LinkOver:
        return _over()
    flash(_("Thank you. We write when there is something to tell, and for nothing else."), "ok")
    return redirect(url_for(".confirm", token=token), 303)


@pages.get("/follows/<token>/end")
def end(token: str) -> ResponseReturnValue:
    try:
        with services().database.reading() as session:
            follow = follows.get_by_link(session, token)
    except LinkOver:
        return render_template("following/ended.html", follow=None), 410
    return render_template("following/end.html", follow=follow, token=token)


@pages.post("/follows/<token>/end")
@csrf.exempt  # type: ignore[untyped-decorator]  # a mail program presses it, without cookie or page (RFC 8058); the link is the proof
def ended(token: str) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            follow = follows.get_by_link(session, token)
            follows.end(session, follow.id, follow.email_key)
    except LinkOver:
        return render_template("following/ended.html", follow=None), 410
    return render_template("following/ended.html", follow=follow)


@pages.post("/me/follows/<int:follow_id>/end")
def end_own(follow_id: int) -> ResponseReturnValue:
    account = _confirmed_account() or abort(HTTPStatus.FORBIDDEN)
    with services().database.transaction() as session:
        if not follows.end(session, follow_id, account.email_key):
            abort(HTTPStatus.NOT_FOUND)
    flash(_("We write to you about it no more."), "ok")
    return redirect(url_for("collection.mine"), 303)


def list_own_follows(session: Session) -> list[Follow]:
    """What the signed-in account's confirmed address follows."""
    account = _confirmed_account()
    return follows.list_follows(session, account.email_key) if account is not None else []


def take_along(session: Session, account: Account, former_key: str) -> None:
    """The account has moved to another address; what its former one followed, this one follows."""
    reader = Reader(account.email, account.email_key, account.locale or spoken())
    follows.change_address(session, former_key, reader, token_key=_token_key())


def _wish(wanted: Wanted) -> ResponseReturnValue:
    """At once for who is signed in with a confirmed address; else by mail, whoever the address belongs to."""
    at, account = services().clock.now(), _confirmed_account()
    if account is not None:
        reader = Reader(account.email, account.email_key, spoken())
        with services().database.transaction() as session:
            follows.follow_at_once(session, wanted.subject, reader, token_key=_token_key(), at=at)
        return redirect(this_path(), 303)
    form = FollowForm()
    if not form.validate():
        return _page(wanted, form), 400
    reader = Reader(typed(form.email), address_key(typed(form.email)), spoken())
    with services().database.transaction() as session:
        wait = count_tries(session, reader.key, throttle.FOLLOWS, throttle.MAILS_FROM, at=at)
        if wait is None:
            follows.ask_to_follow(session, wanted.subject, reader, token_key=_token_key(), at=at)
    if wait is not None:
        add_error(form.email, too_often(wait))
        return _page(wanted, form), 429
    # The same for every address, so that nobody learns whether it is known here.
    flash(
        _("Look into the mail of %(address)s: its link asks once whether it is you. If you said yes before, or were asked today already, no new mail comes.", address=reader.email),
        "ok",
    )  # fmt: skip
    return redirect(this_path(), 303)


def _page(wanted: Wanted, form: FollowForm) -> str:
    account = _confirmed_account()
    follow = None
    if account is not None:
        with services().database.reading() as session:
            follow = follows.find_follow(session, wanted.subject, account.email_key)
    return render_template(
        "following/follow.html",
        wanted=wanted,
        form=form,
        account=account,
        follow=follow if follow is not None and follow.confirmed_at is not None else None,
        messages=_messages(),
    )


def _form() -> FollowForm:
    account = current_account()
    return FollowForm(formdata=None, data={"email": account.email if account is not None else ""})


def _artist(slug: str) -> Wanted:
    with services().database.reading() as session:
        found = find_artist(session, slug) or abort(404)
        if not list_drops(session, Wish(artist=slug), at=services().clock.now(), most=1):
            abort(404)
    return Wanted(Subject(artist_id=found.id), found.name, url_for("shop.artist", slug=slug))


def _drop(slug: str) -> Wanted:
    at = services().clock.now()
    with services().database.reading() as session:
        found = public_drop(session, slug)
        return Wanted(
            Subject(drop_id=found.id),
            found.artist.name,
            url_for("shop.drop", slug=slug),
            found.title,
            found.opens_at,
            found.zone,
            in_time=at < found.opens_at - DOORS,
        )


def _confirmed_account() -> Account | None:
    account = current_account()
    return account if account is not None and account.confirmed_at is not None else None


def _messages() -> list[tuple[str, str]]:
    return get_flashed_messages(with_categories=True)  # type: ignore[return-value]  # pairs when asked for categories


def _over() -> ResponseReturnValue:
    return render_template("following/link_over.html"), 410


def _token_key() -> bytes:
    return services().settings.secret_key.encode()
