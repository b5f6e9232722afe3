"""Plain facts: how numbers, holds and shipping work here, with this shop's real settings; and what machines ask for."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import escape

from storefront.catalog.artists import Artist
from storefront.extensions import services
from storefront.inventory.fairness import AT_LEAST, SHARE
from storefront.inventory.holds import GRACE, HOLD_FOR, MAX_EXTENSIONS, MORE_TIME
from storefront.inventory.on_show import list_artists_on_show, list_public_addresses
from storefront.money import Money
from storefront.web.formats import country, static_url
from storefront.web.languages import in_every_language
from storefront.web.public import canonical, public

PAGES = ("fairness", "shipping", "privacy", "accessibility", "imprint")
_MOST_ADDRESSES = 20_000  # a sitemap file holds 50,000
_MOST_ARTISTS = 200
_MINUTE = timedelta(minutes=1)
_NOT_FOR_ROBOTS = ("/checkout", "/holds/", "/me", "/orders/", "/pay/", "/studio", "/admin", "/d/*/me", "/d/*/take")


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
        email=settings.shop_email,
        imprint=settings.imprint,
    )
    return public(body, keep=60)


def robots() -> Response:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {canonical('shop.sitemap')}",
    ]
    return public("\n".join(lines) + "\n", keep=3600, mimetype="text/plain")


def sitemap() -> Response:
    with services().database.reading() as session:
        drops, artists = list_public_addresses(session, most=_MOST_ADDRESSES)
    found = [
        canonical("shop.home"),
        canonical("shop.drops"),
        canonical("shop.artists"),
        *(canonical(f"shop.{name}") for name in PAGES),
    ]
    found += [canonical("shop.drop", slug=slug) for slug in drops] + [
        canonical("shop.artist", slug=slug) for slug in artists
    ]
    urls = "".join(_told_in_every_language(address) for address in found)
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    xml = f'<?xml version="1.0" encoding="UTF-8"?><urlset {spaces}>{urls}</urlset>'
    return public(xml, keep=300, mimetype="application/xml")


def _told_in_every_language(address: str) -> str:
    """One entry for each language, and in each the addresses of all of them, as search engines want it."""
    found = in_every_language(address)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(url)}"/>' for language, url in found
    )
    return "".join(f"<url><loc>{escape(url)}</loc>{links if found[1:] else ''}</url>" for _language, url in found)


def favicon() -> ResponseReturnValue:
    answer = redirect(static_url("img/icon.svg"), HTTPStatus.FOUND)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


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
    )


def _countries(codes: tuple[str, ...] | list[str]) -> str:
    """Country names in the page's language; "*" stands for everywhere else and needs no list."""
    return ", ".join(sorted(country(code) for code in codes if code != "*"))
