"""The hostile set, sent through the studio's own form: each file ends in its sentence, and leaves nothing behind."""

import tempfile

import pytest
from sqlalchemy import func, select

from factories import a_pin
from media.hostile import FILES
from storefront.media.pictures import Picture
from storefront.media.refusals import PictureRefused
from storefront.media.uploads import PictureKind
from storefront.web.media import refusal_words
from studio import a_member

FOUND = {"an animated GIF": "GIF", "a compressed SVG": "SVGZ or GZIP"}


def send(client, address, content):
    """The test client's own encoding leaves a large file's temporary copy open."""
    fields = {"csrf_token": client.csrf_token(), "role": "front", "alt": "A green moth"}
    said = "".join(f'--l1ne\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    file = '--l1ne\r\nContent-Disposition: form-data; name="picture"; filename="moth.png"\r\n\r\n'
    body = (said + file).encode() + content + b"\r\n--l1ne--\r\n"
    return client.post(
        address, data=body, content_type="multipart/form-data; boundary=l1ne", headers={"Origin": "http://localhost"}
    )


@pytest.fixture
def engine_name():
    return "sqlite"  # no file gets as far as the database


def sentence(app, name, refusal):
    found = FOUND.get(name, name.rpartition(" ")[2])
    with app.test_request_context():
        return str(refusal_words(PictureRefused(refusal, found=found, limit_bytes=20 * 2**20), PictureKind.ARTWORK))


def test_each_of_fifty_hostile_files_ends_in_a_sentence_and_nothing_is_stored(
    app, client, database, sign_in_as, tmp_path, monkeypatch
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with database.transaction() as session:
        member, artist = a_member(session)
        pin = a_pin(session, artist)
    sign_in_as(client, member)
    address = f"/studio/pins/{pin.id}/pictures"
    client.get(address)
    client.inspecting = False  # once is enough: it is the same page fifty times

    said = {}
    for name, (make, _refusal) in FILES.items():
        answer = send(client, address, make())
        errors = [error.get_text(strip=True) for error in client.page.select(".field .error")]
        said[name] = (answer.status_code, client.page.select_one("[name=alt]")["value"], *errors)

    assert len(FILES) == 50
    assert said == {n: (422, "A green moth", sentence(app, n, refusal)) for n, (_make, refusal) in FILES.items()}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 0
