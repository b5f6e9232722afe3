"""How the parts of an address are asked for, in the page's language: a ZIP code, a prefecture, a post town."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.postal.addresses import Problem
from storefront.postal.rules import Rules

_LABELS = {
    "postcode": {"zip": _l("ZIP code"), "eircode": _l("Eircode"), "pin": _l("PIN code"), "": _l("Postcode")},
    "city": {"district": _l("District"), "suburb": _l("Suburb"), "post_town": _l("Town or city"), "": _l("Town")},
    "district": {
        "neighborhood": _l("Neighbourhood"),
        "suburb": _l("Suburb"),
        "townland": _l("Townland"),
        "village_township": _l("Village or township"),
        "": _l("District"),
    },
    "region": {
        "area": _l("Area"),
        "county": _l("County"),
        "department": _l("Department"),
        "district": _l("District"),
        "do_si": _l("Province or city"),
        "emirate": _l("Emirate"),
        "island": _l("Island"),
        "oblast": _l("Region"),
        "parish": _l("Parish"),
        "prefecture": _l("Prefecture"),
        "province": _l("Province"),
        "state": _l("State or territory"),
        "": _l("State or region"),
    },
}
_MISSING = {
    "name": {"": _l("Enter the name for the parcel.")},
    "line1": {"": _l("Enter street and number.")},
    "postcode": {"zip": _l("Enter the ZIP code."), "pin": _l("Enter the PIN code."), "": _l("Enter the postcode.")},
    "city": {"suburb": _l("Enter the suburb."), "district": _l("Enter the district."), "": _l("Enter the town.")},
    "region": {
        "area": _l("Enter the area."),
        "do_si": _l("Enter the province or city."),
        "county": _l("Enter the county."),
        "province": _l("Enter the province."),
        "": _l("Enter the region."),
    },
}
_CHOOSE = {
    "emirate": _l("Choose the emirate."),
    "prefecture": _l("Choose the prefecture."),
    "province": _l("Choose the province."),
    "": _l("Choose the state or territory."),
}


def label(part: str, rules: Rules) -> str:
    """What stands above the field; nothing for a part that goes by one name everywhere."""
    if part == "line1":
        is_all = "city" not in rules.asked and "region" in rules.asked
        return _("Town or district, street and number") if is_all else _("Street and number")
    return _named(_LABELS.get(part, {"": ""}), part, rules)


def sentence(part: str, problem: Problem, rules: Rules) -> str:
    """What is to be done about it."""
    if problem is Problem.NO_POSTCODE:
        return _not_a_postcode(rules)
    return _named(_CHOOSE if part == "region" and rules.regions else _MISSING[part], part, rules)


def _not_a_postcode(rules: Rules) -> str:
    example = f"\u2066{rules.postcodes.example}\u2069"  # kept together in a sentence that runs from right to left
    kind = rules.names.get("postcode")
    if kind == "zip":
        return _("Check the ZIP code: one looks like %(example)s.", example=example)
    if kind == "eircode":
        return _("Check the Eircode: one looks like %(example)s.", example=example)
    if kind == "pin":
        return _("Check the PIN code: one looks like %(example)s.", example=example)
    return _("Check the postcode: one looks like %(example)s.", example=example)


def _named(words: dict[str, str], part: str, rules: Rules) -> str:
    return str(words.get(rules.names.get(part, ""), words[""]))
