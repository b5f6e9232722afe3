"""Whoever scans a pin learns whether it is genuine, and nothing about who owns it."""

import json
import re

import pytest
from sqlalchemy import update

from factories import a_drop, an_edition
from sales import a_refund
from storefront.orders.orders import Order
from storefront.provenance.certificates import Certificate
from storefront.provenance.records import check_document
from storefront.web.certificates import grouped
from storefront.web.emails import make_courier
from web.test_checkout import hold, press_pay, session_in


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def order_url(client, database, sandbox):
    """The page of a paid order."""
    with database.transaction() as session:
        drop = a_drop(session)
        edition = an_edition(session, drop, size=100)
    session_id = session_in(press_pay(client, hold(client, drop, edition)).location)
    sandbox.pay(session_id)
    return client.get(f"/pay/return?session={session_id}").location


@pytest.fixture
def address(client, order_url):
    """The certificate's page, as the owner's order leads to it."""
    client.get(order_url)
    link = client.page.select_one("a[href*='/certificates/']")["href"]
    return client.get(link).location


def test_its_page_says_what_it_is_and_that_it_is_genuine(app, client, address):
    assert re.fullmatch(r"/v/[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", address)
    stranger = app.test_client()
    answer = stranger.get(address)

    words = stranger.page.get_text(" ", strip=True)
    assert "Genuine. Signature checked just now." in words
    assert "No more will be made." in words
    assert "Sold by the artist." in words
    assert stranger.page.select_one("[aria-label='number 1 of 100']")
    assert stranger.page.select_one(".qr svg path")
    assert "Set-Cookie" not in answer.headers
    assert "maria" not in answer.get_data(as_text=True).lower()


def test_its_page_is_there_in_every_language_and_has_one_address_for_cameras(app, client, address):
    stranger = app.test_client()
    stranger.get(address)
    code, here = str(stranger.page.select_one(".qr svg path")), stranger.page.select_one("link[rel=canonical]")["href"]
    offered = {link["hreflang"]: link["href"] for link in stranger.page.select("footer a[hreflang]")}

    stranger.get(offered["de"])
    assert offered["de"] == f"/de{address}"
    assert stranger.page.html["lang"] == "de"
    assert str(stranger.page.select_one(".qr svg path")) == code
    assert stranger.page.select_one("link[rel=canonical]")["href"] == here
    assert stranger.page.select_one("a[href$='.json']")["href"] == f"{address}.json"


def test_its_record_is_checked_with_the_public_keys_alone(client, address):
    document = client.get(f"{address}.json")
    log = client.get("/keys.json").json

    said = check_document(document.get_data(as_text=True), [key["public_key"] for key in log["keys"]])
    assert grouped(said["code"]) == address.removeprefix("/v/")
    assert document.mimetype == "application/json"
    assert "attachment" in document.headers["Content-Disposition"]
    assert "sealed" not in json.dumps(log)
    assert client.get(f"{address}%0A.json").status_code in (200, 404)


def test_a_refund_revokes_it(client, address, database):
    with database.transaction() as session:
        a_refund(session, session.query(Order).one())
    client.get(address)
    assert "Revoked." in client.page.get_text()
    assert "Genuine" not in client.page.get_text()


def test_a_record_changed_in_the_database_is_not_called_genuine(client, address, database):
    with database.transaction() as session:
        record = session.query(Certificate).one().record
        session.execute(update(Certificate).values(record=record.replace('"number":1', '"number":2')))
    client.get(address)
    assert "cannot be confirmed" in client.page.get_text()
    assert "Genuine" not in client.page.get_text()


def test_unknown_codes_reveal_nothing_and_guessing_is_slow(client, address):
    somewhere = {"REMOTE_ADDR": "9.9.9.9"}
    answers = [client.get("/v/2222-2222-2222", environ_overrides=somewhere).status_code for _ in range(12)]
    assert answers[:10] == [404] * 10
    assert answers[10:] == [429] * 2
    assert client.get(address, environ_overrides=somewhere).status_code == 200  # what is there is shown all the same
    assert client.get("/v/" + "x" * 300).status_code == 404


def test_a_typed_code_leads_to_its_page_however_it_is_typed(client, address):
    typed = address.removeprefix("/v/").replace("-", "").lower()
    answer = client.get("/verify", query_string={"code": f" {typed} "})
    assert client.get(answer.location).status_code == 200
    assert client.get("/verify").status_code == 200


def test_only_its_owner_is_led_to_it_from_the_order(app, client, order_url):
    assert app.test_client().get(f"{order_url}/certificates/1").status_code == 404
    assert client.get(f"{order_url}/certificates/2").status_code == 404


def test_the_mail_about_the_order_has_its_address(app, client, order_url, database, clock):
    make_courier(app).deliver_due(database, clock)
    mails = [path.read_text() for path in app.extensions["services"].settings.mail_folder.glob("*.eml")]
    with database.reading() as session:
        code = session.query(Certificate).one().code
    assert any(f"/v/{grouped(code)}" in mail for mail in mails)
