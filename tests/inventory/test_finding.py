"""Search finds the same on both databases, whatever the case, the accents and the script."""

import subprocess
import sys
from pathlib import Path

import pytest

from factories import an_artist
from shopfront import hang
from storefront.catalog.artist_pages import ArtistDetails, edit_artist
from storefront.catalog.artists import ArtistKind
from storefront.catalog.drops import DropState
from storefront.catalog.folding import folded
from storefront.catalog.pins import Metal
from storefront.catalog.searching import words_of
from storefront.inventory.finding import find_artists, find_drops

GOLD = {"gold": [Metal.GOLD, Metal.ROSE_GOLD]}


def titles(session, query, facts=None):
    return [drop.title for drop in find_drops(session, words_of(query), facts or {}, most=9)]


@pytest.fixture
def window(session):
    ines = an_artist(session, name="Inês Várzea", city="Porto", statement="I draw moths.")
    aki = an_artist(session, name="田村アキ", statement="ガラスの月")
    silver = {"metal": Metal.SILVER}
    hang(
        session, title="Mariposa", artist=ines, pin={"title": "Mariposa", "story": "A CRÈME moth, 100%_sure.", **silver}
    )
    hang(session, title="Nachtfalter", artist=ines, pin={"title": "Straße", "story": "About the Mariposa.", **silver})
    hang(
        session,
        title="月の出",
        artist=aki,
        pin={"title": "月の出", "colours": [{"name": "Bleu nuit", "hex": "#000000"}]},
    )
    hang(session, title="قمر", artist=aki, pin={"title": "قَمَرٌ جميل", **silver})
    hang(session, title="Draft", pin={"title": "Mariposa"}, minted=False, state=DropState.DRAFT, announced_at=None)
    hang(session, title="Off", pin={"title": "Mariposa"}, state=DropState.CANCELLED)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mariposa", ["Mariposa", "Nachtfalter"]),  # who is called so comes first
        ("creme MOTH", ["Mariposa"]),
        ("Crème", ["Mariposa"]),
        ("strasse", ["Nachtfalter"]),
        ("ines mariposa", ["Mariposa", "Nachtfalter"]),
        ("月", ["月の出"]),
        ("nuit", ["月の出"]),
        ("قمر", ["قمر"]),
        ("100%_", ["Mariposa"]),
        ("%", ["Mariposa"]),
        ("_ure", []),
        ("mariposa cactus", []),
        ("gold", ["月の出"]),
    ],
)
def test_words_find_pins_by_title_story_artist_colour_and_metal(session, window, query, found):
    assert titles(session, query, GOLD) == found


def test_artists_are_found_by_name_town_and_their_own_words(session, window):
    house = an_artist(session, name="Casa Ines", kind=ArtistKind.GALLERY)
    hang(session, artist=house)

    assert [one.name for one in find_artists(session, ("ines",), most=9)] == ["Casa Ines", "Inês Várzea"]
    assert [one.name for one in find_artists(session, words_of("PORTO moths"), most=9)] == ["Inês Várzea"]
    assert [
        one.name for one in find_artists(session, words_of("カラス"), most=9)
    ] == []  # no crow: が is a letter of its own


def test_a_question_is_never_longer_than_it_need_be():
    assert len(words_of("a b c d e f g h i j k l " * 20)) == 8
    assert words_of("   ") == ()
    assert words_of("Luna luna LUNA") == ("luna",)
    assert folded("Œuvre ŁÓDŹ ﬁn") == "oeuvre lodz fin"


def test_what_was_renamed_is_found_by_its_new_name_only(session, window):
    house = an_artist(session, name="Casa", kind=ArtistKind.GALLERY)
    hang(session, artist=house)
    edit_artist(session, house, ArtistDetails(ArtistKind.GALLERY, "Galerie", "EUR"), at=house.created_at)

    assert [one.name for one in find_artists(session, ("galerie",), most=9)] == ["Galerie"]
    assert find_artists(session, ("casa",), most=9) == []


_A_WRITER = """
import sys
from datetime import UTC, datetime
from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.pins import Meaning, Metal, Pin, Technique
from storefront.db import Base, Database

database, now = Database("sqlite:///" + sys.argv[1]), datetime.now(UTC)
Base.metadata.create_all(database.engine)
with database.transaction() as session:
    artist = Artist(slug="ines", kind=ArtistKind.PERSON, name="Ines", created_at=now)
    pin = Pin(
        artist=artist, slug="luna", title="Luna", story="A MOTH.", year=2026, technique=Technique.SOFT, metal=Metal.GOLD,
        width_tenths=380, height_tenths=360, thickness_tenths=15, meaning=Meaning.ARTWORK, created_at=now,
    )
    session.add(pin)
    session.flush()
    print("storefront.catalog.searching" in sys.modules, artist.search_name, pin.search_title, pin.search_text.split())
"""


def test_what_a_process_without_search_writes_is_found_too(tmp_path):
    """As the demo's loader and the commands are."""
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-c", _A_WRITER, str(tmp_path / "shop.db")]

    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout

    assert said.strip() == "False ines luna ['luna', 'a', 'moth.']"
