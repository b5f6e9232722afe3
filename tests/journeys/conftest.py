"""What a journey starts from: a running shop, people with browsers, and a drop that is open."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from factories import a_drop, an_edition
from journeys.live_shop import LiveShop
from storefront.inventory.minting import mint
from storefront.sandbox.server import SandboxServer

_SCREENS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def sandbox():
    with SandboxServer() as server:
        yield server


@pytest.fixture
def shop(database, sandbox, built_fonts, tmp_path):
    with LiveShop(database, sandbox, tmp_path) as running:
        yield running


@pytest.fixture
def expected():
    """Refusals a journey provokes on purpose, by status; every other one fails it."""
    return set()


@pytest.fixture
def newcomer(chromium, shop, expected):
    """`newcomer()` is the first tab of somebody's own browser. Nothing may fail or complain in any of them."""
    contexts, complaints = [], []

    def arrive(**options):
        context = chromium.new_context(base_url=shop.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        _listen(context, complaints, expected)
        return context.new_page()

    expect.set_options(timeout=10_000)
    yield arrive
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def an_open_drop(shop):
    """`an_open_drop(size=…)`: the address of a drop of one edition that opened a minute ago."""

    def make(**edition):
        at = shop.clock.now() - timedelta(minutes=1)
        with shop.database.transaction() as session:
            drop = a_drop(session, opens_at=at, announced_at=at, created_at=at)
            mint(session, an_edition(session, drop, **{"minted": False, "created_at": at, "size": 3, **edition}), at=at)
            return f"/d/{drop.slug}"

    return make


@pytest.fixture
def picture():
    """`picture(page, name)` keeps what is seen, on two screens and in both schemes, in the folder JOURNEY_PICTURES names."""
    folder = os.environ.get("JOURNEY_PICTURES")

    def keep(page, name):
        if not folder:
            return
        before = page.viewport_size
        page.evaluate("scrollTo(0, 0)")
        for screen, size in _SCREENS.items():
            page.set_viewport_size(size)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.wait_for_timeout(400)  # colours change slowly, and the screen may want a larger picture
                page.screenshot(path=Path(folder, f"{name}-{screen}-{scheme}.png"), full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)

    return keep


def _listen(context, complaints, expected):
    def said(message):
        # What could not be loaded is told below, with its status; that a screenshot of a canvas takes long is the test's doing.
        known = ("Failed to load resource", "GL Driver Message (OpenGL, Performance")
        if message.type in ("error", "warning") and not any(words in message.text for words in known):
            complaints.append(f"{message.page.url}: {message.text}")

    def answered(response):
        if response.status >= 400 and response.status not in expected:
            complaints.append(f"{response.request.method} {response.url}: {response.status}")

    def failed(request):
        # Whoever leaves a page ends what it was still asking.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.method} {request.url}: {request.failure}")

    context.on("console", said)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("response", answered)
    context.on("requestfailed", failed)
