"""What the contract tests share: the contract data, a stand-in, a gateway and a listener."""

import os

import pytest

from contract import stripe_contract
from contract.stripe_scenes import gateway, listener, sandbox  # noqa: F401  fixtures are asked for by name


@pytest.fixture(scope="session")
def contract():
    """The contract data; without it answers can't be checked, which a build server must not pass over."""
    if not stripe_contract.is_here():
        reason = f"no Stripe contract data in {stripe_contract.FOLDER} (STRIPE_CONTRACT names another place)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return stripe_contract
