"""Where an artist posts to, for how much, and which tax the price contains there."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.catalog.shipping import EVERYWHERE, CountryTwice, set_shipping
from storefront.extensions import services
from storefront.web.forms import country_name
from storefront.web.ownership import own_artist
from storefront.web.studio.page import UNPROCESSABLE, page, place_of_artist
from storefront.web.studio.rows import added_row
from storefront.web.studio.shipping_form import form_in, values_of

pages = Blueprint("shipping", __name__)


@pages.route("/artists/<slug>/shipping", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        artist = own_artist(session, slug)
        currency = artist.currency or "EUR"
        form = form_in(currency)(data=values_of(artist))
        values = {"place": place_of_artist(artist), "currency": currency, "form": form}
    if request.method == "GET" or added_row({"zones": form.zones, "rates": form.rates}):
        return page("shipping", **values)
    if not form.validate():
        return page("shipping", UNPROCESSABLE, **values)
    try:
        with services().database.transaction() as session:
            set_shipping(session, own_artist(session, slug), form.terms())
    except CountryTwice as twice:
        form.form_errors.append(_twice(twice.country))
        return page("shipping", UNPROCESSABLE, **values)
    flash(_("Shipping and tax are saved."), "ok")
    return redirect(url_for("studio.artists.show", slug=slug), 303)


def _twice(country: str) -> str:
    if country == EVERYWHERE:
        return str(_("“Everywhere else” stands in two zones. Keep it in one."))
    return str(_("%(country)s stands in two places. Keep it in one zone.", country=country_name(country)))
