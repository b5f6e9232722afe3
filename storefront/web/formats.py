"""How values read on a page: money, instants with their place, durations, and addresses of static files."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, reduce
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_location
from babel.numbers import format_currency, format_decimal
from flask import Flask, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from storefront import paths
from storefront.extensions import services
from storefront.money import Money, exponent
from storefront.postal.labels import label_lines
from storefront.web.sheet import sheet_url


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
        label_lines=label_lines,
        comma_list=comma_list,
    )
    app.jinja_env.globals.update(static_url=static_url, sheet_url=sheet_url)
    app.context_processor(_shop_facts)


def money(value: Money) -> str:
    digits = exponent(value.currency)
    return format_currency(value.minor / 10**digits, value.currency, locale=str(get_locale() or "en"))


def decimal(value: float, places: str = "0.######") -> str:
    """A measured number as the page's language writes it; `places` is a pattern of CLDR's, such as "0.00"."""
    return format_decimal(value, places, locale=str(get_locale() or "en"))


def zoned(at: datetime, zone: str) -> str:
    """Weekday, day, month and time in the zone, in words: "Friday 27 November, 19:00"."""
    return in_zone(at, _("EEEE d MMMM, HH:mm"), zone)


def dated(at: datetime, zone: str) -> str:
    """The day in the zone, with its year: "27 November 2026"."""
    return in_zone(at, _("d MMMM y"), zone)


def in_zone(at: datetime, pattern: str, zone: str) -> str:
    """The moment in the zone, after a pattern of CLDR's that its language has chosen."""
    return format_datetime(at, pattern, tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en"))


def long_day(day: date) -> str:
    """A day of the calendar, in words: "Friday 27 November 2026"."""
    return format_date(day, _("EEEE d MMMM y"), locale=str(get_locale() or "en"))


def clock_time(at: datetime, zone: str) -> str:
    return format_time(at.astimezone(ZoneInfo(zone)), "HH:mm", tzinfo=ZoneInfo(zone), locale=str(get_locale() or "en"))


def weekday(at: datetime, zone: str) -> str:
    return in_zone(at, "EEE", zone)


def place(zone: str) -> str:
    """The city an IANA zone is named after: "Europe/Lisbon" is Lisbon, and Lissabon in German."""
    return _city(zone, str(get_locale() or "en"))


@lru_cache(maxsize=256)
def _city(zone: str, locale: str) -> str:
    return get_timezone_location(zone, locale=locale, return_city=True).rsplit("/", 1)[-1]


def country(code: str) -> str:
    """A country's name in the reader's language; the code itself when nobody knows it."""
    name: str = Locale.parse(str(get_locale() or "en")).territories.get(code, code)
    return name


def comma_list(words: Iterable[object]) -> str:
    """One after the other, with the comma of the page's language."""
    told = [str(word) for word in words]
    return reduce(lambda some, more: _("%(some)s, %(more)s", some=some, more=more), told) if told else ""


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
