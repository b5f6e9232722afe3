"""Searching: which pins and artists a visitor's words speak of. Both models keep their words folded (`folding`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from storefront.catalog.artists import Artist
from storefront.catalog.folding import folded
from storefront.catalog.pins import Meaning, Metal, Pin, Technique

MOST_LETTERS, MOST_WORDS = 100, 8
# A pin's metal, enamel or meaning: what a visitor may call it depends on the page's language, so the caller says.
Fact = Metal | Technique | Meaning


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
