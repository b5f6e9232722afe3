"""The gateway refuses, in a plain sentence, to be built for live money or for a stranger's machine."""

import logging

import pytest
import stripe

from storefront.payments.stripe_gateway import StripeGateway


@pytest.mark.parametrize("key", ["", "sk_live_1", "rk_live_1", "pk_test_1", " sk_test_1"])
def test_only_test_keys_are_accepted(key):
    with pytest.raises(ValueError, match="live keys are refused"):
        StripeGateway(key, ("whsec_1",))


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_1", "  ")])
def test_an_empty_webhook_secret_is_refused(secrets):
    with pytest.raises(ValueError, match="webhook secret is empty"):
        StripeGateway("sk_test_1", secrets)


@pytest.mark.parametrize(
    "base",
    [
        "http://10.0.0.1",
        "http://stripe.example",
        "https://api.stripe.com",
        "http://127.0.0.1.example",
        "127.0.0.1",
        "",
        "http://[::1",
        "http://127.0.0.1@example.org/",
    ],
)
def test_a_stand_in_elsewhere_is_refused(base):
    with pytest.raises(ValueError, match="address on this machine"):
        StripeGateway("sk_test_1", ("whsec_1",), base)


def test_neither_telemetry_nor_answers_leave_by_a_side_door():
    StripeGateway("sk_test_1", ("whsec_1",), "http://127.0.0.1:1")

    assert stripe.enable_telemetry is False
    assert not logging.getLogger("stripe").isEnabledFor(logging.INFO)
