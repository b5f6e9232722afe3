"""The same gateway against Stripe's real test mode, for whoever has a key: `pytest -m live_stripe`."""

import os

import pytest

from contract.stripe_scenes import session_params
from storefront.payments.gateway import GatewayRefused
from storefront.payments.stripe_gateway import StripeGateway

pytestmark = [
    pytest.mark.live_stripe,
    pytest.mark.enable_socket,
    pytest.mark.skipif("STRIPE_SECRET_KEY" not in os.environ, reason="needs STRIPE_SECRET_KEY=sk_test_…"),
]


def test_a_session_is_created_retrieved_and_expired():
    gateway = StripeGateway(os.environ["STRIPE_SECRET_KEY"], ("whsec_unused",), timeout=(3.05, 20), retries=2)
    params = session_params()

    created = gateway.create_session(params, f"live:{os.urandom(8).hex()}")
    found = gateway.retrieve_session(created.id)
    expired = gateway.expire_session(created.id)

    assert (created.status, created.amount_total, created.currency, created.livemode) == ("open", 3450, "EUR", False)
    assert (found.id, found.intent_id) == (created.id, None)
    assert (expired.status, expired.url) == ("expired", None)
    with pytest.raises(GatewayRefused):
        gateway.expire_session(created.id)
