"""What a mail is made of before it is written: whom it goes to, its facts, and links that need no request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import current_app

from storefront.config import Settings
from storefront.extensions import services
from storefront.web.languages import in_language, part_for


@dataclass(frozen=True)
class Letter:
    """`facts` are what the kind's template and its subject name."""

    to: str
    facts: dict[str, Any]
    locale: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def link_to(endpoint: str, locale: str | None = None, **values: str) -> str:
    """An address of our own, from the settings alone: what a request says of its host never gets into a mail."""
    settings = services().settings
    path = current_app.url_map.bind("shop.invalid").build(endpoint, values)
    return settings.base_url + in_language(path, part_for(locale, settings))


def keys() -> list[bytes]:
    """The shop's keys, today's first."""
    settings = services().settings
    return [key.encode() for key in (settings.secret_key, *settings.secret_key_fallbacks)]


def known_locale(name: str | None, settings: Settings) -> str:
    try:
        return str(Locale.parse(name or settings.locale, sep="_" if "_" in (name or settings.locale) else "-"))
    except (UnknownLocaleError, ValueError):
        return settings.locale
