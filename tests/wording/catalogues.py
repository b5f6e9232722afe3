"""The translators' files beside the source: brought up to date, and what is wrong with them."""

import re
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from storefront.catalogues import FOLDER, SOURCE, catalogue_file, languages

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|<[^<>]+>|%%")
TRANSLATED = [language for language in languages() if language != SOURCE]


def read(language, folder=FOLDER):
    file = catalogue_file(language, folder)
    return read_po(BytesIO(file.read_bytes()), locale=language) if file.is_file() else Catalog(locale=language)


def write(catalogue, folder=FOLDER):
    file = catalogue_file(str(catalogue.locale), folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalogue, width=0, include_lineno=False)
    # The tool's name and the minute would only make every change touch the head of the file.
    kept = [line for line in text.getvalue().decode().splitlines() if not line.startswith(_RESTLESS)]
    file.write_text("\n".join(kept).rstrip() + "\n")


_RESTLESS = (
    '"Report-Msgid-Bugs',
    '"Language-Team',
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Project-Id-Version',
)


def brought_up_to_date(old, wanted):
    """The catalogue of the source as it is now: known words stay, new messages are empty, what nobody says is gone."""
    new = Catalog(locale=old.locale, header_comment=old.header_comment, fuzzy=False)
    new.mime_headers = [pair for pair in old.mime_headers if pair[0] != "Generated-By"]
    for message in wanted.values():
        said = (message.text, message.plural) if message.plural else message.text
        known = old.get(message.text)
        fits = known is not None and bool(known.pluralizable) is bool(message.plural)
        words = known.string if fits else [""] * new.num_plurals if message.plural else ""
        places = [(place, None) for place in sorted(message.places)]
        new.add(said, tuple(words) if message.plural else words, places, flags=_flags(said))
    return new


def _flags(said):
    return {"python-format"} if "%(" in str(said) else set()


def faults(catalogue, wanted):
    """What is wrong with a catalogue, in words: missing, stale, unsure, or not what its message asks for."""
    found = [
        f"nobody says this any more: {message.id!r}"
        for message in catalogue
        if message.id and _key(message) not in wanted
    ]
    if catalogue.header_comment.strip() == "":
        found.append("it has no glossary at its head")
    for message in wanted.values():
        known = catalogue.get(message.text)
        found += [f"{message.text!r}: {problem}" for problem in _problems(known, message, catalogue.num_plurals)]
    return found


def missing(catalogue, wanted):
    """The messages without words in this language."""
    return [message for message in wanted.values() if not _is_said(catalogue.get(message.text))]


def _is_said(known):
    strings = known.string if known is not None else ""
    return all(strings) if isinstance(strings, (tuple, list)) else bool(strings)


def _problems(known, message, plurals):
    if known is None or not _is_said(known):
        return ["is not translated"]
    if known.fuzzy:
        return ["is marked as unsure"]
    if message.plural:
        return _plural_problems(known, message, plurals)
    return _compared(message.text, known.string) if isinstance(known.string, str) else ["has forms where one is wanted"]


def _plural_problems(known, message, plurals):
    if not isinstance(known.string, (tuple, list)) or len(known.string) != plurals:
        return [f"wants {plurals} forms"]
    # None, one or two may be said without a figure, and whatever the English singular leaves out may be left out.
    whole = _held(message.plural)
    needed = (whole & _held(message.text)) - {"%(num)d", "%(num)s"}
    wrong = [f"{form!r} holds what the message does not" for form in known.string if not _held(form) <= whole]
    return wrong + [f"{form!r} leaves something out" for form in known.string if not needed <= _held(form)]


def _held(text):
    return set(_PLACEHOLDER.findall(text))


def _compared(text, words):
    if sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(words)):
        return []
    return [f"{words!r} does not hold the same placeholders"]


def _key(message):
    return message.id[0] if isinstance(message.id, tuple) else message.id
