"""Looking around: search, filters, and the pages of artists and of the houses that show them."""

import re

import pytest

from factories import NOON, an_artist
from shopfront import a_picture, hang
from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.pins import Meaning, PictureRole, PinPicture
from storefront.catalog.representing import agree, ask
from storefront.web.search_page import SEARCHES_FROM
from studio import ARTIST, a_member


@pytest.fixture
def engine_name():
    """SQLite alone: both databases search alike (tests/inventory/test_finding.py)."""
    return "sqlite"


def words(client):
    return re.sub(r"\s+", " ", client.page.get_text(" ", strip=True))


def cards(client):
    return [card.get_text() for card in client.page.select(".drop-card a")]


@pytest.fixture
def window(database):
    with database.transaction() as session:
        ines = an_artist(session, slug="ines", name="Inês Várzea", city="Porto")
        hang(session, title="Luna", slug="luna", artist=ines, pin={"title": "Luna", "meaning": Meaning.PLACE})
        hang(session, title="Sol", artist=an_artist(session), pin={"title": "Sol", "story": "The opposite of *Lúna*."})


def test_a_search_finds_pins_and_people_and_can_be_linked_to(client, window):
    answer = client.get("/search?q=LUNA")
    client.get("/search?q=ines")
    people = [a.get_text() for a in client.page.select(".people a")]

    assert "s-maxage" in answer.headers["Cache-Control"]
    assert people == ["Inês Várzea"]
    assert cards(client) == ["Luna"]
    client.get("/search?q=luna")
    assert cards(client) == ["Luna", "Sol"]
    assert client.page.select_one("input[name=q]")["value"] == "luna"


@pytest.mark.parametrize(("query", "said"), [("", "Type a title"), ("?q=cactus", "Nothing here is called “cactus”.")])
def test_a_search_for_nothing_or_in_vain_offers_a_way_on(client, window, query, said):
    client.get(f"/search{query}")

    assert said in words(client)
    assert cards(client) == ["Luna", "Sol"]
    assert client.page.select_one("main a[href='/d/luna']")


@pytest.mark.parametrize("query", ["%25" * 50, "_", "\\", "a" * 4000, "%F0%9F%A6%8B", "'; --", "x y " * 90])
def test_no_question_breaks_the_search(client, window, query):
    assert client.get(f"/search?q={query}").status_code == 200


def test_a_crowd_of_questions_from_one_address_is_asked_to_wait(client, window):
    place = {"REMOTE_ADDR": "9.9.9.9"}
    asked = [client.get(f"/search?q=w{n}", environ_overrides=place).status_code for n in range(SEARCHES_FROM.most + 1)]

    assert set(asked[:-1]) == {200}
    assert asked[-1] == 429
    assert client.get("/search", environ_overrides=place).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [("meaning=place", ["Luna"]), ("meaning=love", []), ("when=sold_out", []), ("sort=earliest", ["Luna", "Sol"])],
)
def test_drops_are_narrowed_by_what_they_stand_for_and_sorted_by_opening(client, window, query, found):
    client.get(f"/drops?{query}")

    assert cards(client) == found


def test_an_artist_page_tells_how_and_where(client, database, window):
    with database.transaction() as session:
        ines = session.query(Artist).filter_by(slug="ines").one()
        ines.practice, ines.places = (
            "First a **sketch**.",
            [{"name": "Casa", "where": "Rua 1, Porto", "website": "https://casa.example/"}],
        )
        drawn, photo = a_picture(session, "drawn"), a_picture(session, "photo", transparent=False)
        pin = hang(session, artist=ines).edition.pin
        pin.steps[0].picture_id, pin.steps[0].alt = drawn.id, "A drawing of the die"
        pin.steps[1].picture_id, pin.steps[1].alt = photo.id, "The press at work"
        own = a_picture(session, "own", transparent=False)
        pin.pictures.append(PinPicture(picture_id=own.id, role=PictureRole.PHOTO, position=9, alt="On a lapel"))

    client.get("/a/ines")

    assert client.page.select_one(".band .prose strong").get_text() == "sketch"
    assert [img["alt"] for img in client.page.select(".band .grid img")] == ["The press at work", "On a lapel"]
    assert "Casa Rua 1, Porto casa.example" in words(client)


def test_a_house_and_its_artists_name_each_other_once_both_have_agreed(client, database, sign_in_as, window):
    with database.transaction() as session:
        member, _house = a_member(session, an_artist(session, slug="casa", name="Casa", kind=ArtistKind.GALLERY))
        other, _artist = a_member(session, session.query(Artist).filter_by(slug="ines").one())
    assert client.get("/a/casa").status_code == 404

    sign_in_as(client, member)
    client.get("/studio/artists/casa/together")
    client.submit("/studio/artists/casa/together", {"whom": "http://localhost/a/ines"})
    one = _open_question(client, "/studio/artists/casa/together")
    client.submit("/studio/artists/casa/together", {"act": "agree", "one": one})  # not theirs to say
    assert client.get("/a/casa").status_code == 404

    sign_in_as(client, other)
    one = _open_question(client, "/studio/artists/ines/together")
    client.submit("/studio/artists/ines/together", {"act": "agree", "one": one})
    client.get("/a/casa")
    assert [a.get_text() for a in client.page.select(".people a")] == ["Inês Várzea"]
    client.get("/a/ines")
    assert "Shown by" in words(client)
    assert client.get("/artists").status_code == 200
    assert "Casa" in words(client)

    _open_question(client, "/studio/artists/ines/together")
    client.submit("/studio/artists/ines/together", {"act": "part", "one": one})
    assert client.get("/a/casa").status_code == 404


def _open_question(client, address):
    client.get(address)
    return client.page.select_one("input[name=one]")["value"]


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        ("", "Enter the address"),
        ("/a/nobody", "No page here"),
        ("http://[/a/ines", "No page here"),
        ("/a/ines", "must be a museum"),
        ("/a/", "No page here"),
    ],
)
def test_a_question_to_nobody_or_among_two_persons_is_refused(client, database, sign_in_as, window, whom, said):
    with database.transaction() as session:
        member, artist = a_member(session)
    sign_in_as(client, member)
    client.get(f"/studio/artists/{artist.slug}/together")

    answer = client.submit(f"/studio/artists/{artist.slug}/together", {"whom": whom})

    assert answer.status_code == 422
    assert said in words(client)
    assert client.page.select_one("input[name=whom]")["value"] == whom


def test_another_houses_questions_can_not_be_answered(client, database, sign_in_as, window):
    with database.transaction() as session:
        member, artist = a_member(session)
        house = an_artist(session, kind=ArtistKind.MUSEUM)
        ines = session.query(Artist).filter_by(slug="ines").one()
        theirs = ask(session, house, ines, at=NOON)
        agree(session, theirs, ines, at=NOON)
    sign_in_as(client, member)
    client.get(f"/studio/artists/{artist.slug}/together")

    answer = client.submit(f"/studio/artists/{artist.slug}/together", {"act": "part", "one": str(theirs.id)})

    assert answer.status_code == 404


def test_an_artist_writes_how_they_work_and_where_to_find_them(client, database, sign_in_as):
    with database.transaction() as session:
        member, artist = a_member(session)
    sign_in_as(client, member)
    address = f"/studio/artists/{artist.slug}/page"
    client.get(address)
    typed = {**ARTIST, "practice": "First a **sketch**."}

    client.submit(address, {**typed, "add_row": "places"})
    assert client.page.select_one("textarea[name=practice]").get_text().strip() == "First a **sketch**."
    wrong = client.submit(address, {**typed, "places-0-where": "Porto", "places-0-name": ""})
    saved = client.submit(address, {**typed, "places-0-name": "Casa", "places-0-where": "Porto"})

    assert (wrong.status_code, saved.status_code) == (422, 303)
    with database.reading() as session:
        kept = session.get(Artist, artist.id)
        assert kept.places == [{"name": "Casa", "where": "Porto", "website": ""}]
        assert kept.changed_at is not None
