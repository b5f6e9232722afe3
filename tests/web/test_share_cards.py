"""A shared link shows the pin, its number and how the drop stands."""

from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select, update

from shopfront import give_picture, hang, sell
from storefront.catalog.drops import Drop
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.pins import PictureRole
from storefront.media.pictures import Picture
from storefront.share_card import Card, paint


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def pin():
    """A red disc on nothing."""
    picture = Image.new("RGBA", (200, 200))
    ImageDraw.Draw(picture).ellipse((20, 40, 180, 160), fill=(190, 20, 30, 255))
    return picture


@pytest.fixture
def hung(app, database, pin):
    """An open drop of three numbers, one of them sold, whose front is a real file."""
    content = BytesIO()
    pin.save(content, "PNG")
    key = app.extensions["services"].storage.put(content.getvalue(), "png")
    with database.transaction() as session:
        hung = hang(session, {"size": 3})
        sell(session, hung.edition, 1)
        variants = [{"key": key, "format": "png", "width": 200, "height": 200}]
        session.execute(update(Picture).values(variants=variants))
    return hung


def card_of(client, hung):
    """The card's address, its words, and its pixels."""
    client.get(hung.url)
    url = client.page.select_one("meta[property='og:image']")["content"].removeprefix("http://localhost")
    alt = client.page.select_one("meta[property='og:image:alt']")["content"]
    answer = client.get(url)
    assert answer.status_code == 200, url
    assert "immutable" in answer.headers["Cache-Control"]
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (1200, 630)
        return url, alt, np.asarray(picture.convert("RGB"), dtype=int)


def test_each_state_has_its_own_card(client, hung, database, clock):
    url, alt, pixels = card_of(client, hung)
    assert alt == "Luna by Ines Varela: Open now: next free number"
    assert pixels[315, 910, 0] > 150  # the pin hangs on the right
    assert pixels[315, 910, 1] < 60
    assert caption(pixels).min() < 120

    with database.transaction() as session:
        sell(session, hung.edition, 2)
    sold_url, sold_alt, sold = card_of(client, hung)

    assert sold_alt.endswith("Sold out")
    assert sold_url != url
    assert np.abs(sold - pixels)[:, :600].max() > 100
    assert np.abs(sold - pixels)[:, 640:].max() < 40
    assert client.get(url).location == sold_url  # what it said is no longer true


def caption(pixels):
    """Under the pin: that it is no photograph."""
    return pixels[575:610, 660:1160]


def test_a_photograph_comes_first_and_needs_no_caption(app, client, hung, database):
    content = BytesIO()
    Image.new("RGB", (300, 200), (10, 120, 40)).save(content, "PNG")
    key = app.extensions["services"].storage.put(content.getvalue(), "png")
    with database.transaction() as session:
        give_picture(session, session.merge(hung.edition).pin, PictureRole.PHOTO)
        newest = session.scalars(select(Picture).order_by(Picture.id.desc())).first()
        newest.variants = [{"key": key, "format": "png", "width": 300, "height": 200}]
        newest.transparent = False

    _url, _alt, pixels = card_of(client, hung)

    assert (np.abs(pixels[:, 640:] - (10, 120, 40)).max(axis=-1) < 8).all()


def test_before_it_opens_it_says_when(client, hung, database, clock):
    with database.transaction() as session:
        session.execute(update(Drop).values(state="announced", opens_at=clock.now() + timedelta(days=3)))
    _url, alt, _pixels = card_of(client, hung)
    assert "Opens" in alt


def test_a_sealed_edition_names_no_number(client, app, database, pin):
    with database.transaction() as session:
        hung = hang(session, {"size": 50, "policy": NumberPolicy.SEALED})
    client.get(hung.url)
    alt = client.page.select_one("meta[property='og:image:alt']")["content"]
    assert "numbers left" in alt


def test_a_drop_that_nobody_may_see_has_no_card(client, database):
    with database.transaction() as session:
        hung = hang(session, minted=False, state="draft", announced_at=None)
    assert client.get(f"{hung.url}/card.jpg").status_code == 404
    assert client.get("/d/nothing-here/card.jpg").status_code == 404


def test_a_photograph_fills_its_half_and_long_words_are_cut(pin):
    photo = Image.new("RGB", (300, 900), (10, 120, 40))
    long = "A title that goes on and on and would run into the picture"
    painted = np.asarray(paint(Card("Sold out", True, "100000", "/100000", long, long), photo), dtype=int)
    assert (np.abs(painted[:, 640:] - (10, 120, 40)).max(axis=-1) < 3).all()
    assert (np.abs(painted[:, 590:618] - (244, 244, 239)).max(axis=-1) < 3).all()
