"""An owner shares "this one is mine" and takes it back; nobody else does, and a pin that left its owner is not shared."""

from types import SimpleNamespace

import pytest

from sales import a_refund
from storefront.orders.orders import Order
from storefront.provenance.certificates import Certificate
from storefront.web.shared_numbers import Shared
from web.test_certificates import order_url  # noqa: F401  a fixture

SHARE = "a[href*='/pins/']"


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def pin(client, order_url):  # noqa: F811
    """The owner's page of a bought pin."""
    client.get(order_url)
    return client.get(client.page.select_one(SHARE)["href"]).location


@pytest.fixture
def shared(client, pin):
    """What the owner may send around."""
    client.get(pin)
    client.submit(f"{pin}/share")
    client.get(pin)
    return client.page.select_one("#shared")["value"].removeprefix("http://localhost")


def test_nothing_is_shared_until_its_owner_says_so(client, pin, database):
    client.get(pin)

    assert client.page.select_one("#shared") is None
    with database.reading() as session:
        assert session.query(Certificate).one().shared_code is None


def test_whoever_has_the_address_sees_the_number_and_not_whose_it_is(app, client, shared):
    stranger = app.test_client()
    answer = stranger.get(shared)

    assert stranger.page.select_one("[aria-label='number 1 of 100']")
    assert "This one is mine" in stranger.page.get_text()
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert "maria" not in answer.text.lower()


def test_it_is_gone_when_taken_back_and_has_another_address_afterwards(client, pin, shared):
    client.get(pin)
    client.submit(f"{pin}/unshare")
    gone = client.get(shared).status_code
    client.get(pin)
    client.submit(f"{pin}/share")
    client.get(pin)

    assert gone == 404
    assert client.page.select_one("#shared")["value"] != f"http://localhost{shared}"
    assert client.get(shared).status_code == 404


def test_a_pin_that_is_given_back_or_passed_on_is_no_longer_shared(client, database, clock, shared):
    with database.transaction() as session:
        certificate = session.query(Certificate).one()
        certificate.moved_at = clock.now()
    moved = client.get(shared).status_code
    with database.transaction() as session:
        session.query(Certificate).one().moved_at = None
        a_refund(session, session.query(Order).one())

    assert moved == 404
    assert client.get(shared).status_code == 404


def test_only_its_owner_shares_it_or_takes_it_back(app, client, pin, shared):
    stranger = app.test_client()
    stranger.get("/forgot")

    answers = [stranger.submit(f"{pin}/{act}").status_code for act in ("share", "unshare")]

    assert answers == [404, 404]
    assert client.get(shared).status_code == 200


@pytest.mark.parametrize(
    ("front", "caption"),
    [
        (SimpleNamespace(drawn=True), "A picture of the plan, not a photograph."),
        (SimpleNamespace(drawn=False), ""),
        (None, ""),
    ],
)
def test_its_card_says_when_the_pin_is_drawn(app, front, caption):
    piece = SimpleNamespace(number=3, size=100, title="Luna", artist="Ines Example", front=front)

    with app.test_request_context():
        assert Shared(piece, None).drawn.caption == caption
