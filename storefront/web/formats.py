"""How values read on a page: money, instants with their place, durations, and addresses of static files."""

import hashlib
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency
from flask import Flask, url_for
from flask_babel import get_locale, ngettext

from storefront import paths
from storefront.extensions import services
from storefront.money import Money, exponent


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        zoned=zoned,
        dated=dated,
        long_day=long_day,
        clock_time=clock_time,
        duration=duration,
        place=place,
        country=country,
    )
    app.jinja_env.globals.update(static_url=static_url)
    app.context_processor(_shop_facts)


def money(value: Money) -> str:
    digits = exponent(value.currency)
    return format_currency(value.minor / 10**digits, value.currency, locale=str(get_locale() or "en"))


def zoned(at: datetime, zone: str) -> str:
    """Weekday, day, month and time in the zone, in words: "Friday 27 November, 19:00"."""
    return format_datetime(at, "EEEE d MMMM, HH:mm", tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en"))


def dated(at: datetime, zone: str) -> str:
    """The day in the zone, with its year: "27 November 2026"."""
    return format_datetime(at, "d MMMM y", tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en"))


def long_day(day: date) -> str:
    """A day of the calendar, in words: "Friday 27 November 2026"."""
    return format_date(day, "EEEE d MMMM y", locale=str(get_locale() or "en"))


def clock_time(at: datetime, zone: str) -> str:
    return format_time(at.astimezone(ZoneInfo(zone)), "HH:mm", tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en"))


def weekday(at: datetime, zone: str) -> str:
    return format_datetime(at, "EEE", tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en"))


def place(zone: str) -> str:
    """The city an IANA zone is named after: "Europe/Lisbon" is Lisbon."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def country(code: str) -> str:
    """A country's name in the reader's language; the code itself when nobody knows it."""
    name: str = Locale.parse(str(get_locale() or "en")).territories.get(code, code)
    return name


def duration(span: timedelta) -> str:
    """A length of time in its two largest units, in words."""
    seconds = max(0, int(span.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    parts = [
        ngettext("%(num)d day", "%(num)d days", days) if days else "",
        ngettext("%(num)d hour", "%(num)d hours", hours) if hours else "",
        ngettext("%(num)d min", "%(num)d min", minutes) if minutes else "",
        ngettext("%(num)d sec", "%(num)d sec", seconds % 60) if seconds % 60 or not seconds else "",
    ]
    return " ".join([part for part in parts if part][:2])


def static_url(name: str) -> str:
    """A static file's address with its content's hash, so that it may be kept for ever."""
    return url_for("static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((paths.STATIC / name).read_bytes()).hexdigest()[:12]


def _shop_facts() -> dict[str, object]:
    settings = services().settings
    return {"shop_name": settings.shop_name, "demo": settings.is_demo, "locale": get_locale()}
