"""Plain facts: how numbers, holds and shipping work here, with this shop's real settings."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from babel.numbers import format_percent
from flask import Response, current_app, render_template
from flask_babel import get_locale
from flask_babel import gettext as _

from storefront.accounts import sessions, throttle
from storefront.catalog.artists import Artist
from storefront.extensions import services
from storefront.inventory import places
from storefront.inventory.fairness import AT_LEAST, SHARE
from storefront.inventory.holds import GRACE, HOLD_FOR, MAX_EXTENSIONS, MORE_TIME
from storefront.inventory.on_show import list_artists_on_show
from storefront.money import Money
from storefront.orders.links import LASTS
from storefront.waitlist.joining import LAST_OFFER
from storefront.waitlist.offering import OFFER_FOR, OFFER_FOR_IN_RUSH
from storefront.web.formats import comma_list, country
from storefront.web.public import public

PAGES = ("help", "fairness", "shipping", "privacy", "accessibility", "imprint")
_MOST_ARTISTS = 200
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Zone:
    """Where an artist posts to, and for how much."""

    name: str
    countries: str
    first: Money
    further: Money


@dataclass(frozen=True)
class Posting:
    artist: str
    within_days: int
    zones: tuple[Zone, ...]
    excluded: str
    taxes: str


def show(name: str) -> Response:
    postings = _postings() if name == "shipping" else []
    settings = services().settings
    body = render_template(
        f"shop/{name}.html",
        postings=postings,
        hold_minutes=HOLD_FOR // _MINUTE,
        more_minutes=MORE_TIME // _MINUTE,
        extensions=MAX_EXTENSIONS,
        most_minutes=(HOLD_FOR + MAX_EXTENSIONS * MORE_TIME) // _MINUTE,
        grace_seconds=GRACE // timedelta(seconds=1),
        share=SHARE,
        few=AT_LEAST,
        offer_minutes=OFFER_FOR_IN_RUSH // _MINUTE,
        offer_hours=OFFER_FOR // (60 * _MINUTE),
        last_offer=LAST_OFFER // _MINUTE,
        link_days=LASTS // _DAY,
        return_days=settings.return_days,
        kept=_kept() if name == "privacy" else [],
        email=settings.shop_email,
        imprint=settings.imprint,
    )
    return public(body, keep=60)


def _postings() -> list[Posting]:
    with services().database.reading() as session:
        artists = list_artists_on_show(session, most=_MOST_ARTISTS)
        return [_posting(artist) for artist in artists if artist.currency and artist.zones]


def _posting(artist: Artist) -> Posting:
    currency = artist.currency or ""
    return Posting(
        artist=artist.name,
        within_days=artist.ships_within_days,
        zones=tuple(
            Zone(
                zone.name,
                _countries(zone.countries),
                Money(zone.first_minor, currency),
                Money(zone.further_minor, currency),
            )
            for zone in artist.zones
        ),
        excluded=_countries(artist.excluded_countries),
        taxes=", ".join(sorted(_tax(code, rate) for code, rate in artist.tax_rates.items() if rate)),
    )


def _tax(code: str, rate: int) -> str:
    percent = format_percent(Decimal(rate) / 10_000, format="#,##0.##%", locale=str(get_locale() or "en"))
    return str(_("%(country)s %(percent)s", country=country(code), percent=percent))


def _kept() -> list[tuple[str, int]]:
    """What is kept of somebody, and for how many days: said by what forgets it."""
    cookie: timedelta = current_app.config["PERMANENT_SESSION_LIFETIME"]
    found = (
        (_("The cookie of who holds a number"), cookie),
        (_("A sign-in that is not used"), sessions.IDLE),
        (_("A sign-in that is used"), sessions.LONGEST),
        (_("The link to an order in your mail"), LASTS),
        (_("The code of the network you held from"), places.KEPT_FOR),
        (_("How often something was tried"), throttle.KEPT_FOR),
    )
    return [(what, -(-span // _DAY)) for what, span in found]


def _countries(codes: tuple[str, ...] | list[str]) -> str:
    """Country names in the page's language; "*" stands for everywhere else and needs no list."""
    return comma_list(sorted(country(code) for code in codes if code != "*"))
