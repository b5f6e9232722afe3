"""The countries of the world, and those an artist posts to, in the reader's language."""

from babel import Locale
from flask_babel import get_locale

from storefront.catalog.artists import Artist
from storefront.web.forms import NO_COUNTRIES, folded

_ISO_CODE = 2


def shipped_countries(artist: Artist) -> list[tuple[str, str]]:
    """(code, name) of every country the artist posts to, by name in the reader's language."""
    everywhere = any("*" in zone.countries for zone in artist.zones)
    named = {code for zone in artist.zones for code in zone.countries if code != "*"}
    return [
        (code, name)
        for code, name in all_countries()
        if (everywhere or code in named) and code not in artist.excluded_countries
    ]


def all_countries() -> list[tuple[str, str]]:
    """(code, name) of every country, by name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).territories
    codes = [str(code) for code in names if len(str(code)) == _ISO_CODE and str(code).isalpha()]
    return sorted(((code, names[code]) for code in codes if code not in NO_COUNTRIES), key=lambda pair: folded(pair[1]))
