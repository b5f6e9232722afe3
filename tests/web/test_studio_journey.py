"""An artist's way from nothing to an announced drop, as a browser without script goes it."""

import pytest
from sqlalchemy import select

from factories import an_account
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.inventory.pieces import PieceState
from storefront.inventory.stock import counts
from studio import ARTIST, DROP, EDITION, OPENS_AT, PIN, SHIPPING, a_photo


@pytest.fixture
def artist_at_work(client, database, sign_in_as):
    with database.transaction() as session:
        account = an_account(session)
    return sign_in_as(client, account)


def follow(client, response):
    assert response.status_code == 303, client.page.get_text()
    return client.get(response.location)


def test_from_an_empty_studio_to_an_announced_drop(artist_at_work, database):
    client = artist_at_work
    client.get("/studio")
    assert [a["href"] for a in client.page.select("main a")] == ["/studio/artists/new"]

    client.get("/studio/artists/new")
    follow(client, client.submit("/studio/artists/new", {**ARTIST, "portrait": a_photo(), "portrait_alt": "Ines"}))
    assert "Say where you post pins to" in client.page.get_text()

    client.get("/studio/artists/ines-example/shipping")
    follow(client, client.submit("/studio/artists/ines-example/shipping", SHIPPING))
    assert "Describe your first pin" in client.page.get_text()

    client.get("/studio/artists/ines-example/pins/new")
    follow(client, client.submit("/studio/artists/ines-example/pins/new", PIN))
    front = {"role": "front", "alt": "A green moth", "picture": a_photo()}
    follow(client, client.submit("/studio/pins/1/pictures", front))
    assert client.page.select_one(".plinth img")["alt"] == "A green moth"

    client.get("/studio/pins/1/steps")
    follow(client, client.submit("/studio/pins/1/steps", {"mold": "Cut in steel."}))
    strike = {"alt": "A press", "picture": a_photo()}
    follow(client, client.submit("/studio/pins/1/steps/strike/picture", strike))

    client.get("/studio/pins/1/editions/new")
    follow(client, client.submit("/studio/pins/1/editions/new", EDITION))

    client.get("/studio/artists/ines-example/drops/new")
    follow(client, client.submit("/studio/artists/ines-example/drops/new", {**DROP, "editions": "1"}))
    assert not client.page.select(".checks .warn")

    follow(client, client.submit("/studio/drops/1/announcement", {"agreed": "y"}))
    assert "Everybody can see it now" in client.page.get_text()

    with database.transaction() as session:
        drop = session.scalars(select(Drop)).one()
        edition = session.scalars(select(Edition)).one()
        pin = session.scalars(select(Pin)).one()
        assert (drop.state, drop.opens_at) == (DropState.ANNOUNCED, OPENS_AT)
        assert counts(session, edition.id)[PieceState.AVAILABLE] == 10
        assert (pin.height_tenths, pin.colours) == (365, [{"name": "Moth green", "hex": "#a8d8c0"}])
        assert [bool(step.text or step.picture_id) for step in pin.steps] == [True, True, False, False, False, False]
