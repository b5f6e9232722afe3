"""Real pages with walls of every size stay light: pictures to 400, dots to 2,000, above that a number is looked up."""

import gzip

import pytest
from sqlalchemy import update

from shopfront import hang
from storefront.inventory.pieces import Piece, PieceState

_MOST = 40 * 1024


@pytest.fixture
def engine_name():
    """SQLite alone: a page weighs the same on both."""
    return "sqlite"


@pytest.mark.parametrize(
    ("size", "pictures", "dots", "lookups"), [(400, 400, 0, 0), (401, 0, 401, 0), (2000, 0, 2000, 0), (2001, 0, 0, 1)]
)
def test_a_drops_page_stays_within_40_kb_whatever_its_size(client, database, size, pictures, dots, lookups):
    with database.transaction() as session:
        hung = hang(session, {"size": size})
        sold = Piece.number % 3 == 0  # scattered, as picked numbers are: nothing repeats to be packed
        session.execute(update(Piece).where(sold).values(state=PieceState.SOLD))

    page = client.get(hung.url)

    assert len(gzip.compress(page.data, 6)) <= _MOST
    found = client.page
    assert len(found.select(".wall:not(.dots) li img")) == pictures
    assert len(found.select(".wall.dots li")) == dots
    assert len(found.select("input[name=number]")) == lookups


def test_nothing_of_a_public_page_comes_from_somebody_else(client, database):
    with database.transaction() as session:
        hung = hang(session)

    for address in ("/", hung.url, f"/a/{hung.artist.slug}", "/drops", "/verify"):
        client.get(address)

        loaded = client.page.select("script[src], img[src], link[rel=stylesheet], link[rel=preload], link[rel=icon]")
        addresses = [tag.get("src") or tag.get("href") for tag in loaded]
        assert [one for one in addresses if not one.startswith("/")] == []
