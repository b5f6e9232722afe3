"""Feeds: the drops announced last, of everybody or of one artist, as RSS 2.0, Atom and JSON Feed 1.1."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Response, abort, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.artists import find_artist
from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.inventory.news import list_news, told_at
from storefront.inventory.on_show import list_editions_of
from storefront.web import trade_words as words
from storefront.web.formats import money, place, zoned
from storefront.web.pictures import Shown, shown
from storefront.web.public import absolute, canonical, public

_MOST = 40
_KEEP = 60
_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


@dataclass(frozen=True)
class Entry:
    url: str
    title: str
    artist: str
    artist_url: str
    said: tuple[str, ...]
    picture: Shown | None
    picture_url: str
    announced_at: datetime
    changed_at: datetime

    @property
    def announced_on(self) -> str:
        """As RSS writes dates (RFC 822)."""
        return format_datetime(self.announced_at)


@dataclass(frozen=True)
class Feed:
    title: str
    about: str
    home: str
    formats: dict[str, str]
    changed_at: datetime
    entries: tuple[Entry, ...]

    @property
    def changed_on(self) -> str:
        return format_datetime(self.changed_at)


def of_all(kind: str) -> Response:
    with services().database.reading() as session:
        entries = _entries(session, list_news(session, most=_MOST))
    shop = services().settings.shop_name
    feed = Feed(
        title=_("%(shop)s: drops", shop=shop),
        about=_("Numbered enamel pins, each sold once: what was announced last."),
        home=canonical("shop.drops"),
        formats={name: canonical("shop.feed", kind=name) for name in _TYPES},
        changed_at=_changed(entries),
        entries=entries,
    )
    return _answer(feed, kind)


def of_artist(slug: str, kind: str) -> Response:
    with services().database.reading() as session:
        artist = find_artist(session, slug) or abort(404)
        entries = _entries(session, list_news(session, artist_id=artist.id, most=_MOST))
    if not entries:
        abort(404)
    feed = Feed(
        title=_("%(artist)s: drops", artist=artist.name),
        about=_("Numbered enamel pins by %(artist)s: what was announced last.", artist=artist.name),
        home=canonical("shop.artist", slug=slug),
        formats={name: canonical("shop.artist_feed", slug=slug, kind=name) for name in _TYPES},
        changed_at=_changed(entries),
        entries=entries,
    )
    return _answer(feed, kind)


def _entries(session: Session, drops: list[Drop]) -> tuple[Entry, ...]:
    editions = list_editions_of(session, drops)
    return tuple(_entry(drop, editions[drop.id]) for drop in drops)


def _entry(drop: Drop, editions: list[Edition]) -> Entry:
    front = editions[0].pin.picture(PictureRole.FRONT) if editions else None
    picture = shown(front.picture, front.alt) if front else None
    opens = _("Opens %(when)s in %(place)s.", when=zoned(drop.opens_at, drop.zone), place=place(drop.zone))
    return Entry(
        url=canonical("shop.drop", slug=drop.slug),
        title=_("%(title)s by %(artist)s", title=drop.title, artist=drop.artist.name),
        artist=drop.artist.name,
        artist_url=absolute(url_for("shop.artist", slug=drop.artist.slug)),
        said=(opens, *(_told(edition) for edition in editions)),
        picture=picture,
        picture_url=absolute(picture.src) if picture else "",
        announced_at=drop.announced_at or drop.created_at,
        changed_at=told_at(drop),
    )


def _told(edition: Edition) -> str:
    told = {"title": edition.pin.title, "material": words.material(edition.pin), "price": money(edition.price)}
    return _(
        "%(title)s. %(material)s. An edition of %(size)s numbered pins at %(price)s each.", size=edition.size, **told
    )


def _changed(entries: tuple[Entry, ...]) -> datetime:
    """A feed of nothing has not changed since the world began for computers."""
    return max(
        (entry.changed_at for entry in entries), default=datetime.fromtimestamp(0, tz=services().clock.now().tzinfo)
    )


def _answer(feed: Feed, kind: str) -> Response:
    body = json.dumps(_json(feed)) if kind == "json" else render_template(f"machines/feed.{kind}.xml", feed=feed)
    return public(body, keep=_KEEP, mimetype=_TYPES[kind])


def _json(feed: Feed) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.home,
        "feed_url": feed.formats["json"],
        "language": services().settings.locale,
        "items": [_item(entry) for entry in feed.entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "content_text": "\n".join(entry.said),
        "date_published": entry.announced_at.isoformat(),
        "date_modified": entry.changed_at.isoformat(),
        "authors": [{"name": entry.artist, "url": entry.artist_url}],
    }
    if entry.picture_url:
        item["image"] = entry.picture_url
    return item
