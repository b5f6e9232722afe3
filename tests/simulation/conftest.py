import pytest

from simulation.story import empty_database


@pytest.fixture
def empty_url(engine_name, request):
    """A function that empties the database and tells its address."""
    url = request.getfixturevalue("postgres_url") if engine_name == "postgresql" else None
    with empty_database(engine_name, url) as fresh:
        yield fresh
