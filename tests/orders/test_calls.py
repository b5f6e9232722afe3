"""No database connection waits for the provider, and everything we send is something it takes."""

import inspect

import pytest

from contract.stripe_contract import check_request
from storefront import jobs
from storefront.payments.gateway import Gateway
from storefront.payments.stripe_gateway import StripeGateway

METHODS = {name for name, _ in inspect.getmembers(Gateway, inspect.isfunction) if not name.startswith("_")}
# These ask nobody: an event is judged by its signature, the time by the last answer.
SPOKEN = METHODS - {"read_event", "server_time"}


class WholePool:
    """Before every call no connection at all is out of the pool: nothing else runs in this test."""

    def __init__(self, gateway, database):
        self._gateway, self._pool, self.out = gateway, database.engine.pool, {}

    def __getattr__(self, name):
        call = getattr(self._gateway, name)

        def watched(*args, **options):
            self.out.setdefault(name, []).append(self._pool.checkedout())
            return call(*args, **options)

        return watched


@pytest.fixture
def gateway(database, sandbox):
    real = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url, retries=0, timeout=(3, 3))
    return WholePool(real, database)


@pytest.fixture
def exchanges(sandbox):
    heard = []
    sandbox.watch(heard)
    yield heard
    sandbox.world.watchers.clear()


def test_no_connection_is_out_during_any_call_and_every_call_fits_the_contract(
    shop, sandbox, gateway, exchanges, monkeypatch
):
    monkeypatch.setattr(jobs, "_AT_ONCE", 1)
    edition = shop.edition(size=9, per_person=2)
    order, _attempt, _holds = shop.sale(edition, count=2)
    shop.sale(edition, "4000000000000259")
    _given, attempt, (hold,) = shop.checkout(edition)
    shop.give_back(hold)
    _late, another, _more = shop.queue(edition)
    sandbox.fault("saved_error", method="POST", path="/v1/checkout/sessions", times=1)
    shop.till.open_attempt(another)
    shop.request_refund(order)
    shop.work(21, 61)
    pending, _attempt, _holds = shop.sale(edition, "4000000000007726")
    shop.request_refund(pending)
    shop.work(1, 31, 6 * 60)

    assert set(gateway.out) >= SPOKEN
    assert {name: max(out) for name, out in gateway.out.items()} == dict.fromkeys(gateway.out, 0)
    for exchange in exchanges:
        check_request(exchange.operation, exchange.params)
    assert {exchange.operation for exchange in exchanges} >= {"checkout.sessions.create", "refunds.create"}
    assert shop.session_of(attempt)


def test_the_watch_sees_a_connection_that_is_kept(shop, gateway):
    with shop.database.transaction() as session:
        session.connection()
        list(gateway.list_events(("refund.created",), created_since=shop.clock.now()))

    assert gateway.out == {"list_events": [1]}
