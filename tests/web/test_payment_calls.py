"""The pages that speak to the provider hold no connection while they do; whose hold it is, and who may end it."""

import pytest

from factories import an_account
from storefront.accounts import buyers
from storefront.inventory.holds import Hold, HoldState
from storefront.orders.orders import Order
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.stripe_gateway import StripeGateway
from tills import WatchedGateway
from web.test_checkout import drop, edition, hold, press_pay, session_in  # noqa: F401  fixtures and one buyer's steps


@pytest.fixture
def gateway(sandbox, database, clock):
    real = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url, clock=clock)
    watched = WatchedGateway(real, database)
    yield watched
    watched.stop()


def rows(database, model):
    with database.reading() as session:
        return session.query(model).order_by(model.id).all()


def test_neither_the_way_to_the_payment_page_nor_back_holds_a_connection(client, drop, edition, sandbox, gateway):  # noqa: F811
    to_stripe = press_pay(client, hold(client, drop, edition))
    sandbox.pay(session_in(to_stripe.location))
    back = client.get(f"/pay/return?session={session_in(to_stripe.location)}")

    assert back.status_code == 303
    assert gateway.calls == ["create_session", "retrieve_session"]


def test_no_other_page_speaks_with_the_provider(client, drop, edition, sandbox, gateway):  # noqa: F811
    """Whatever becomes of it, these pages are there."""
    hold_url = hold(client, drop, edition)
    to_stripe = press_pay(client, hold_url)
    asked = list(gateway.calls)
    code = sandbox.rows("checkout.session")[0]["client_reference_id"]

    for url in (
        hold_url,
        f"/pay/wait/{code}",
        f"/pay/wait/{code}.json",
        f"/orders/{code}",
        "/me",
        f"/d/{drop.slug}",
        "/",
    ):
        assert client.get(url).status_code in (200, 303)
    client.get(f"/pay/return.json?session={session_in(to_stripe.location)}")
    client.submit(f"{hold_url}/extensions")
    client.submit(f"{hold_url}/releases")
    client.post("/hooks/stripe", data=b"{}", headers={"Stripe-Signature": "t=1,v1=00"})

    assert [call for call in gateway.calls if call != "read_event"] == asked


def test_a_refused_key_is_a_page_that_waits_and_no_failure(client, drop, edition, sandbox, database):  # noqa: F811
    for method in ("POST", "GET"):
        sandbox.fault("error_before", method=method, path="/v1/checkout/sessions", status=401)

    answer = press_pay(client, hold(client, drop, edition))

    assert (answer.status_code, answer.location[:10]) == (303, "/pay/wait/")
    assert client.get(answer.location).status_code == 200
    assert [attempt.state for attempt in rows(database, CheckoutAttempt)] == [AttemptState.CREATING]


def test_the_confirmed_owner_of_an_address_ends_an_unpaid_hold_made_in_its_name(
    app,
    client,
    drop,  # noqa: F811
    edition,  # noqa: F811
    database,
    sign_in_as,
    clock,
):
    press_pay(client, hold(client, drop, edition))
    (order,) = rows(database, Order)
    with database.transaction() as session:
        owner, other = an_account(session), an_account(session)
        session.get_one(buyers.Buyer, order.buyer_id).account_id = owner.id
    browser, stranger = (sign_in_as(app.test_client(), account) for account in (owner, other))
    (held,) = rows(database, Hold)

    refused = stranger.submit(f"/holds/{held.id}/releases")
    ended = browser.submit(f"/holds/{held.id}/releases")

    assert (refused.status_code, ended.status_code) == (404, 303)
    (held,) = rows(database, Hold)
    assert (held.state, held.release_asked) == (HoldState.RELEASING, True)
