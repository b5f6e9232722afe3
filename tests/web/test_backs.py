"""Whoever owns a number sees it engraved on the back of their pin, and nobody else does."""

import threading
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import update

from factories import a_drop, a_pin, an_edition
from shopfront import a_picture, give_picture
from storefront.catalog.pin_pictures import hang_picture
from storefront.catalog.pins import PictureRole
from storefront.inventory.pieces import Piece
from storefront.longwork import QueueAway
from storefront.orders.orders import Order, OrderState
from storefront.pinart.artwork import Artwork
from storefront.pinart.back import blank_back
from storefront.pinart.blanks import packed
from storefront.pinart.picture import Look
from storefront.pressing.numbered_backs import NumberedBack, engrave_back
from storefront.web import backs
from web.test_checkout import hold, press_pay, session_in


@pytest.fixture(scope="session")
def blank():
    """A square pin's back, small enough for a test."""
    ids = np.zeros((200, 200), np.uint8)
    ids[20:180, 20:180] = 1
    return packed(blank_back(Artwork(ids, {1: (200, 40, 50)}), Look("gold", "soft"), 160))


@pytest.fixture
def edition(app, database, blank):
    key = app.extensions["services"].shelf.originals.put(blank, "npz")
    with database.transaction() as session:
        drop = a_drop(session)
        pin = a_pin(session, drop.artist, title="Luna")
        give_picture(session, pin, PictureRole.FRONT)
        hang_picture(session, pin, a_picture(session, "plain").id, PictureRole.BACK, "The back", blank=key)
        edition = an_edition(session, drop, size=100, pin_id=pin.id)
        session.flush()
        return drop, edition


@pytest.fixture
def order_url(client, edition, sandbox):
    """The page of a paid order."""
    url = hold(client, *edition)
    session = session_in(press_pay(client, url).location)
    sandbox.pay(session)
    return client.get(f"/pay/return?session={session}").location


def the_picture(client, url):
    answer = client.get(f"{url}/backs/1")
    assert answer.status_code == 302
    with Image.open(BytesIO(client.get(answer.headers["Location"]).data)) as picture:
        return np.asarray(picture.convert("RGBA"), dtype=int)


def test_the_owner_sees_the_number_engraved(client, order_url, database):
    client.get(order_url)
    waiting = client.page.select_one(".turn .back img")
    assert waiting["src"] == f"{order_url}/backs/1"
    assert "1 of 100" in waiting["alt"]

    picture = the_picture(client, order_url)

    assert picture.shape == (160, 160, 4)
    client.get(order_url)
    assert client.page.select_one(".turn .back source")  # it is there now, in better formats
    with database.reading() as session:
        assert session.query(NumberedBack).one().picture.transparent


def test_another_number_is_another_picture(app, client, order_url, database):
    services = app.extensions["services"]
    mine = the_picture(client, order_url)
    with database.reading() as session:
        other = session.query(Piece).filter(Piece.number == 88).one()
    picture_id = engrave_back(services.shelf, services.previews.press, other.id, at=services.clock.now())
    assert picture_id is not None
    assert engrave_back(services.shelf, services.previews.press, other.id, at=services.clock.now()) is None

    with database.reading() as session:
        variant = next(v for v in session.get(NumberedBack, other.id).picture.variants if v["format"] == "png")
    with Image.open(services.storage.path(variant["key"])) as found:
        differs = np.abs(np.asarray(found.convert("RGBA"), dtype=int) - mine).max(axis=-1) > 20

    assert differs.any()
    rows, columns = np.nonzero(differs)
    assert np.ptp(rows) < 60  # the plaque, and nothing else
    assert np.ptp(columns) < 100


def test_strangers_and_unpaid_orders_have_no_back(app, client, order_url, database):
    assert app.test_client().get(f"{order_url}/backs/1").status_code == 404
    with database.transaction() as session:
        session.execute(update(Order).values(state=OrderState.REFUNDED))
    assert client.get(f"{order_url}/backs/1").status_code == 404
    assert client.get(f"{order_url}/backs/2").status_code == 404
    client.get(order_url)
    assert not client.page.select_one(".turn")


def test_a_back_the_artist_photographed_takes_no_numbers(client, order_url, edition, database):
    with database.transaction() as session:
        pin = session.merge(edition[1], load=True).pin
        hang_picture(session, pin, a_picture(session, "photo", transparent=False).id, PictureRole.BACK, "The back")
    client.get(order_url)
    assert not client.page.select_one(".turn")
    assert client.get(f"{order_url}/backs/1").status_code == 404


@pytest.mark.parametrize("trouble", ["the worker is busy", "the queue is away", "others wait already"])
def test_when_it_takes_too_long_the_plain_back_is_shown(app, client, order_url, trouble, monkeypatch):
    def queued(_piece_id):
        if trouble == "the queue is away":
            raise QueueAway

    services = app.extensions["services"]
    monkeypatch.setitem(
        app.extensions, "services", replace(services, long_work=replace(services.long_work, engrave_back=queued))
    )
    monkeypatch.setattr("storefront.web.backs._PATIENCE", 0.01)
    if trouble == "others wait already":
        monkeypatch.setattr("storefront.web.backs._waiting", threading.BoundedSemaphore(1))
        backs._waiting.acquire()
    answer = client.get(f"{order_url}/backs/1")
    assert answer.status_code == 302
    assert "plain" in answer.location
