import gzip

import pytest
from flask.testing import FlaskClient

from storefront.web import packing, page_cache

TAKES = {"Accept-Encoding": "br;q=1, gzip;q=0.8"}


@pytest.fixture(scope="session")
def engine_name():
    return "sqlite"  # nothing of the database is asked


@pytest.fixture
def client(own_app):
    """One that takes bytes as they come, from a shop with its page cache, as in production."""
    page_cache.init_app(own_app)
    packing.init_app(own_app)
    return FlaskClient(own_app, own_app.response_class)


@pytest.mark.parametrize("path", ["/accessibility", "/static/css/components.css"])
def test_public_text_leaves_packed_for_who_takes_it(client, path):
    plain, packed = client.get(path, buffered=True), client.get(path, headers=TAKES)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("taken", ["", "br", "gzip;q=0", "identity, *;q=0", "\xff"])
def test_who_does_not_take_it_gets_the_text_as_it_is(client, taken):
    answer = client.get("/accessibility", headers={"Accept-Encoding": taken})

    assert "Content-Encoding" not in answer.headers
    assert answer.data.endswith(b"</html>")


def test_who_has_a_packed_page_is_told_that_it_still_holds(client):
    mark = client.get("/accessibility", headers=TAKES).headers["ETag"]

    again = client.get("/accessibility", headers={**TAKES, "If-None-Match": mark})

    assert mark.startswith('W/"')
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == "Accept-Encoding"


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client):
    part = client.get("/static/css/components.css", headers={**TAKES, "Range": "bytes=0-9"}, buffered=True)

    assert (part.status_code, len(part.data)) == (206, 10)
    assert "Content-Encoding" not in part.headers


def test_what_is_not_for_everybody_never_leaves_packed(client):
    answer = client.get("/sign-in", headers=TAKES)

    assert len(answer.data) > 1_000
    assert "Content-Encoding" not in answer.headers
