"""Searching: words folded so that case, accents and marks make no difference, the same on both databases."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, event, or_
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from storefront.catalog.artists import Artist
from storefront.catalog.pins import Meaning, Metal, Pin, Technique

MOST_LETTERS, MOST_WORDS = 100, 8
# Marks that writers leave out: Latin accents, Hebrew points, Arabic vowels. Others (が, क्) make another letter.
_MARKS = (("\u0300", "\u036f"), ("\u0591", "\u05c7"), ("\u0610", "\u061a"), ("\u064b", "\u065f"), ("\u0670", "\u0670"))
_UNFOLDED = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ı": "i", "ـ": ""})

# A pin's metal, enamel or meaning: what a visitor may call it depends on the page's language, so the caller says.
Fact = Metal | Technique | Meaning


def folded(text: str) -> str:
    """The text as it is compared: "Crème Brûlée" and "CREME BRULEE" are one."""
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_UNFOLDED)
    bare = "".join(letter for letter in letters if not any(first <= letter <= last for first, last in _MARKS))
    return unicodedata.normalize("NFC", bare)


def words_of(query: str) -> tuple[str, ...]:
    """The folded words to look for: all of them must be found. No more than a question needs."""
    return tuple(dict.fromkeys(folded(query[:MOST_LETTERS]).split()))[:MOST_WORDS]


def artist_matches(words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(_says(Artist.search_text, word) for word in words))


def pin_matches(words: Sequence[str], facts: Mapping[str, Iterable[Fact]]) -> ColumnElement[bool]:
    """Each word stands in the pin's words, in its artist's name, or is what one of its facts is called.

    `facts` has, by word, what the page's language calls so. Pin must be joined with Artist.
    """
    return and_(
        *(
            or_(
                _says(Pin.search_text, word),
                _says(Artist.search_name, word),
                *(_column(fact) == fact for fact in facts.get(word, ())),
            )
            for word in words
        )
    )


def named(column: InstrumentedAttribute[str], words: Sequence[str]) -> ColumnElement[bool]:
    """Whether all the words stand in the name: such a find comes first."""
    return and_(*(_says(column, word) for word in words))


def _says(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    return column.contains(word, autoescape=True)


def _column(fact: Fact) -> InstrumentedAttribute[Any]:
    match fact:
        case Metal():
            return Pin.metal
        case Technique():
            return Pin.technique
        case Meaning():
            return Pin.meaning


def _write_pin(_mapper: Mapper[Pin], _connection: object, pin: Pin) -> None:
    pin.search_title = folded(pin.title)
    pin.search_text = _joined(pin.title, pin.story, pin.quote, pin.meaning_note, pin.shape, *_colours(pin))


def _write_artist(_mapper: Mapper[Artist], _connection: object, artist: Artist) -> None:
    artist.search_name = folded(artist.name)
    artist.search_text = _joined(artist.name, artist.city, artist.statement, artist.practice)


def _colours(pin: Pin) -> list[str]:
    return [colour["name"] for colour in pin.colours or ()]


def _joined(*texts: str | None) -> str:
    return folded("\n".join(text for text in texts if text))


for moment in ("before_insert", "before_update"):
    event.listen(Pin, moment, _write_pin)
    event.listen(Artist, moment, _write_artist)
