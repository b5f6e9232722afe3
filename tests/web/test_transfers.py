"""A buyer passes a pin on by a link; who takes it owns it, and learns nothing about who bought it."""

import re

import pytest

from factories import NOON
from people import a_person
from sales import a_refund
from storefront.accounts.people import Account
from storefront.accounts.throttle import OFFERS
from storefront.orders.orders import Order
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import OutboxMessage
from storefront.provenance.certificates import Certificate
from storefront.web.emails import make_courier, make_renderer
from web.test_certificates import order_url  # noqa: F401  a fixture asked for by name
from web.test_emails import assert_the_same_in_both


@pytest.fixture
def engine_name():
    """SQLite alone: the operations are tested on the other."""
    return "sqlite"


@pytest.fixture
def pin_url(client, order_url):  # noqa: F811
    """The page of the buyer's pin, as their order leads to it."""
    client.get(order_url)
    link = client.page.select_one(f"a[href^='{order_url}/pins/']")["href"]
    return client.get(link).location


@pytest.fixture
def taker(app, database, sign_in_as):
    """A browser of somebody else's, with a confirmed account."""
    with database.transaction() as session:
        account = a_person(session, "rui@example.org", confirmed_at=NOON)
    return sign_in_as(app.test_client(), account)


@pytest.fixture
def post_office(app, database, clock):
    """`post_office()`: what the shop has written so far, by whom it is for."""

    def deliver():
        make_courier(app).deliver_due(database, clock)
        folder = app.extensions["services"].settings.mail_folder
        texts = [path.read_text() for path in sorted(folder.glob("*.eml"))]
        return [
            (re.search("^To: (.*)$", text, re.MULTILINE)[1], re.search("^Subject: (.*)$", text, re.MULTILINE)[1])
            for text in texts
        ]

    return deliver


def a_link(client, pin_url, **typed):
    assert client.submit(f"{pin_url}/transfers", typed).status_code == 303
    client.get(pin_url)
    return client.page.select_one("#link")["value"].removeprefix("http://localhost")


def taken(taker, link):
    taker.get(link)
    answer = taker.submit(link)
    assert answer.status_code == 303, taker.page
    return answer.location


def test_a_pin_is_passed_on_by_its_link(app, client, taker, pin_url, post_office, database):
    old = "/v/" + pin_url.rsplit("/", 1)[1]
    link = a_link(client, pin_url, email="rui@example.org")
    assert "rui@example.org" in client.page.get_text()

    own = taken(taker, link)

    taker.get(own)
    assert taker.page.select_one("[aria-label='number 1 of 100']")
    certificate = taker.page.select_one("a[href^='/v/']")["href"]
    stranger = app.test_client()
    stranger.get(certificate)
    assert "Genuine." in stranger.page.get_text()
    assert "Sold by the artist, passed on to a new owner." in stranger.page.get_text()
    stranger.get(old)
    assert "Moved to a new owner" in stranger.page.get_text()
    assert "Genuine" not in stranger.page.get_text()
    assert certificate not in str(stranger.page)
    assert stranger.get(f"{old}.json").status_code == 200
    assert post_office() == [
        ("buyer@example.org", f"Your order {ordered(database)}"),
        ("buyer@example.org", "Your pin has a new owner"),
        ("rui@example.org", "The pin is yours"),
    ]


def test_giver_and_taker_are_written_to_while_a_link_is_open(client, pin_url, post_office):
    a_link(client, pin_url, email="rui@example.org")
    assert post_office()[1:] == [
        ("buyer@example.org", "A link passes your pin on"),
        ("rui@example.org", "Somebody gives you a pin"),
    ]


def test_every_mail_says_the_same_in_html_and_in_text(app, client, taker, pin_url, database):
    link = a_link(client, pin_url, email="rui@example.org")
    render = make_renderer(app)
    for kind in (Kind.TRANSFER_OFFERED, Kind.TRANSFER_LINK):
        assert_the_same_in_both(kind, render(kind, {"transfer_id": 1}))
    taken(taker, link)
    for kind in (Kind.TRANSFER_GIVEN, Kind.TRANSFER_TAKEN):
        assert_the_same_in_both(kind, render(kind, {"transfer_id": 1}))
    assert render(Kind.TRANSFER_LINK, {"transfer_id": 1}) is None  # nothing to say any more
    with database.reading() as session:
        present = session.query(Certificate).filter(Certificate.owner_id.is_not(None)).one()
    assert_the_same_in_both(Kind.PIECE_RECALLED, render(Kind.PIECE_RECALLED, {"certificate_id": present.id}))


def ordered(database):
    with database.reading() as session:
        return session.query(Order).one().code


def test_the_order_stays_with_the_giver_and_the_pin_does_not(client, taker, pin_url, order_url):  # noqa: F811
    own = taken(taker, a_link(client, pin_url))

    client.get(order_url)
    assert "Passed on to a new owner" in client.page.get_text()
    assert "Rua" in client.page.get_text()
    assert not client.page.select_one("[data-reveal]")
    for gone in (pin_url, own):
        assert client.get(gone).status_code == 404
    code = own.rsplit("/", 1)[1]
    for mine in ("/me", "/me/everything.json"):
        assert code not in client.get(mine).get_data(as_text=True)
        assert code.replace("-", "") in taker.get(mine).get_data(as_text=True).replace("-", "")
    client.get("/me")
    assert not client.page.select_one(".own-wall")
    moved = client.get(f"{order_url}/certificates/1").location
    client.get(moved)
    assert "Moved to a new owner" in client.page.get_text()
    assert taker.get(order_url).status_code == 404
    taker.get(own)
    assert "Rua" not in taker.page.get_text()
    assert "buyer@" not in str(taker.page)


def test_the_new_owner_passes_it_on_and_its_buyer_cannot(client, app, taker, pin_url, database, sign_in_as):
    own = taken(taker, a_link(client, pin_url))
    assert client.submit(f"{own}/transfers").status_code == 404
    assert client.submit(f"{pin_url}/transfers").status_code == 404
    with database.transaction() as session:
        account = a_person(session, "ana@example.org", confirmed_at=NOON)
    third = sign_in_as(app.test_client(), account)
    last = taken(third, a_link(taker, own))
    assert third.get(last).status_code == 200
    assert taker.get(own).status_code == 404


@pytest.mark.parametrize("who", ["guest", "unconfirmed"])
def test_only_a_confirmed_account_takes_a_pin_and_is_told_so(app, client, pin_url, database, sign_in_as, who):
    link = a_link(client, pin_url)
    browser = app.test_client()
    if who == "unconfirmed":
        with database.transaction() as session:
            account = a_person(session, "new@example.org", confirmed_at=None)
        sign_in_as(browser, account)
    browser.get(link)
    assert ("make an account" if who == "guest" else "is not confirmed yet") in browser.page.get_text()
    assert browser.submit(link).location == link
    with database.reading() as session:
        assert session.query(Certificate).count() == 1


def test_a_used_or_recalled_link_says_so_and_nothing_else(client, taker, pin_url):
    link = a_link(client, pin_url)
    assert client.submit(f"{pin_url}/recall").status_code == 303
    again = a_link(client, pin_url)
    taken(taker, again)
    for over in (link, again, "/transfers/nothing"):
        assert taker.get(over).status_code == 410
        assert taker.submit(over).status_code == 410
        assert "Pin" not in taker.page.h1.get_text()


def test_links_are_not_made_and_called_off_without_end(client, pin_url, database):
    """Each is told to the address the pin was bought with."""
    for _ in range(OFFERS.most):
        client.submit(f"{pin_url}/transfers")
        client.submit(f"{pin_url}/recall")

    client.submit(f"{pin_url}/transfers")

    client.get(pin_url)
    assert "That was tried too often." in client.page.get_text()
    with database.reading() as session:
        assert session.query(OutboxMessage).filter_by(kind=Kind.TRANSFER_OFFERED).count() == OFFERS.most


def test_a_mailed_link_shows_an_order_but_does_not_give_its_pin_away(app, client, pin_url, order_url):  # noqa: F811
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["orders"] = [order_url.rsplit("/", 1)[1]]
    assert browser.get(order_url).status_code == 200
    assert browser.get(pin_url).status_code == 404
    assert browser.submit(f"{pin_url}/transfers").status_code == 404


def test_what_is_typed_wrongly_is_kept_and_nothing_is_made(client, pin_url):
    answer = client.submit(f"{pin_url}/transfers", {"email": "rui at example"})
    assert answer.status_code == 400
    assert client.page.select_one("#email")["value"] == "rui at example"
    assert not client.page.select_one("#link")
    answer = client.submit(f"{pin_url}/name", {"shown_name": "see www.example.org"})
    assert answer.status_code == 400
    assert client.page.select_one("#shown_name")["value"] == "see www.example.org"


def test_a_name_is_shown_only_if_its_owner_wants_it(app, client, taker, pin_url, database):
    page = "/v/" + pin_url.rsplit("/", 1)[1]

    def owner():
        stranger = app.test_client()
        stranger.get(page)
        return stranger.page.find("dt", string="Owner").find_next("dd").get_text(strip=True)

    assert owner() == "Kept private by the owner"
    for typed, told in (("Maria P.", "Maria P."), ("M.", "M."), ("", "Kept private by the owner"), ("M.", "M.")):
        client.submit(f"{pin_url}/name", {"shown_name": typed})
        assert owner() == told
        client.get(pin_url)
        assert client.page.select_one("#shown_name").get("value", "") == typed
    with database.reading() as session:
        assert "M." not in session.query(Certificate).one().record
    taken(taker, a_link(client, pin_url))
    assert owner() == "Not with who had this certificate"


def test_a_refund_after_a_transfer_revokes_and_tells_the_new_owner(app, client, taker, pin_url, database, post_office):
    own = taken(taker, a_link(client, pin_url))
    with database.transaction() as session:
        a_refund(session, session.query(Order).one())
    post_office()
    assert ("rui@example.org", "A certificate of yours is revoked") in post_office()
    client.get("/v/" + own.rsplit("/", 1)[1])
    assert "Revoked." in client.page.get_text()
    taker.get(own)
    assert not taker.page.select_one("form[action$='/transfers']")


def test_whoever_takes_their_own_pin_is_told_that_it_is_theirs(app, client, pin_url, database, sign_in_as):
    """Signed in as the account it was bought with, in another browser."""
    link = a_link(client, pin_url)
    with database.transaction() as session:
        account = a_person(session, "buyer@example.org", confirmed_at=NOON)
        buyer_id = session.query(Order).one().buyer_id
        session.execute(
            Account.metadata.tables["buyer"].update().where(Account.metadata.tables["buyer"].c.id == buyer_id),
            {"account_id": account.id},
        )
    browser = sign_in_as(app.test_client(), account)
    assert browser.submit(link).location == "/me"
