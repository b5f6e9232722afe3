"""The announcement: a checklist, a word about what is frozen from now on, and the button."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import BooleanField

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import list_editions
from storefront.catalog.readiness import Gap, Need, missing_for_announcement
from storefront.extensions import services
from storefront.inventory.announcing import NotADraft, NotReady, announce
from storefront.web import trade_words
from storefront.web.forms import ShopForm, later, needed
from storefront.web.ownership import own_drop
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_drop

pages = Blueprint("announcing", __name__)


class AnnouncementForm(ShopForm):
    agreed = BooleanField(
        later(
            "I understand that numbers and price can’t be changed afterwards, and that the opening can only be put off."
        ),
        [needed(later("Tick this to announce the drop."))],
    )


@dataclass(frozen=True)
class CheckRow:
    """One line of the checklist; `url` leads to where a missing thing is added."""

    ok: bool
    words: str
    url: str = ""


@pages.get("/drops/<int:drop_id>/announcement")
def show(drop_id: int) -> ResponseReturnValue:
    return _page(drop_id, AnnouncementForm(), 200)


@pages.post("/drops/<int:drop_id>/announcement")
def create(drop_id: int) -> ResponseReturnValue:
    form = AnnouncementForm()
    if not form.validate():
        return _page(drop_id, form, UNPROCESSABLE)
    try:
        with services().database.transaction() as session:
            drop = own_drop(session, drop_id)
            announce(session, drop, at=services().clock.now())
    except NotReady:
        form.form_errors.append(_("Something is still missing. Look at the list."))
        return _page(drop_id, form, UNPROCESSABLE)
    except NotADraft:
        return redirect(url_for("studio.drops.show", drop_id=drop_id), 303)
    flash(_("%(title)s is announced. Everybody can see it now.", title=drop.title), "ok")
    return redirect(url_for("studio.drops.show", drop_id=drop_id), 303)


def _page(drop_id: int, form: AnnouncementForm, status: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        at = services().clock.now()
        drop = own_drop(session, drop_id)
        if drop.state is not DropState.DRAFT:
            return redirect(url_for("studio.drops.show", drop_id=drop_id), 303)
        gaps = missing_for_announcement(session, drop, at=at)
        return page(
            "announcement",
            status,
            place=place_of_drop(drop),
            drop=drop,
            form=form,
            rows=_checklist(session, drop, gaps),
            ready=not gaps,
            editions=[(e, trade_words.rule(e.policy)) for e in list_editions(session, drop.id)],
        )


def _checklist(session: Session, drop: Drop, gaps: list[Gap]) -> list[CheckRow]:
    titles = {e.pin_id: e.pin.title for e in list_editions(session, drop.id)}
    missing = {gap.need for gap in gaps}
    fine = [CheckRow(ok=True, words=said) for need, said in _fine_words().items() if need not in missing]
    return [CheckRow(False, _gap_words(gap, titles), _gap_url(gap, drop)) for gap in gaps] + fine


def _fine_words() -> dict[Need, str]:
    return {
        Need.EDITION: _("Something is on sale"),
        Need.FRONT: _("Every pin has a front picture, and words for it"),
        Need.STORY: _("Every pin has its story"),
        Need.PRICE: _("Every edition has a price"),
        Need.SHIPPING: _("You have said where you post to"),
        Need.OPENING: _("The opening lies ahead"),
    }


def _gap_words(gap: Gap, titles: dict[int, str]) -> str:
    title = titles.get(gap.subject_id or 0, "")
    said: dict[Need, str] = {
        Need.EDITION: _("Nothing is on sale yet. Choose an edition."),
        Need.FRONT: _("%(title)s needs a front picture.", title=title),
        Need.STORY: _("%(title)s needs its story.", title=title),
        Need.PRICE: _("An edition needs a price."),
        Need.CURRENCY: _("The editions are in different currencies."),
        Need.SHIPPING: _("Say where you post to."),
        Need.OPENING: _("The opening has passed. Choose a later one."),
    }
    return said[gap.need]


def _gap_url(gap: Gap, drop: Drop) -> str:
    if gap.need is Need.FRONT:
        return url_for("studio.pictures.show", pin_id=gap.subject_id)
    if gap.need is Need.STORY:
        return url_for("studio.pins.edit", pin_id=gap.subject_id, _anchor="story")
    if gap.need in (Need.PRICE, Need.CURRENCY):
        return url_for("studio.editions.edit", edition_id=gap.subject_id)
    if gap.need is Need.SHIPPING:
        return url_for("studio.shipping.edit", slug=drop.artist.slug)
    return url_for("studio.drops.edit", drop_id=drop.id)
