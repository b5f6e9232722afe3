"""From the button to the order's page, as a browser without script does it."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from factories import a_drop, an_account, an_edition
from storefront.catalog.drops import DropState, WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import Hold, HoldState
from storefront.jobs import Round
from storefront.orders.orders import Order, OrderState
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.inbox import ProviderEvent

ADDRESS = {
    "email": "buyer@example.org", "name": "A Buyer", "line1": "Rua 1", "line2": "", "postcode": "1000-001", "city": "Lisboa",
    "region": "", "country": "PT",
}  # fmt: skip


@pytest.fixture
def edition(database):
    with database.transaction() as session:
        return an_edition(session, size=5)


@pytest.fixture
def drop(database, edition):
    with database.reading() as session:
        from storefront.catalog.drops import Drop  # noqa: PLC0415

        return session.get_one(Drop, edition.drop_id)


@pytest.fixture
def tick(app, clock, sandbox):
    """One round of the clock, some seconds later."""
    found = app.extensions["services"]

    class NoMail:
        def deliver_due(self, *_):
            pass

    work = Round(found.till, NoMail())

    def later(seconds=0):
        clock.tick(seconds=seconds)
        sandbox.advance(seconds)
        work.tick()

    return later


def take(client, drop, edition, **more):
    """Press the button on the page that needs no script; the hold's address."""
    client.get(f"/d/{drop.slug}/take?edition={edition.id}")
    form = client.page.select_one("main form")
    fields = {field["name"]: field["value"] for field in form.select("input")}
    return client.submit(form["action"], {**fields, **more})


def hold(client, drop, edition):
    answer = take(client, drop, edition)
    assert answer.status_code == 303, client.page.get_text(" ", strip=True)
    return answer.location


def press_pay(client, hold_url, **changes):
    """Fill in the address, see the total, agree."""
    client.get(hold_url)
    hold_id = hold_url.rsplit("/", 1)[1]
    client.submit("/checkout", {**ADDRESS, "hold": hold_id, **changes})
    form = client.page.select_one("form[action='/orders']")
    assert form, client.page.get_text(" ", strip=True)
    fields = {field["name"]: field["value"] for field in form.select("input")}
    return client.submit("/orders", fields)


def session_in(url):
    return re.search(r"cs_test_\w+", url).group()


def test_a_guest_holds_pays_and_owns_a_number(client, drop, edition, sandbox):
    hold_url = hold(client, drop, edition)
    assert client.get(hold_url).status_code == 200
    assert client.page.select_one("h1 [aria-label]")["aria-label"] == "number 1 of 5"

    to_stripe = press_pay(client, hold_url)
    assert to_stripe.location.startswith(sandbox.url)
    outcome = sandbox.pay(session_in(to_stripe.location))
    back = client.get(f"/pay/return?session={session_in(to_stripe.location)}")

    assert outcome
    assert back.status_code == 303
    client.get(back.location)
    words = client.page.get_text(" ", strip=True)
    assert "Paid. It is yours." in words
    assert "€32.50" in words
    client.get("/me")
    assert client.page.select_one("[aria-label='number 1 of 5']")


def test_the_same_press_twice_is_one_hold(client, drop, edition):
    client.get(f"/d/{drop.slug}/take?edition={edition.id}")
    fields = {f["name"]: f["value"] for f in client.page.select("main form input")}

    first, second = (client.submit(f"/d/{drop.slug}/holds", fields) for _ in range(2))

    assert first.location == second.location


def test_a_press_without_token_or_key_places_nothing_and_gets_the_page_that_has_both(client, drop, edition, database):
    naked = client.post(f"/d/{drop.slug}/holds", data={"edition": edition.id, "idempotency_key": "k" * 20})
    client.get(f"/d/{drop.slug}/take?edition={edition.id}")
    keyless = client.submit(f"/d/{drop.slug}/holds", {"edition": str(edition.id)})

    assert [naked.status_code, keyless.status_code] == [303, 303]
    assert naked.location == keyless.location == f"/d/{drop.slug}/take?edition={edition.id}"
    with database.reading() as session:
        assert session.scalars(select(Hold)).all() == []


def test_strangers_do_not_see_a_hold_or_an_order(app, client, drop, edition, sandbox):
    hold_url = hold(client, drop, edition)
    to_stripe = press_pay(client, hold_url)
    sandbox.pay(session_in(to_stripe.location))
    order_url = client.get(f"/pay/return?session={session_in(to_stripe.location)}").location
    stranger = app.test_client()

    assert stranger.get(hold_url).status_code == 404
    assert stranger.get(order_url).status_code == 404
    for verb in ("extensions", "releases"):
        assert stranger.submit(f"{hold_url}/{verb}").status_code == 404
    seen = stranger.get(f"/pay/return?session={session_in(to_stripe.location)}").get_data(as_text=True)
    assert "check your e-mail" in seen
    assert "buyer@example.org" not in seen
    assert order_url.rsplit("/", 1)[1] not in seen


def test_too_early_is_409_with_the_milliseconds_left(client, database, clock):
    with database.transaction() as session:
        drop = a_drop(session, state=DropState.ANNOUNCED, opens_at=clock.tick(seconds=0).replace(hour=13))
        edition = an_edition(session, drop)

    answer = take(client, drop, edition)
    words = client.page.get_text()
    told = client.submit(
        f"/d/{drop.slug}/holds",
        {"edition": str(edition.id), "idempotency_key": "k" * 20},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 409
    assert "Not open yet" in words
    assert told.status_code == 409
    assert told.json == {"error": "not_open", "wait_ms": 3_600_000}


@pytest.mark.parametrize(
    ("who", "confirmed", "onward"),
    [
        (WhoMayHold.ACCOUNTS, None, "/sign-in"),
        (WhoMayHold.ACCOUNTS, False, "/holds/"),
        (WhoMayHold.CONFIRMED, False, "/account"),
        (WhoMayHold.CONFIRMED, True, "/holds/"),
    ],
)
def test_a_drop_says_who_may_hold(client, database, sign_in_as, clock, who, confirmed, onward):
    with database.transaction() as session:
        drop = a_drop(session, who_may_hold=who)
        edition = an_edition(session, drop)
        account = (
            an_account(session, confirmed_at=clock.now() if confirmed else None) if confirmed is not None else None
        )
    if account:
        sign_in_as(client, account)

    answer = take(client, drop, edition)

    assert answer.status_code == 303
    assert answer.location.startswith(onward)


def test_what_was_typed_is_still_there_when_something_is_missing(client, drop, edition):
    hold_url = hold(client, drop, edition)

    answer = client.submit(
        "/checkout", {**ADDRESS, "hold": hold_url.rsplit("/", 1)[1], "email": "not an address", "city": ""}
    )

    assert answer.status_code == 422
    assert client.page.select_one("input[name=email]")["value"] == "not an address"
    assert client.page.select_one("input[name=line1]")["value"] == "Rua 1"
    assert client.page.select_one("#errors")


def test_a_country_the_artist_does_not_post_to_is_refused_before_paying(client, drop, edition):
    hold_url = hold(client, drop, edition)

    answer = client.submit("/checkout", {**ADDRESS, "hold": hold_url.rsplit("/", 1)[1], "country": "AQ"})

    assert answer.status_code == 422
    assert "does not post to this country" in client.page.get_text()


def test_a_tampered_total_is_not_what_is_charged(client, drop, edition, database):
    hold_url = hold(client, drop, edition)
    client.get(hold_url)

    answer = client.submit("/orders", {**ADDRESS, "hold": hold_url.rsplit("/", 1)[1], "total_minor": "1"})

    assert answer.status_code == 200
    assert "The total has changed" in client.page.get_text()
    with database.reading() as session:
        assert session.scalars(select(Order)).all() == []


def test_giving_a_number_back_frees_it_and_the_page_says_so(client, drop, edition, database):
    hold_url = hold(client, drop, edition)

    client.submit(f"{hold_url}/releases")
    client.get(hold_url)

    assert "is gone" in client.page.get_text()
    assert "Number 1 is free again: hold it" in client.page.get_text()


def test_a_hold_that_lapses_while_paying_returns_only_after_stripe_said_so(
    client, drop, edition, tick, database, sandbox
):
    hold_url = hold(client, drop, edition)
    press_pay(client, hold_url)
    sandbox.fault("error_before", method="POST", path="*/expire", times=2)  # the SDK tries twice

    tick(10 * 60 + 46)
    with database.reading() as session:
        assert session.scalars(select(Hold.state)).all() == [HoldState.RELEASING]
    tick(3)

    with database.reading() as session:
        assert session.scalars(select(Hold.state)).all() == [HoldState.RELEASED]
        assert session.scalars(select(CheckoutAttempt.state)).all() == [AttemptState.EXPIRED]
        assert session.scalars(select(Order.state)).all() == [OrderState.CANCELLED]


def test_the_clock_settles_a_paid_order_without_webhook_or_return(client, drop, edition, tick, database, sandbox):
    to_stripe = press_pay(client, hold(client, drop, edition))
    sandbox.pay(session_in(to_stripe.location))

    tick(11)

    with database.reading() as session:
        assert session.scalars(select(Order.state)).all() == [OrderState.PAID]


def test_when_stripe_is_down_the_page_waits_and_the_clock_finishes(client, drop, edition, tick, sandbox):
    sandbox.fault("error_before", method="POST", path="*/sessions", times=2)

    waiting = press_pay(client, hold(client, drop, edition))
    assert waiting.status_code == 303
    client.get(waiting.location)
    code = waiting.location.split("/")[-1]
    assert "Your payment page is coming" in client.page.get_text()
    assert client.get(f"/pay/wait/{code}.json").json["state"] == "preparing"
    tick(5)

    assert client.get(f"/pay/wait/{code}").location.startswith(sandbox.url)


def test_a_sealed_number_is_named_nowhere_before_it_is_paid(client, database, sandbox):
    with database.transaction() as session:
        drop = a_drop(session)
        edition = an_edition(session, drop, size=90_000, policy=NumberPolicy.SEALED)
    hold_url = hold(client, drop, edition)
    with database.reading() as session:
        number = str(session.scalars(select(Hold)).one().piece.number)

    pages = [client.get(hold_url).get_data(as_text=True), client.get("/me").get_data(as_text=True)]
    review = client.submit("/checkout", {**ADDRESS, "hold": hold_url.rsplit("/", 1)[1]})
    to_stripe = press_pay(client, hold_url)
    pages += [
        review.get_data(as_text=True),
        sandbox.rows("checkout.session")[0]["url"],
        str(sandbox.rows("checkout.session")[0]),
    ]

    assert "a sealed number" in pages[0]
    assert [number in re.findall(r"\d+", page) for page in pages] == [False] * 5
    sandbox.pay(session_in(to_stripe.location))
    client.get(client.get(f"/pay/return?session={session_in(to_stripe.location)}").location)
    assert number in re.findall(r"\d+", client.page.select_one("h1").get_text(" "))


def test_a_forged_event_leaves_no_row(client, database):
    answer = client.post("/hooks/stripe", data=b'{"id": "evt_1"}', headers={"Stripe-Signature": "t=1,v1=00"})

    assert answer.status_code == 400
    with database.reading() as session:
        assert session.scalars(select(ProviderEvent)).all() == []


def test_the_way_to_the_payment_page_is_allowed_by_the_policy(client, drop, edition, sandbox):
    answer = client.get(hold(client, drop, edition))

    origin = "{0.scheme}://{0.netloc}".format(urlsplit(sandbox.url))
    assert origin in re.search(r"form-action ([^;]+)", answer.headers["Content-Security-Policy"]).group(1)


def test_a_form_naming_more_holds_than_a_parcel_holds_is_not_ours(client, drop, edition):
    hold_url = hold(client, drop, edition)
    client.get(hold_url)

    answer = client.submit(
        "/checkout", {**ADDRESS, "hold": hold_url.rsplit("/", 1)[1], "with_holds": [*range(100, 121)]}
    )

    assert answer.status_code == 400
