"""What was typed into a form that came too late is not lost: its answer is ready to send it again."""

import pytest

from factories import NOON, an_artist
from people import PASSWORD, a_person
from storefront.accounts.people import ArtistMember
from storefront.web.security import MAX_ID

STORY = "First line\nsecond line, <b>with signs</b>"


@pytest.fixture
def ines(database):
    with database.transaction() as session:
        person = a_person(session)
        artist = an_artist(session)
        session.add(ArtistMember(account_id=person.id, artist_id=artist.id, joined_at=NOON))
    return person, f"/studio/artists/{artist.slug}/pins/new"


def kept(client):
    return {field["name"]: field["value"] for field in client.page.select("main form input")}


def test_whoever_was_signed_out_while_writing_signs_in_beside_it_and_sends_it_again(client, ines, sign_in_as, clock):
    person, path = ines
    sign_in_as(client, person)
    typed = {"title": "Luna", "story": STORY, "csrf_token": client.csrf_token()}
    clock.tick(minutes=31)

    assert client.submit(path, typed).status_code == 403
    assert "You were signed out" in client.page.h1.get_text()
    again = kept(client)
    assert (again["title"], again["story"]) == ("Luna", STORY)
    client.page = None
    client.submit("/sign-in", {"email": person.email, "password": PASSWORD})
    assert client.submit(path, again).status_code == 400  # the token of before
    again = kept(client)
    assert client.submit(path, again).status_code == 422  # taken, and looked at: the rest of the form is missing

    assert client.page.select_one("input[name=title]")["value"] == "Luna"
    assert client.page.select_one("textarea[name=story]").get_text().strip() == STORY


def test_no_password_is_put_on_a_page(client):
    client.submit("/sign-in", {"email": "ada@example.org", "password": PASSWORD, "csrf_token": "old"})

    assert kept(client).keys() == {"csrf_token", "email"}
    assert PASSWORD not in str(client.page)


def test_it_is_sent_again_in_the_language_of_its_page(client):
    client.submit("/de/sign-in?next=/me", {"email": "ada@example.org", "csrf_token": "old"})

    assert client.page.select_one("main form")["action"] == "/de/sign-in?next=/me"


def test_a_form_that_another_site_may_have_filled_in_is_not_offered_again(client):
    assert client.post("/sign-in", data={"email": "eve@example.org"}).status_code == 400

    assert "eve@example.org" not in str(client.page)


def test_whoever_never_signed_in_is_asked_to(client):
    response = client.submit(f"/studio/pins/{MAX_ID}", {"title": "Luna"})

    assert response.headers["Location"] == "/sign-in?next=/studio"
