"""Every message of the shop's source, in the order of its files."""

from dataclasses import dataclass, field

from babel.messages.extract import extract_from_dir

from storefront import paths

KEYWORDS = {
    **dict.fromkeys(["_", "_l", "gettext", "lazy_gettext", "later"]),
    "ngettext": (1, 2),
    "Invariant": (2,),  # what an admin reads is named where it is checked, outside web/
    "Finding": (2,),
}
METHODS = [("storefront/**.py", "python"), ("templates/**", "jinja2")]
LOUDLY = {"templates/**": {"silent": "false"}}


@dataclass
class Message:
    """`plural` is empty where there is one form; `places` are the files that say it."""

    text: str
    plural: str = ""
    places: set[str] = field(default_factory=set)


def gathered():
    """Every message where it stands: file, line, and the text, with its plural beside the singular."""
    found = extract_from_dir(paths.TEMPLATES.parent, METHODS, LOUDLY, KEYWORDS)
    return [(place, line, said) for place, line, said, _comments, _context in found]


def messages():
    """Each message once, by what it says; those of a file stay together."""
    found = {}
    for place, _line, said in sorted(gathered(), key=lambda one: (not one[0].startswith("templates"), one[0], one[1])):
        text, plural = said if isinstance(said, tuple) else (said, "")
        message = found.setdefault(text, Message(text))
        message.plural = message.plural or plural
        message.places.add(place)
    return found
