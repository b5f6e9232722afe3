"""Everything that can go wrong with every call to the provider; after some rounds of the clock the shop is right."""

import pytest

from storefront.inventory.holds import HoldState
from storefront.orders.orders import OrderState
from storefront.payments.attempts import AttemptState
from storefront.payments.money_moved import Refund, RefundState
from storefront.payments.stripe_gateway import StripeGateway
from tills import WatchedGateway

FAULTS = {
    "error_before": {},
    "error_after": {},
    "saved_error": {},
    "lost": {},
    "latency": {"seconds": 2.2},
    "rate_limit": {},
    "lock_timeout": {},
}


@pytest.fixture(params=FAULTS)
def go_wrong(request, sandbox):
    """`go_wrong(method, path)`: the next two such calls."""
    return lambda method, path: sandbox.fault(request.param, method=method, path=path, times=2, **FAULTS[request.param])


@pytest.fixture
def gateway(database, sandbox):
    """It waits two seconds for an answer."""
    real = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url, retries=0, timeout=(3, 2))
    watched = WatchedGateway(real, database)
    yield watched
    watched.stop()


def watchfully(shop, *pauses):
    for pause in pauses:
        shop.work(pause)
        # The clock leaps ahead in no time; what the provider does meanwhile takes real time.
        assert shop.sandbox.wait_until_idle()
        shop.assert_safe()


def test_a_create_that_goes_wrong_ends_in_one_session_and_one_sale(shop, sandbox, go_wrong):
    order, attempt, _holds = shop.queue(shop.edition(size=1))
    go_wrong("POST", "/v1/checkout/sessions")

    shop.till.open_attempt(attempt)
    watchfully(shop, 21, 3, 5, 9, 17, 33)
    assert shop.attempt_state(attempt) is AttemptState.OPEN
    shop.pay(attempt)
    watchfully(shop, 11, 130)

    assert len(sandbox.rows("checkout.session")) == 1
    assert shop.order_state(order) is OrderState.PAID
    shop.assert_sound()


@pytest.mark.parametrize("pays", [False, True])
def test_an_expiry_that_goes_wrong_frees_the_number_only_when_nobody_can_pay_for_it(shop, sandbox, go_wrong, pays):
    edition = shop.edition(size=1)
    order, attempt, (hold,) = shop.checkout(edition)
    shop.give_back(hold)
    go_wrong("POST", "*/expire")

    watchfully(shop, 0)
    if pays:
        shop.pay(attempt)
    watchfully(shop, 3, 5, 9, 17)

    (session,) = sandbox.rows("checkout.session")
    sold = session["status"] == "complete"
    assert session["status"] in ("complete", "expired")
    assert shop.order_state(order) is (OrderState.PAID if sold else OrderState.CANCELLED)
    assert shop.hold_state(hold) is (HoldState.SOLD if sold else HoldState.RELEASED)
    assert shop.free(edition) == ([] if sold else [1])
    assert pays or not sold
    shop.assert_sound()


def test_a_look_that_goes_wrong_delays_the_sale_and_nothing_else(shop, go_wrong):
    order, attempt, _holds = shop.checkout(shop.edition(size=1))
    shop.pay(attempt)
    go_wrong("GET", "/v1/checkout/sessions/*")

    shop.till.settle(shop.session_of(attempt))
    watchfully(shop, 11, 3, 5, 9, 130)

    assert shop.order_state(order) is OrderState.PAID
    shop.assert_sound()


def test_a_refund_that_goes_wrong_is_made_once(shop, sandbox, go_wrong):
    order, _attempt, _holds = shop.sale(shop.edition(size=1))
    shop.request_refund(order)
    go_wrong("POST", "/v1/refunds")

    watchfully(shop, 0, 31, 31, 31, 31)

    assert len(sandbox.rows("refund")) == 1
    assert shop.all(Refund.state) == [RefundState.SUCCEEDED]
    assert shop.order_state(order) is OrderState.REFUNDED
    shop.assert_sound()


def test_the_events_that_cannot_be_listed_now_are_read_later(shop, go_wrong):
    order, attempt, _holds = shop.checkout(shop.edition())
    shop.pay(attempt)
    go_wrong("GET", "/v1/events")

    watchfully(shop, 11, 11, 11, 130)

    assert shop.order_state(order) is OrderState.PAID
