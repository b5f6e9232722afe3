"""Openings as calendar entries (RFC 5545): of one drop, of an artist, of all; each with a reminder ten minutes before.

An entry keeps its UID when its drop is moved or called off, and its SEQUENCE rises, so that a calendar changes what it has.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import Response, abort
from flask_babel import gettext as _

from storefront.catalog.artists import find_artist
from storefront.catalog.drops import Drop, DropState
from storefront.extensions import services
from storefront.inventory.news import list_dates, told_at
from storefront.inventory.on_show import find_drop_with_artist
from storefront.web.public import canonical, public

_SHOWN_FOR = timedelta(minutes=30)
_MOST_BYTES = 73  # a line holds 75 octets, a continued one begins with a space
_MOST = 200
_LOOKS_BACK = timedelta(days=90)
_AGAIN = "PT1H"  # how soon a calendar that follows should look again


def of_drop(slug: str) -> Response:
    with services().database.reading() as session:
        drop = find_drop_with_artist(session, slug)
        if drop is None or not drop.is_public:
            abort(404)
    answer = _answer([drop], _title(drop))
    answer.headers["Content-Disposition"] = f'attachment; filename="{drop.slug}.ics"'
    return answer


def of_all() -> Response:
    since = services().clock.now() - _LOOKS_BACK
    with services().database.reading() as session:
        drops = list_dates(session, since=since, most=_MOST)
    return _answer(drops, _("%(shop)s: drops", shop=services().settings.shop_name))


def of_artist(slug: str) -> Response:
    since = services().clock.now() - _LOOKS_BACK
    with services().database.reading() as session:
        artist = find_artist(session, slug) or abort(404)
        if not list_dates(session, artist_id=artist.id, since=artist.created_at, most=1):
            abort(404)  # nothing of theirs is public
        drops = list_dates(session, artist_id=artist.id, since=since, most=_MOST)
    return _answer(drops, _("%(artist)s: drops", artist=artist.name))


def _answer(drops: Iterable[Drop], name: str) -> Response:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(services().settings.shop_name)}//drops//",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_AGAIN}",
        f"X-PUBLISHED-TTL:{_AGAIN}",
        *(line for drop in drops for line in _entry(drop)),
        "END:VCALENDAR",
    ]
    body = "\r\n".join(folded for line in lines for folded in _folded(line)) + "\r\n"
    return public(body, keep=30, mimetype="text/calendar")


def _entry(drop: Drop) -> list[str]:
    cancelled = drop.state is DropState.CANCELLED
    return [
        "BEGIN:VEVENT",
        f"UID:drop-{drop.id}@{services().settings.shop_id}",
        f"SEQUENCE:{drop.sequence}",
        f"DTSTAMP:{_utc(told_at(drop))}",
        f"CREATED:{_utc(drop.announced_at or drop.created_at)}",
        f"LAST-MODIFIED:{_utc(told_at(drop))}",
        f"DTSTART:{_utc(drop.opens_at)}",
        f"DTEND:{_utc(drop.opens_at + _SHOWN_FOR)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        f"SUMMARY:{_text(_title(drop))}",
        f"URL:{canonical('shop.drop', slug=drop.slug)}",
        *([] if cancelled else _reminder(drop)),
        "END:VEVENT",
    ]


def _reminder(drop: Drop) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", f"DESCRIPTION:{_text(_title(drop))}", "END:VALARM"]


def _title(drop: Drop) -> str:
    return _("%(title)s by %(artist)s opens", title=drop.title, artist=drop.artist.name)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.splitlines())


def _folded(line: str) -> list[str]:
    """Lines of at most 75 octets, cut between characters."""
    cut = [""]
    for letter in line:
        if len((cut[-1] + letter).encode()) > _MOST_BYTES:
            cut.append(" ")
        cut[-1] += letter
    return cut
