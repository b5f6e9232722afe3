"""A language nobody speaks: every word of the shop in letters of another shape, and 40 % longer.

It stands at Greek's place, so that what does not come from the shop (months, countries, currencies) is Greek: a Latin word on
a page is then either somebody's own, such as a title, or one that no translator can reach.
"""

import re

from babel.messages.catalog import Catalog

from wording.catalogues import write

LOCALE = "el"
_SHAPES = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αвςδєƒģнιјкłмπορqяѕтυνωχуzΛΒCÐЄŦǤНÍЈКĿМПØΡQЯЅТЦVЩХЎZ"
)
_KEPT = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|<[^<>]+>|&\w+;|%%")
_PATTERN = re.compile(r"[EdMyHm:,. ]+")
_LONGER = 0.4


def pseudo(text):
    """The text as its readers would see it; what is filled in stays, and so do patterns of dates."""
    if _PATTERN.fullmatch(text):
        return text
    parts, at = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[at : kept.start()].translate(_SHAPES), kept[0]]
        at = kept.end()
    told = "".join(parts) + text[at:].translate(_SHAPES)
    letters = round(len(_KEPT.sub("", text)) * _LONGER)
    more = " ".join("ω" * min(6, letters - start) for start in range(0, letters, 7))
    return f"{told} {more}" if " " in text and more else told + "ω" * letters


def write_pseudo(wanted, folder):
    """A catalogue with every message in it."""
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for message in wanted.values():
        if message.plural:
            catalogue.add((message.text, message.plural), (pseudo(message.text), pseudo(message.plural)))
        else:
            catalogue.add(message.text, pseudo(message.text))
    write(catalogue, folder)
