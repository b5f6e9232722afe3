"""Putting the opening of an announced drop off. Everybody who waits for it is told by the clock."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.catalog.local_time import wall_of
from storefront.extensions import services
from storefront.inventory.running import BroughtForward, TooLateToPutOff, may_put_off, put_off
from storefront.web.ownership import own_drop
from storefront.web.studio.drop_form import TimesForm
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_drop

pages = Blueprint("timing", __name__)


@pages.route("/drops/<int:drop_id>/timing", methods=["GET", "POST"])
def show(drop_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        drop = own_drop(session, drop_id)
        place = place_of_drop(drop)
    if not may_put_off(drop, services().clock.now()):
        return _too_late(drop_id)
    form = TimesForm(
        data={
            "zone": drop.zone,
            "opens": wall_of(drop.opens_at, drop.zone),
            "closes": wall_of(drop.closes_at, drop.zone) if drop.closes_at else None,
        }
    )
    times = form.times() if request.method == "POST" else None
    if times is None:
        return page("timing", UNPROCESSABLE if form.errors else 200, place=place, form=form, drop=drop)
    try:
        with services().database.transaction() as session:
            put_off(session, own_drop(session, drop_id), *times, zone=form.zone.data, at=services().clock.now())
    except BroughtForward:
        form.opens.errors = [_("The opening can only be put off: who planned for it must not come too late.")]
        return page("timing", UNPROCESSABLE, place=place, form=form, drop=drop)
    except TooLateToPutOff:
        return _too_late(drop_id)
    flash(_("The opening is put off. Your followers, and all who want to be reminded, are told by mail."), "ok")
    return redirect(url_for("studio.drops.show", drop_id=drop_id), 303)


def _too_late(drop_id: int) -> ResponseReturnValue:
    flash(_("Only an announced drop that has not opened yet can be put off."), "error")
    return redirect(url_for("studio.drops.show", drop_id=drop_id), 303)
