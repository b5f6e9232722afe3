"""The close: an open page turns by itself, and what was free is called not sold."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from factories import a_drop, an_edition
from storefront.catalog.drops import DropState
from storefront.inventory.minting import mint


@pytest.fixture
def engine_name():
    return "sqlite"  # a page's own behaviour


def test_an_open_page_says_not_sold_as_soon_as_the_sale_has_ended(newcomer, shop):
    at = shop.clock.now()
    with shop.database.transaction() as session:
        times = {"opens_at": at, "announced_at": at, "created_at": at, "closes_at": at + timedelta(hours=1)}
        drop = a_drop(session, state=DropState.OPEN, opened_at=at, **times)
        mint(session, an_edition(session, drop, minted=False, created_at=at, size=3), at=at)
    page = newcomer()
    page.goto(f"/d/{drop.slug}")
    expect(page.locator(".key")).to_contain_text("3 free")

    shop.skip(hours=2)

    expect(page.locator("body")).to_have_attribute("data-state", "closed", timeout=30_000)
    expect(page.locator(".key")).to_contain_text("3 not sold")
    expect(page.locator("[data-wall] .free .sr").first).to_have_text(", not sold")
