"""A drop in the hands of an admin: pause, resume, close."""

from collections.abc import Callable

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.extensions import services
from storefront.inventory import running
from storefront.inventory.running import NotRunning
from storefront.inventory.wall import list_walls
from storefront.web.admin.page import back, page
from storefront.web.forms import tidy_line

pages = Blueprint("drops", __name__, url_prefix="/drops")
_LONGEST_REASON = 200


@pages.get("/<int:drop_id>")
def show(drop_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        return _page(session, drop_id)


@pages.post("/<int:drop_id>/pauses")
def pause(drop_id: int) -> ResponseReturnValue:
    reason = tidy_line(request.form.get("reason"))
    if not 1 <= len(reason) <= _LONGEST_REASON:
        with services().database.reading() as session:
            return _page(
                session, drop_id, _("Say why in up to %(n)s letters: buyers read it.", n=_LONGEST_REASON), reason
            )
    return _change(
        drop_id,
        lambda session, drop: running.pause(session, drop, reason, at=services().clock.now()),
        _("Paused. Nobody can hold a number until you resume."),
    )


@pages.post("/<int:drop_id>/resumptions")
def resume(drop_id: int) -> ResponseReturnValue:
    return _change(
        drop_id,
        lambda session, drop: running.resume(session, drop, at=services().clock.now()),
        _("Resumed. Numbers can be held again."),
    )


@pages.post("/<int:drop_id>/closings")
def close(drop_id: int) -> ResponseReturnValue:
    if request.form.get("sure") != "yes":
        with services().database.reading() as session:
            return _page(session, drop_id, _("Tick that you are sure: a closed drop never opens again."), field="sure")
    return _change(
        drop_id,
        lambda session, drop: running.close(session, drop, at=services().clock.now()),
        _("Closed for good. Holds that stand may still be paid."),
    )


def _change(drop_id: int, change: Callable[[Session, Drop], None], said: str) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            change(session, session.get(Drop, drop_id) or abort(404))
    except NotRunning:
        return back(_("Nothing was changed: the drop has moved on meanwhile."), "warn", ".show", drop_id=drop_id)
    return back(said, "ok", ".show", drop_id=drop_id)


def _page(session: Session, drop_id: int, error: str = "", reason: str = "", field: str = "reason") -> tuple[str, int]:
    drop = session.get(Drop, drop_id, options=[joinedload(Drop.artist)]) or abort(404)
    at = services().clock.now()
    query = select(Edition).where(Edition.drop_id == drop.id).order_by(Edition.position, Edition.id)
    editions = session.scalars(query.options(joinedload(Edition.pin))).all()
    walls = list_walls(session, editions, at=at)
    return page(
        "drop",
        422 if error else 200,
        drop=drop,
        artist=drop.artist.name,
        editions=[(edition, edition.pin.title, walls[edition.id]) for edition in editions],
        sells=drop.sells_at(at),
        over=drop.has_closed(at),
        error=error,
        field=field,
        reason_typed=reason,
    )
