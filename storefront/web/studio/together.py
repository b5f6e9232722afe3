"""Who shows whom: an artist and a museum or gallery ask each other, and both pages say so once both have agreed."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist, ArtistKind, find_artist
from storefront.catalog.representing import (
    AlreadyAsked,
    NotAHouse,
    Representation,
    TooManyAsked,
    agree,
    ask,
    list_of,
    part,
)
from storefront.extensions import services
from storefront.inventory.on_show import is_on_show
from storefront.web.forms import LineField, ShopForm, later, needed
from storefront.web.ownership import own_artist
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_artist

pages = Blueprint("together", __name__)


class AskForm(ShopForm):
    whom = LineField(later("The address of their page here"), [needed(later("Enter the address of their page."))])


class Row(NamedTuple):
    """One other, as the page lists it; `url` is empty while nothing of theirs is on show."""

    id: int
    name: str
    url: str


@pages.route("/artists/<slug>/together", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    if "act" in request.form and "one" in request.form:
        return _answered(slug)
    form = AskForm()
    if request.method == "GET" or not form.validate():
        return _page(slug, form, UNPROCESSABLE if request.method == "POST" else 200)
    try:
        with services().database.transaction() as session:
            other = _find_other(session, form.whom.data or "")
            if other is not None:
                ask(session, own_artist(session, slug), other, at=services().clock.now())
    except (NotAHouse, AlreadyAsked, TooManyAsked) as outcome:
        form.whom.errors = [_refusal(outcome)]
        return _page(slug, form, UNPROCESSABLE)
    if other is None:
        form.whom.errors = [_("No page here has this address. Copy it from their page, such as /a/ines.")]
        return _page(slug, form, UNPROCESSABLE)
    flash(_("%(name)s is asked. Both pages say it once they have agreed.", name=other.name), "ok")
    return redirect(url_for(".edit", slug=slug), 303)


def _answered(slug: str) -> ResponseReturnValue:
    """Agree to what was asked; or part, whichever side it is."""
    wanted = request.form["one"]
    with services().database.transaction() as session:
        artist = own_artist(session, slug)
        found = next((one for one in list_of(session, artist) if str(one.id) == wanted), None) or abort(404)
        name = found.other(artist).name
        if request.form["act"] == "agree":
            agree(session, found, artist, at=services().clock.now())
            said = _("Both pages say it now: yours and that of %(name)s.", name=name)
        else:
            part(session, found)
            said = _("It is ended. Neither page names the other: yours nor that of %(name)s.", name=name)
    flash(said, "ok")
    return redirect(url_for(".edit", slug=slug), 303)


def _page(slug: str, form: AskForm, status: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        artist = own_artist(session, slug)
        known = list_of(session, artist)
        asked = [_row(session, one, artist) for one in known if not one.agreed_at and one.asked_by_id != artist.id]
        asking = [_row(session, one, artist) for one in known if not one.agreed_at and one.asked_by_id == artist.id]
        agreed = [_row(session, one, artist) for one in known if one.agreed_at]
        place, is_house = place_of_artist(artist), artist.kind is not ArtistKind.PERSON
    return page(
        "together", status, form=form, place=place, is_house=is_house, asked=asked, asking=asking, agreed=agreed
    )


def _row(session: Session, one: Representation, artist: Artist) -> Row:
    other = one.other(artist)
    url = url_for("shop.artist", slug=other.slug) if is_on_show(session, other) else ""
    return Row(one.id, other.name, url)


def _find_other(session: Session, typed: str) -> Artist | None:
    """By the address or its last part; who has nothing on show does not exist for strangers."""
    try:
        path = urlsplit(typed).path
    except ValueError:  # as in "//[a": no address at all
        return None
    other = find_artist(session, re.sub(r"^(.*/)?a/", "", path.strip("/")))
    return other if other is not None and is_on_show(session, other) else None


def _refusal(outcome: Exception) -> str:
    match outcome:
        case NotAHouse():
            return str(_("One of the two must be a museum or a gallery."))
        case TooManyAsked():
            return str(_("Many of your questions are not answered yet. Take one back first."))
        case _:
            return str(_("This is asked already, or agreed: it stands above."))
