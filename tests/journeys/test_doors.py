"""Waiting for the opening: the page becomes the doors by itself, its clock goes on, and whoever is ready presses twice."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from factories import a_drop, an_edition
from people import PASSWORD, a_person
from storefront.accounts import saved_addresses
from storefront.catalog.drops import DropState
from storefront.inventory.minting import mint

ADDRESS = {"name": "Ada Lovelace", "line1": "Rua 1", "postcode": "1100-001", "city": "Lisboa", "country": "PT"}


@pytest.fixture
def engine_name():
    return "sqlite"  # a page's own behaviour; the sale itself is tested on both


@pytest.fixture
def a_coming_drop(shop):
    at = shop.clock.now()
    with shop.database.transaction() as session:
        times = {"opens_at": at + timedelta(minutes=10, seconds=20), "announced_at": at, "created_at": at}
        drop = a_drop(session, state=DropState.ANNOUNCED, **times)
        mint(session, an_edition(session, drop, minted=False, created_at=at, size=3), at=at)
        account = a_person(session, created_at=at, confirmed_at=at)
        saved_addresses.save(session, account.id, ADDRESS, at=at)
        return f"/d/{drop.slug}"


def test_who_waits_at_the_page_gets_ready_and_pays_with_two_presses(newcomer, shop, a_coming_drop, picture):
    page = newcomer()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.goto(a_coming_drop)
    expect(page.locator("body[data-state=scheduled]")).to_be_visible()

    expect(page.locator("[data-doors]")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("An address is stored for the parcel")).to_be_visible(timeout=15_000)
    picture(page, "drop-doors")
    seconds = page.locator("[data-part=s]")
    before = seconds.inner_text()
    expect(seconds).not_to_have_text(before)

    shop.skip(minutes=9, seconds=50)
    page.reload()  # a computer that slept: the page asks the shop's clock anew
    page.get_by_role("button", name="Hold number 1").click(timeout=60_000)
    page.get_by_role("button", name="Pay").click()

    expect(page).to_have_url(re.compile(re.escape(shop.sandbox.url)))
