from dataclasses import replace

import pytest

from drafts import ARTIST
from factories import NOON
from storefront.catalog.artist_pages import create_artist
from storefront.catalog.slugs import slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Luna", "luna"),
        ("  Olá, Museu da Sé! ", "ola-museu-da-se"),
        ("O'Keeffe’s Moth", "okeeffes-moth"),
        ("Łódź & Straße", "lodz-strasse"),
        ("田村", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 61, "a" * 60),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_a_slug_is_lower_case_words_and_hyphens(text, slug):
    assert slug_of(text) == slug


def test_the_second_of_the_same_name_gets_a_number(session):
    slugs = [create_artist(session, ARTIST, at=NOON).slug for _ in range(3)]

    assert slugs == ["ines-example", "ines-example-2", "ines-example-3"]


def test_a_name_without_latin_letters_gets_the_kind_as_its_slug(session):
    artist = create_artist(session, replace(ARTIST, name="田村"), at=NOON)

    assert artist.slug == "person"


def test_no_artist_is_called_like_the_page_that_makes_one(session):
    artist = create_artist(session, replace(ARTIST, name="New"), at=NOON)

    assert artist.slug == "new-2"
