"""What search engines ask for first: which addresses there are, when each last changed, and what pictures hang there."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from storefront.extensions import services
from storefront.inventory.news import Page, count_pages, list_artist_pages, list_drop_pages
from storefront.web.formats import static_url
from storefront.web.languages import in_every_language
from storefront.web.pictures import shown
from storefront.web.plain_pages import PAGES
from storefront.web.public import absolute, canonical, public

PER_PART = 5_000  # of each kind; a file may hold 50,000 addresses, and nobody should wait for one so long
_KEEP = 300
_NOT_FOR_ROBOTS = (
    "/checkout", "/holds/", "/me", "/orders/", "/pay/", "/studio", "/admin", "/embed/", "/search", "/d/*/me", "/d/*/take",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One address; `changed_at` is None where nothing is written down about it."""

    url: str
    changed_at: datetime | None = None
    pictures: tuple[str, ...] = ()

    @property
    def in_languages(self) -> list[tuple[str, str]]:
        """Each language with the address in it: search engines want all of them with each."""
        return in_every_language(self.url)


def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), ""]
    body = "\n".join([*lines, f"Sitemap: {canonical('shop.sitemap')}"]) + "\n"
    return public(body, keep=3600, mimetype="text/plain")


def sitemap() -> Response:
    """All of it, or the list of its parts once it is longer than one."""
    with services().database.reading() as session:
        parts = -(-count_pages(session) // PER_PART)
    if parts <= 1:
        return _part(1)
    urls = [canonical("shop.sitemap_part", part=part) for part in range(1, parts + 1)]
    return public(render_template("machines/sitemaps.xml", urls=urls), keep=_KEEP, mimetype="application/xml")


def sitemap_part(part: int) -> Response:
    if part < 1:
        abort(HTTPStatus.NOT_FOUND)
    return _part(part)


def favicon() -> ResponseReturnValue:
    answer = redirect(static_url("img/icon.svg"), HTTPStatus.FOUND)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


def _part(part: int) -> Response:
    skip = (part - 1) * PER_PART
    with services().database.reading() as session:
        drops = [_place("shop.drop", page) for page in list_drop_pages(session, skip=skip, most=PER_PART)]
        artists = [_place("shop.artist", page) for page in list_artist_pages(session, skip=skip, most=PER_PART)]
    standing = _standing(drops) if part == 1 else []
    if not (standing or drops or artists):
        abort(HTTPStatus.NOT_FOUND)
    body = render_template("machines/sitemap.xml", places=[*standing, *artists, *drops])
    return public(body, keep=_KEEP, mimetype="application/xml")


def _standing(drops: list[Place]) -> list[Place]:
    """The pages that are always there; what lists the drops changes with them."""
    latest = max((place.changed_at for place in drops if place.changed_at), default=None)
    lists = [Place(canonical(name), latest) for name in ("shop.home", "shop.drops", "shop.artists")]
    return [*lists, *(Place(canonical(f"shop.{name}")) for name in PAGES)]


def _place(endpoint: str, page: Page) -> Place:
    pictures = tuple(absolute(shown(picture, alt).src) for picture, alt in page.pictures)
    return Place(absolute(url_for(endpoint, slug=page.slug)), page.changed_at, pictures)
