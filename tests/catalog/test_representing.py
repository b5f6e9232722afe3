"""A house and an artist name each other only when both have said so."""

import pytest

from factories import NOON, an_artist
from shopfront import hang
from storefront.catalog.artists import ArtistKind
from storefront.catalog.representing import AlreadyAsked, NotAHouse, agree, ask, list_of, part
from storefront.inventory.on_show import is_on_show, list_shown_with


@pytest.fixture
def ines(session):
    return hang(session, artist=an_artist(session, name="Ines")).artist


@pytest.fixture
def house(session):
    return an_artist(session, name="Casa", kind=ArtistKind.GALLERY)


def names(session, one):
    return [other.name for other in list_shown_with(session, one, most=9)]


def test_a_question_shows_nothing_and_only_who_was_asked_can_agree(session, ines, house):
    asked = ask(session, house, ines, at=NOON)

    agree(session, asked, house, at=NOON)
    before = (names(session, house), names(session, ines), is_on_show(session, house))
    agree(session, asked, ines, at=NOON)

    assert before == ([], [], False)
    assert (names(session, house), names(session, ines), is_on_show(session, house)) == (["Ines"], ["Casa"], True)


def test_either_side_ends_it(session, ines, house):
    asked = ask(session, ines, house, at=NOON)
    agree(session, asked, house, at=NOON)

    part(session, asked)

    assert list_of(session, ines) == list_of(session, house) == []
    assert not is_on_show(session, house)


def test_two_persons_can_not_show_each_other_and_nobody_is_asked_twice(session, ines, house):
    museum = an_artist(session, kind=ArtistKind.MUSEUM)
    ask(session, house, ines, at=NOON)
    ask(session, house, museum, at=NOON)

    with pytest.raises(NotAHouse):
        ask(session, ines, an_artist(session), at=NOON)
    with pytest.raises(NotAHouse):
        ask(session, house, house, at=NOON)
    for by, other in ((ines, house), (house, ines), (museum, house)):
        with pytest.raises(AlreadyAsked):
            ask(session, by, other, at=NOON)


def test_an_artist_without_anything_on_show_is_not_named(session, house):
    quiet = an_artist(session, name="Quiet")
    agree(session, ask(session, house, quiet, at=NOON), quiet, at=NOON)

    assert names(session, house) == []
    assert not is_on_show(session, house)
