"""An edition in the studio: its terms while it is a draft, and what was promised afterwards."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.edition_terms import (
    EditionFrozen,
    EditionTerms,
    ReservedRefused,
    create_edition,
    edit_edition,
    remove_edition,
)
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.extensions import services
from storefront.web import trade_words
from storefront.web.formats import money
from storefront.web.ownership import own_edition, own_pin
from storefront.web.studio import words
from storefront.web.studio.edition_form import EditionForm, form_in
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_pin

pages = Blueprint("editions", __name__)


@pages.route("/pins/<int:pin_id>/editions/new", methods=["GET", "POST"])
def new(pin_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        pin = own_pin(session, pin_id)
        currency = pin.artist.currency
        values = {"place": place_of_pin(session, pin), "currency": currency, "edition_id": None}
        slug = pin.artist.slug
    if currency is None:
        flash(_("Choose your currency first."), "warn")
        return redirect(url_for("studio.artists.edit", slug=slug), 303)
    form = form_in(currency)(data={"proofs": 0, "per_person": 1, "policy": NumberPolicy.ASCENDING})
    if request.method == "GET":
        return page("edition", form=form, **values)

    def create(session: Session, terms: EditionTerms) -> Edition:
        return create_edition(session, own_pin(session, pin_id), terms, at=services().clock.now())

    edition = _saved(form, create)
    if edition is None:
        return page("edition", UNPROCESSABLE, form=form, **values)
    flash(_("The edition is saved. Now plan its drop."), "ok")
    return redirect(url_for(".edit", edition_id=edition.id), 303)


@pages.route("/editions/<int:edition_id>", methods=["GET", "POST"])
def edit(edition_id: int) -> ResponseReturnValue:
    with services().database.reading() as session:
        edition = own_edition(session, edition_id)
        place = place_of_pin(session, edition.pin)
        facts = _facts(edition) if edition.minted_at else None
    if facts is not None:
        return page("edition_frozen", 200 if request.method == "GET" else 409, place=place, facts=facts)
    form = form_in(edition.currency)(obj=edition)
    values = {"place": place, "currency": edition.currency, "edition_id": edition_id, "form": form}
    if request.method == "GET":
        return page("edition", **values)

    def change(session: Session, terms: EditionTerms) -> Edition:
        standing = own_edition(session, edition_id)
        edit_edition(session, standing, terms)
        return standing

    try:
        saved = _saved(form, change)
    except EditionFrozen:
        return redirect(url_for(".edit", edition_id=edition_id), 303)
    if saved is None:
        return page("edition", UNPROCESSABLE, **values)
    flash(_("The edition is saved."), "ok")
    return redirect(url_for(".edit", edition_id=edition_id), 303)


@pages.post("/editions/<int:edition_id>/removal")
def remove(edition_id: int) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            edition = own_edition(session, edition_id)
            pin_id = edition.pin_id
            remove_edition(session, edition)
    except EditionFrozen:
        flash(_("An announced edition is kept for ever."), "warn")
        return redirect(url_for(".edit", edition_id=edition_id), 303)
    flash(_("The edition is removed."), "ok")
    return redirect(url_for("studio.pins.edit", pin_id=pin_id), 303)


def _saved(form: EditionForm, save: Callable[[Session, EditionTerms], Edition]) -> Edition | None:
    """The saved edition, or None when the form says what is wrong."""
    if not form.validate():
        return None
    try:
        with services().database.transaction() as session:
            return save(session, form.terms())
    except ReservedRefused as refused:
        field, said = {
            "outside": (
                form.reserved,
                _("Keep back numbers of this edition only: 1 to %(size)s.", size=form.size.data),
            ),
            "all": (form.reserved, _("All numbers are kept back; leave at least one to sell.")),
            "note": (form.reserved_note, _("Tell visitors where these numbers go, such as “the museum’s archive”.")),
        }[refused.reason]
        field.errors = [said]
        return None


def _facts(edition: Edition) -> list[tuple[str, str]]:
    rows = [
        (_("Numbered pieces"), str(edition.size)),
        (_("Artist’s proofs"), str(edition.proofs)),
        (_("Price, tax included"), money(edition.price)),
        (_("How numbers are given out"), words.policy(edition.policy)),
        (_("Per person"), trade_words.limit(edition.per_person)),
    ]
    if edition.reserved:
        numbers = ", ".join(map(str, edition.reserved))
        rows.append((_("Kept back"), f"{numbers}. {edition.reserved_note}"))
    return rows
