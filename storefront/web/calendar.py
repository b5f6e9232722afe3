"""A drop's opening as a calendar entry (RFC 5545), with a reminder ten minutes before."""

from datetime import UTC, datetime, timedelta

from flask import Response, abort
from flask_babel import gettext as _

from storefront.catalog.drops import Drop, DropState
from storefront.extensions import services
from storefront.inventory.on_show import find_drop_with_artist
from storefront.web.public import canonical, public

_SHOWN_FOR = timedelta(minutes=30)
_MOST_BYTES = 73  # a line holds 75 octets, a continued one begins with a space


def calendar(slug: str) -> Response:
    with services().database.reading() as session:
        drop = find_drop_with_artist(session, slug)
        if drop is None or not drop.is_public:
            abort(404)
    lines = [line for told in _entry(drop) for line in _folded(told)]
    answer = public("\r\n".join(lines) + "\r\n", keep=30, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{drop.slug}.ics"'
    return answer


def _entry(drop: Drop) -> list[str]:
    summary = _("%(title)s by %(artist)s opens", title=drop.title, artist=drop.artist.name)
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(services().settings.shop_name)}//drops//",
        "BEGIN:VEVENT",
        f"UID:drop-{drop.id}@{services().settings.shop_id}",
        f"DTSTAMP:{_utc(drop.announced_at or drop.created_at)}",
        f"DTSTART:{_utc(drop.opens_at)}",
        f"DTEND:{_utc(drop.opens_at + _SHOWN_FOR)}",
        f"STATUS:{'CANCELLED' if drop.state is DropState.CANCELLED else 'CONFIRMED'}",
        f"SUMMARY:{_text(summary)}",
        f"URL:{canonical('shop.drop', slug=drop.slug)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT10M",
        f"DESCRIPTION:{_text(summary)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


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
