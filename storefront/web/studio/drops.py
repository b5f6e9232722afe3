"""A drop in the studio: its plan, its preview, and how it stands."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.drop_plans import (
    DropFrozen,
    DropPlan,
    NotForThisDrop,
    create_drop,
    edit_drop,
    list_free_editions,
    plan_of,
)
from storefront.catalog.drops import DropState
from storefront.catalog.local_time import wall_of
from storefront.catalog.previews import new_preview
from storefront.extensions import services
from storefront.web.formats import money
from storefront.web.forms import option
from storefront.web.ownership import own_artist, own_drop
from storefront.web.public import returnable
from storefront.web.studio.board import board_of
from storefront.web.studio.drop_form import DropForm, TitleForm
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_artist, place_of_drop
from storefront.web.studio.zones import guess_zone

pages = Blueprint("drops", __name__)


@pages.route("/artists/<slug>/drops/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        artist = own_artist(session, slug)
        free = _choices(session, artist.id)
        values = {"place": place_of_artist(artist), "editions": free, "slug": slug}
        zone = guess_zone(session, artist)
    form = DropForm(data={"zone": zone, "who_may_hold": "anyone", "editions": [free[-1].value] if free else []})
    form.offer(free)
    if request.method == "GET":
        return page("drop_new", form=form, **values)
    plan = form.plan()
    if plan is None:
        return page("drop_new", UNPROCESSABLE, form=form, **values)
    try:
        with services().database.transaction() as session:
            drop = create_drop(session, own_artist(session, slug), plan, at=services().clock.now())
    except NotForThisDrop:
        form.form_errors.append(_("One of these editions was put into another drop meanwhile."))
        return page("drop_new", UNPROCESSABLE, form=form, **values)
    flash(_("The drop is planned. Look it over, then announce it."), "ok")
    return redirect(url_for("studio.announcing.show", drop_id=drop.id), 303)


@pages.get("/drops/<int:drop_id>")
def show(drop_id: int) -> ResponseReturnValue:
    """How the drop stands; a draft's board is its checklist."""
    with services().database.reading() as session:
        at = services().clock.now()
        drop = own_drop(session, drop_id)
        if drop.state is DropState.DRAFT:
            return redirect(url_for("studio.announcing.show", drop_id=drop_id), 303)
        return page("drop", place=place_of_drop(drop), drop=drop, board=board_of(session, drop, at))


@pages.route("/drops/<int:drop_id>/plan", methods=["GET", "POST"])
def edit(drop_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        drop = own_drop(session, drop_id)
        standing = plan_of(session, drop)
        free = _choices(session, drop.artist_id, drop.id)
        values = {"place": place_of_drop(drop), "editions": free, "drop": drop, "slug": drop.artist.slug}
    form = TitleForm(obj=drop) if drop.state is not DropState.DRAFT else _plan_form(standing, free)
    if request.method == "GET":
        return page("plan", form=form, **values)
    plan = _wanted(form, standing)
    if plan is None:
        return page("plan", UNPROCESSABLE, form=form, **values)
    try:
        with services().database.transaction() as session:
            edit_drop(session, own_drop(session, drop_id), plan, at=services().clock.now())
    except NotForThisDrop:
        form.form_errors.append(_("One of these editions was put into another drop meanwhile."))
        return page("plan", UNPROCESSABLE, form=form, **values)
    except DropFrozen:
        flash(_("The drop was announced meanwhile: only its title can still change."), "warn")
        return redirect(url_for(".edit", drop_id=drop_id), 303)
    flash(_("The plan is saved."), "ok")
    return redirect(url_for(".show", drop_id=drop_id), 303)


@pages.post("/drops/<int:drop_id>/previews")
def preview(drop_id: int) -> ResponseReturnValue:
    """A fresh link, shown this once: only its hash is kept."""
    with services().database.transaction() as session:
        drop = own_drop(session, drop_id)
        token = new_preview(session, drop)
        place = place_of_drop(drop)
    link = f"{services().settings.base_url}/d/{drop.slug}?preview={token}"
    return returnable(page("preview", 201, place=place, link=link, drop_id=drop_id))


def _plan_form(standing: DropPlan, free: list[Any]) -> DropForm:
    form = DropForm(
        data={
            "title": standing.title,
            "zone": standing.zone,
            "opens": wall_of(standing.opens_at, standing.zone),
            "closes": wall_of(standing.closes_at, standing.zone) if standing.closes_at else None,
            "who_may_hold": standing.who_may_hold,
            "editions": list(standing.editions),
            "large": next(iter(standing.editions), None),
        }
    )
    form.offer(free)
    return form


def _wanted(form: TitleForm, standing: DropPlan) -> DropPlan | None:
    if isinstance(form, DropForm):
        return form.plan()
    return replace(standing, title=form.title.data or "") if form.validate() else None


def _choices(session: Session, artist_id: int, drop_id: int | None = None) -> list[Any]:
    """The editions a drop may sell, named by pin, size and price."""
    return [
        option(e.id, _("%(title)s, %(size)s pieces at %(price)s", title=e.pin.title, size=e.size, price=money(e.price)))
        for e in list_free_editions(session, artist_id, drop_id)
    ]
