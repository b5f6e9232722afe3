"""How an address is written on a parcel: its lines, in the order of the country it goes to.

Towns stay as they were typed: the data wants them in capitals nearly everywhere, but machines read both, and people such ones better.
"""

import re
from collections.abc import Mapping

from storefront.postal.rules import Rules, rules_of

# Scripts whose countries order the lines otherwise in their own than in Latin letters: Arabic, Thai, Japanese, Chinese, Korean.
_OWN_SCRIPT = re.compile("[\u0600-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTS = {"N": "name", "D": "district", "Z": "postcode", "C": "city", "S": "region"}


def label_lines(address: Mapping[str, str]) -> list[str]:
    """All lines but the country's; none of an address of which only the country is known."""
    rules = rules_of(address.get("country", ""))
    in_own_script = any(_OWN_SCRIPT.search(address.get(part, "")) for part in ("line1", "city", "district"))
    values = {sign: address.get(part, "") for sign, part in _PARTS.items()}
    if in_own_script:
        values["S"] = next((one.native for one in rules.regions if one.value == values["S"]), values["S"])
    if not any(values.values()) and not address.get("line1"):
        return []
    form = rules.native if in_own_script else rules.latin
    values["A"] = "\n".join(filter(None, _street(address, rules)))
    lines = [line for part in form.split("%n") for line in _line(part, values).split("\n")]
    return [line for line in lines if line]


def _street(address: Mapping[str, str], rules: Rules) -> list[str]:
    """The lines of the street, and what was given before this country's post was known not to ask for it."""
    left_over = [part for part in ("district", "postcode", "city", "region") if part not in rules.asked]
    return [address.get(part, "") for part in ("line1", "line2", *left_over)]


def _line(form: str, values: Mapping[str, str]) -> str:
    """One line of a form such as "%C, %S %Z"; what stands before a part goes with it when it is empty."""
    line, between, has_part = "", "", False
    for sign, text in re.findall(r"%([A-Z])|([^%]+)", form):
        if text:
            between = text
            continue
        has_part = True
        if value := values.get(sign, ""):
            line += (between if line or form.startswith(between) else "") + value
        between = ""
    return line if has_part else between
