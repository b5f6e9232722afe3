"""While a drop stands: cancelling it before it opens; pausing, resuming and closing it once it sells."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import BooleanField

from storefront.catalog.drops import Drop, DropState
from storefront.extensions import services
from storefront.inventory.running import NotRunning, TooLateToCancel, cancel, close, pause, resume
from storefront.web.forms import LongTextField, ShopForm, later, needed
from storefront.web.ownership import own_drop
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_drop

pages = Blueprint("running", __name__)
Act = Callable[[Session, Drop, datetime], None]


class ReasonForm(ShopForm):
    reason = LongTextField(later("Why?"), [needed(later("Give visitors a reason. They will read it."))], longest=300)


class ClosingForm(ShopForm):
    sure = BooleanField(
        later("End the sale now. It can’t be opened again."), [needed(later("Tick this to end the sale."))]
    )


@pages.get("/drops/<int:drop_id>/cancellation")
def ask_to_cancel(drop_id: int) -> ResponseReturnValue:
    return _ask("cancellation", drop_id, ReasonForm())


@pages.post("/drops/<int:drop_id>/cancellation")
def create_cancellation(drop_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    with services().database.reading() as session:
        unseen = own_drop(session, drop_id).state is DropState.DRAFT  # and needs no excuse
    if not unseen and not form.validate():
        return _ask("cancellation", drop_id, form, UNPROCESSABLE)
    reason = "" if unseen else form.reason.data or ""
    said = _("The plan is thrown away.") if unseen else _("The drop is cancelled.")
    return _done(drop_id, lambda session, drop, at: cancel(session, drop, reason, at=at), said)


@pages.get("/drops/<int:drop_id>/pauses")
def ask_to_pause(drop_id: int) -> ResponseReturnValue:
    return _ask("pause", drop_id, ReasonForm())


@pages.post("/drops/<int:drop_id>/pauses")
def create_pause(drop_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return _ask("pause", drop_id, form, UNPROCESSABLE)
    reason = form.reason.data or ""
    said = _("The sale is paused. Numbers already held keep their time.")
    return _done(drop_id, lambda session, drop, at: pause(session, drop, reason, at=at), said)


@pages.post("/drops/<int:drop_id>/resumptions")
def create_resumption(drop_id: int) -> ResponseReturnValue:
    return _done(drop_id, lambda session, drop, at: resume(session, drop, at=at), _("The sale goes on."))


@pages.get("/drops/<int:drop_id>/closing")
def ask_to_close(drop_id: int) -> ResponseReturnValue:
    return _ask("closing", drop_id, ClosingForm())


@pages.post("/drops/<int:drop_id>/closing")
def create_closing(drop_id: int) -> ResponseReturnValue:
    form = ClosingForm()
    if not form.validate():
        return _ask("closing", drop_id, form, UNPROCESSABLE)
    return _done(drop_id, lambda session, drop, at: close(session, drop, at=at), _("The sale has ended."))


def _ask(template: str, drop_id: int, form: ShopForm, status: int = 200) -> ResponseReturnValue:
    with services().database.reading() as session:
        drop = own_drop(session, drop_id)
        place = place_of_drop(drop)
    return page(template, status, place=place, form=form, drop=drop)


def _done(drop_id: int, act: Act, said: str) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            drop = own_drop(session, drop_id)
            act(session, drop, services().clock.now())
            gone = drop.state is DropState.CANCELLED and not drop.is_public
            onward = url_for("studio.artists.show", slug=drop.artist.slug) if gone else None
    except TooLateToCancel:
        flash(_("The drop has opened, so it can’t be cancelled any more. You can pause or close it."), "error")
    except NotRunning:
        flash(_("The drop is not in a state for that. Here is how it stands."), "error")
    else:
        flash(said, "ok")
        if onward:
            return redirect(onward, 303)
    return redirect(url_for("studio.drops.show", drop_id=drop_id), 303)
