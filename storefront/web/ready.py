"""The doors' personal page: the list of what makes the rush two presses, and the address an account stores for it."""

from flask import Blueprint, abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import saved_addresses
from storefront.catalog.editions import list_editions
from storefront.extensions import services
from storefront.web import trade_words
from storefront.web.access import needs_account
from storefront.web.address_form import SavedAddressForm
from storefront.web.countries import all_countries, shipped_countries
from storefront.web.current import current_account
from storefront.web.own_paths import safe_path
from storefront.web.public import public_drop
from storefront.web.readiness import readiness, remember_understood

pages = Blueprint("ready", __name__)
addresses = Blueprint("saved_address", __name__, url_prefix="/account/delivery")
addresses.before_request(needs_account)


@pages.get("/d/<slug>/ready")
def show(slug: str) -> ResponseReturnValue:
    at, account = services().clock.now(), current_account()
    with services().database.reading() as session:
        drop = public_drop(session, slug)
        saved = saved_addresses.find_saved(session, account.id) if account is not None else None
        posted = saved is None or saved["country"] in dict(shipped_countries(drop.artist))
        return render_template(
            "shop/ready.html",
            drop=drop,
            done=readiness(session, drop),
            account=account,
            saved=saved,
            posted=posted,
            limits=[(e.pin.title, trade_words.limit(e.per_person)) for e in list_editions(session, drop.id)],
            who_may_hold=trade_words.who_may_hold(drop.who_may_hold),
            now=at,
            messages=get_flashed_messages(with_categories=True),
        )


@pages.post("/d/<slug>/ready")
def understood(slug: str) -> ResponseReturnValue:
    with services().database.reading() as session:
        remember_understood(public_drop(session, slug))
    return redirect(url_for(".show", slug=slug), 303)


@addresses.get("")
def edit() -> ResponseReturnValue:
    return _form_page(SavedAddressForm(formdata=None, data=_find_own() or {}))


@addresses.post("")
def save() -> ResponseReturnValue:
    form = SavedAddressForm()
    if form.is_redrawn or not form.validate():
        return _form_page(form), 200 if form.is_redrawn else 422
    with services().database.transaction() as session:
        saved_addresses.save(session, _account_id(), form.address, at=services().clock.now())
    flash(_("Your address is stored. It stands in the form when you hold a number."), "ok")
    return redirect(_next(), 303)


@addresses.post("/forget")
def forget() -> ResponseReturnValue:
    with services().database.transaction() as session:
        saved_addresses.forget(session, _account_id())
    flash(_("Your address is forgotten. Orders you placed keep theirs."), "ok")
    return redirect(_next(), 303)


def _form_page(form: SavedAddressForm) -> str:
    form.country.choices = [("", ""), *all_countries()]
    return render_template(
        "sign_in/delivery.html",
        form=form,
        has_one=_find_own() is not None,
        next=safe_path(request.values.get("next"), ""),
        messages=get_flashed_messages(with_categories=True),
    )


def _find_own() -> dict[str, str] | None:
    with services().database.reading() as session:
        return saved_addresses.find_saved(session, _account_id())


def _next() -> str:
    return safe_path(request.form.get("next"), url_for("account.show"))


def _account_id() -> int:
    account = current_account() or abort(403)
    return account.id
