"""A ledger is checked in the reader's own browser, every link of it."""

import json
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from shopfront import sell
from storefront.catalog.editions import Edition


@pytest.fixture
def engine_name():
    """A browser is what is tested here."""
    return "sqlite"


@pytest.fixture
def ledger(shop, an_open_drop):
    """The address of a ledger with five entries."""
    an_open_drop(size=4)
    with shop.database.transaction() as session:
        edition = session.scalars(select(Edition)).one()
        sell(session, edition, 4, at=shop.clock.now())
        return f"/e/{edition.ref}/ledger"


def test_every_link_is_computed_anew_and_a_changed_one_is_found(newcomer, ledger, monkeypatch):
    monkeypatch.setattr("storefront.ledger.documents.PART", 2)
    page = newcomer()
    page.goto(ledger)
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("^Every link holds: 5 entries, up to [0-9a-f]{64}"))

    def forged(route):
        told = route.fetch().json()
        if told["after"]["seq"] == 2:
            told["entries"][1]["body"]["number"] = 4
        route.fulfill(body=json.dumps(told), content_type="application/json")

    page.route("**/ledger.json*", forged)
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("^It does not add up: entry 4 "))
