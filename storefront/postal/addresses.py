"""Addresses as they were typed: what is missing or wrong in one, and what is kept of it."""

from collections.abc import Mapping
from enum import StrEnum

from storefront.postal.rules import PARTS, rules_of


class Problem(StrEnum):
    MISSING = "missing"
    UNLISTED = "unlisted"
    NO_POSTCODE = "no postcode"


def find_problems(address: Mapping[str, str]) -> dict[str, Problem]:
    """What the country's post could not work with, part by part."""
    rules = rules_of(address.get("country", ""))
    found = {part: Problem.MISSING for part in ("name", *sorted(rules.required)) if not address.get(part)}
    postcode, region = address.get("postcode", ""), address.get("region", "")
    if postcode and "postcode" in rules.asked and rules.postcodes.find(postcode) is None:
        found["postcode"] = Problem.NO_POSTCODE
    if region and rules.regions and not any(one.is_called(region) for one in rules.regions):
        found["region"] = Problem.UNLISTED
    return found


def as_kept(typed: Mapping[str, str]) -> dict[str, str]:
    """The parts the country's post asks for, in its own writing; the others are empty."""
    rules = rules_of(typed.get("country", ""))
    kept = {part: typed.get(part, "").strip() if part in rules.asked else "" for part in PARTS}
    kept["postcode"] = kept["postcode"] and (rules.postcodes.find(kept["postcode"]) or kept["postcode"])
    known = (one.value for one in rules.regions if one.is_called(kept["region"]))
    return {**kept, "region": next(known, kept["region"])}
