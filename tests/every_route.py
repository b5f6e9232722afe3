"""Every route of the shop, with plausible values in its path, so that no new page escapes a rule that holds for all."""

import re

SAFE = {"GET", "HEAD", "OPTIONS"}
_EXAMPLES = {"filename": "css/tokens.css"}


def gets(app, fill=None):
    return [(rule, _path(rule, fill)) for rule in app.url_map.iter_rules() if "GET" in rule.methods]


def unsafe(app, fill=None):
    """(rule, path, method) of everything that changes something, the payment provider's own door excepted."""
    return [
        (rule, _path(rule, fill), method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - SAFE)
        if not rule.rule.startswith("/hooks")
    ]


def _path(rule, fill):
    def value(match):
        kind, _, name = match[1].rpartition(":")
        if fill is not None:
            return fill
        return _EXAMPLES.get(name, "1" if kind.startswith("int") else "luna")

    return re.sub(r"<([^>]+)>", value, rule.rule)
