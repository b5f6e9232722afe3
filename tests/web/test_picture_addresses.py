"""Who may see a picture: everybody what is announced, its own people a draft, and nobody by its key alone."""

from dataclasses import replace

import pytest

from factories import NOON, a_pin
from shopfront import hang
from storefront.catalog.drops import DropState
from storefront.catalog.pins import PictureRole, PinPicture
from storefront.catalog.previews import new_preview
from storefront.media.pictures import Picture
from studio import a_member, a_photo

DRAFT = {"state": DropState.DRAFT, "announced_at": None}


@pytest.fixture
def engine_name():
    return "sqlite"  # a sign is computed, not looked up


@pytest.fixture
def pictured(app, database):
    """`pictured(pin_id)`: the pin has a front whose files are there."""

    def give(pin_id):
        put = app.extensions["services"].storage.put
        made = [{"key": put(a_photo((24, 24), kind, comment=str(pin_id))[0].getvalue(), kind), "format": kind, "width": 640, "height": 640}
                for kind in ("webp", "png")]  # fmt: skip
        front = Picture(
            digest=str(pin_id), original="o", width=640, height=640, transparent=True, variants=made, created_at=NOON
        )
        with database.transaction() as session:
            session.add(PinPicture(pin_id=pin_id, picture=front, role=PictureRole.FRONT, position=1, alt="A moth"))
        return made[0]["key"]

    return give


@pytest.fixture
def drafted(client, database, sign_in_as, pictured):
    """A pin with a picture and its artist's member, as whom the client is signed in."""
    with database.transaction() as session:
        member, artist = a_member(session)
        pin = a_pin(session, artist)
    pictured(pin.id)
    sign_in_as(client, member)
    return pin, member


def addresses_on(client, page):
    client.get(page)
    images, sources = client.page.select("img[src*='/media/']"), client.page.select("source[srcset*='/media/']")
    found = [image["src"] for image in images] + [source["srcset"].split()[0] for source in sources]
    assert found
    return found


def statuses(client, addresses):
    return {client.get(address).status_code for address in addresses}


def test_a_draft_is_shown_to_its_own_people_and_no_cache_keeps_it(client, drafted):
    for address in addresses_on(client, f"/studio/pins/{drafted[0].id}/pictures"):
        answer = client.get(address)

        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, max-age=3600"
        assert answer.headers["Cross-Origin-Resource-Policy"] != "cross-origin"


def test_a_drafts_address_passed_on_opens_nothing(app, client, drafted, database, sign_in_as, clock):
    pin, member = drafted
    addresses = addresses_on(client, f"/studio/pins/{pin.id}/pictures")
    with database.transaction() as session:
        other, _artist = a_member(session)

    assert statuses(app.test_client(), addresses) == {404}
    assert statuses(sign_in_as(app.test_client(), other), addresses) == {404}
    clock.tick(hours=24)
    assert statuses(sign_in_as(client, member), addresses) == {200}
    clock.tick(hours=24)
    assert statuses(sign_in_as(client, member), addresses) == {404}


def test_an_announced_drops_pictures_are_everybodys_for_good(client, database, pictured, clock):
    with database.transaction() as session:
        luna = hang(session, pictured=False)
    pictured(luna.edition.pin_id)

    addresses = addresses_on(client, luna.url)

    clock.tick(days=400)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_who_knows_a_key_can_make_no_address_of_it(client, database, pictured):
    with database.transaction() as session:
        luna = hang(session, pictured=False)
    key = pictured(luna.edition.pin_id)
    signs = {address.split("/")[-3] for address in addresses_on(client, luna.url)}

    guesses = [f"/media/{key}", f"/media/e/{key}", f"/media/{'e' * 25}/{key}", f"/media/é/{key}", f"/media/l.0/{key}"]
    guesses += [f"/media/{sign}/{key[:-5]}.jpeg" for sign in signs]
    guesses += [f"/media/{sign.replace('e', 'l', 1)}/{key}" for sign in signs]
    guesses += [f"/media/{sign}.{day}/{key}" for sign in signs for day in ("0", "5040", "é")]

    assert statuses(client, guesses) == {404}


def test_the_preview_link_shows_pictures_for_a_day_or_two(client, database, pictured, clock):
    with database.transaction() as session:
        luna = hang(session, pictured=False, **DRAFT)
        token = new_preview(session, luna.drop)
        session.add(luna.drop)
    pictured(luna.edition.pin_id)

    addresses = addresses_on(client, f"{luna.url}?preview={token}")

    assert {client.get(address).headers["Cache-Control"] for address in addresses} == {"private, max-age=3600"}
    clock.tick(hours=48)
    assert statuses(client, addresses) == {404}


def test_addresses_outlive_a_change_of_the_shops_key(app, client, database, pictured):
    with database.transaction() as session:
        luna = hang(session, pictured=False)
    pictured(luna.edition.pin_id)
    addresses = addresses_on(client, luna.url)
    services = app.extensions["services"]
    changed = replace(services.settings, secret_key="another", secret_key_fallbacks=(services.settings.secret_key,))

    app.extensions["services"] = replace(services, settings=changed)
    assert statuses(client, addresses) == {200}
    app.extensions["services"] = replace(services, settings=replace(changed, secret_key_fallbacks=()))
    assert statuses(client, addresses) == {404}


def test_a_cdn_is_asked_for_public_pictures_only(app, client, database, drafted, pictured):
    services = app.extensions["services"]
    elsewhere = replace(services.settings, media_url="https://media.example.org")
    app.extensions["services"] = replace(services, settings=elsewhere)
    with database.transaction() as session:
        luna = hang(session, pictured=False)
    pictured(luna.edition.pin_id)

    studio = addresses_on(client, f"/studio/pins/{drafted[0].id}/pictures")
    public = addresses_on(client, luna.url)

    assert all(address.startswith("/media/") for address in studio)
    assert all(address.startswith("https://media.example.org/media/e") for address in public)
    assert "img-src 'self' data: https://media.example.org;" in client.get(luna.url).headers["Content-Security-Policy"]
    answer = client.get(public[0].removeprefix("https://media.example.org"))
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
