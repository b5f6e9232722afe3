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
from storefront.web import page_cache

ADDRESS = {"name": "Ada Lovelace", "line1": "Rua 1", "postcode": "1100-001", "city": "Lisboa", "country": "PT"}


@pytest.fixture
def engine_name():
    return "sqlite"  # a page's own behaviour; the sale itself is tested on both


@pytest.fixture
def a_coming_drop(shop):
    with shop.database.transaction() as session:
        at = shop.clock.now()
        account = a_person(session, created_at=at, confirmed_at=at)
        saved_addresses.save(session, account.id, ADDRESS, at=at)
    return f"/d/{a_drop_opening_in(shop, minutes=10, seconds=20).slug}"


def a_drop_opening_in(shop, **span):
    at = shop.clock.now()
    with shop.database.transaction() as session:
        times = {"opens_at": at + timedelta(**span), "announced_at": at, "created_at": at}
        drop = a_drop(session, state=DropState.ANNOUNCED, **times)
        mint(session, an_edition(session, drop, minted=False, created_at=at, size=3), at=at)
        return drop


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


def test_a_page_that_waits_is_live_within_two_polls_after_the_opening(newcomer, shop):
    page_cache.init_app(shop.app)  # as in production: a poll or the new page may be a moment old
    page, polls = newcomer(), []
    page.add_init_script("""document.addEventListener("turned", () => {
        if (document.body.dataset.state === "open") document.body.dataset.liveAt ??= Date.now();
    })""")
    page.on("request", lambda request: polls.append(request) if request.url.endswith("/live.json") else None)
    drop = a_drop_opening_in(shop, seconds=8)
    page.goto(f"/d/{drop.slug}")
    assert page.locator("body").get_attribute("data-state") == "doors"

    expect(page.locator("body")).to_have_attribute("data-live-at", re.compile("[0-9]+"), timeout=30_000)

    opened, live = (
        drop.opens_at.timestamp() * 1000,
        int(page.locator("body").get_attribute("data-live-at")),
    )
    said = polls[0].response().json()
    assert (said["state"], said["poll_ms"]) == ("doors", 1000)
    assert len([poll for poll in polls if opened <= poll.timing["startTime"] <= live]) in (1, 2)
    assert live - opened < 8 * said["poll_ms"]  # two of them, spread out, and what a busy machine takes
    expect(page.get_by_role("button", name="Hold number 1")).to_be_visible()
