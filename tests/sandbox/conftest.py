"""The stand-in's own tests speak to it over plain HTTP."""

import pytest

from contract.stripe_scenes import listener, sandbox  # noqa: F401  fixtures are asked for by name
from sandbox.plain_http import Api, a_session


@pytest.fixture
def api(sandbox):  # noqa: F811  the fixture, by its name
    return Api(sandbox.url)


@pytest.fixture
def fields():
    return a_session
