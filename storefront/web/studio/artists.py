"""Artist pages in the studio: making one, what it holds, changing what it says."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts.people import Account, ArtistMember
from storefront.catalog.artist_pages import CurrencyFixed, create_artist, edit_artist
from storefront.catalog.freezing import has_announced
from storefront.extensions import services
from storefront.media.uploads import PictureKind
from storefront.web.current import current_account, renew_sign_in
from storefront.web.media import MAX_BYTES, find_shown, take_upload
from storefront.web.ownership import own_artist
from storefront.web.security import up_to
from storefront.web.studio.artist_form import ArtistForm
from storefront.web.studio.next_step import next_step
from storefront.web.studio.overview import overview_of
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_artist
from storefront.web.studio.rows import added_row
from storefront.web.studio.story_preview import preview_of

pages = Blueprint("artists", __name__)


@pages.route("/artists/new", methods=["GET", "POST"])
@up_to(MAX_BYTES, signed_in=True)
def new() -> ResponseReturnValue:
    account = current_account()
    if account is None or account.confirmed_at is None:
        return page("confirm_first", 403)
    form = ArtistForm()
    if request.method == "GET":
        return page("artist_new", form=form)
    if added_row({"places": form.places}):
        return _again("artist_new", form, added=True)
    form.portrait_id = take_upload(form.portrait, form.portrait_kept, PictureKind.PHOTOGRAPH)
    if (preview := preview_of(form.statement)) or not form.validate():
        return _again("artist_new", form, preview=preview)
    return redirect(url_for(".show", slug=_created(form, account)), 303)


@pages.get("/artists/<slug>")
def show(slug: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        at = services().clock.now()
        artist = own_artist(session, slug)
        overview = overview_of(session, artist)
        return page(
            "artist",
            place=place_of_artist(artist),
            artist=artist,
            overview=overview,
            step=next_step(session, artist, at=at),
        )


@pages.route("/artists/<slug>/page", methods=["GET", "POST"])
@up_to(MAX_BYTES, signed_in=True)
def edit(slug: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        artist = own_artist(session, slug)
        fixed = has_announced(session, artist)
        values: dict[str, Any] = {"place": place_of_artist(artist), "fixed": fixed, "currency": artist.currency}
        form = ArtistForm(obj=artist)
        standing = artist.portrait_id
    if request.method == "GET":
        return page("artist_page", form=form, picture=find_shown(standing, form.portrait_alt.data or ""), **values)
    form.portrait_id = take_upload(form.portrait, form.portrait_kept, PictureKind.PHOTOGRAPH) or standing
    if fixed:
        form.currency.data = artist.currency
    if added_row({"places": form.places}):
        return _again("artist_page", form, added=True, **values)
    if (preview := preview_of(form.statement)) or not form.validate():
        return _again("artist_page", form, preview=preview, **values)
    try:
        with services().database.transaction() as session:
            artist = own_artist(session, slug)
            edit_artist(session, artist, form.details(), at=services().clock.now())
    except CurrencyFixed:
        form.currency.errors = [_("Your currency is fixed since your first announcement.")]
        return _again("artist_page", form, **values)
    flash(_("Your page is saved."), "ok")
    return redirect(url_for(".show", slug=artist.slug), 303)


def _created(form: ArtistForm, account: Account) -> str:
    with services().database.transaction() as session:
        at = services().clock.now()
        artist = create_artist(session, form.details(), at=at)
        session.add(ArtistMember(account_id=account.id, artist_id=artist.id, joined_at=at))
        renew_sign_in(session)
    return artist.slug


def _again(template: str, form: ArtistForm, **values: Any) -> ResponseReturnValue:
    picture = find_shown(form.portrait_id, form.portrait_alt.data or "")
    return page(
        template,
        200 if values.get("preview") or values.pop("added", False) else UNPROCESSABLE,
        form=form,
        picture=picture,
        **values,
    )
