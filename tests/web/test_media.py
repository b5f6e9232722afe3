"""Pictures on their way in and out."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from factories import a_pin
from storefront.catalog.pins import PinPicture
from storefront.media.pictures import Picture
from storefront.web.picture_addresses import picture_address
from studio import a_member, a_photo

ORIGIN = "http://localhost"
FRONT = {"role": "front", "alt": "A green moth"}


@pytest.fixture
def pictures_of(client, database, sign_in_as):
    """The address of a pin's pictures, the client signed in as its artist's member."""
    with database.transaction() as session:
        member, artist = a_member(session)
        pin = a_pin(session, artist)
    sign_in_as(client, member)
    client.get(f"/studio/pins/{pin.id}/pictures")
    return f"/studio/pins/{pin.id}/pictures"


def stored(database):
    with database.reading() as session:
        return session.scalars(select(Picture)).all()


def public_address(app, key):
    with app.test_request_context("/"):
        return picture_address(key)


def hung(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(PinPicture))


def errors_on(client):
    return " ".join(error.get_text(strip=True) for error in client.page.select(".field .error"))


def test_an_upload_is_re_encoded_and_served_as_variants_only(app, client, database, pictures_of, tmp_path):
    original, name = a_photo((80, 60), kind="JPEG", comment=b"where I live")

    client.submit(pictures_of, {**FRONT, "picture": (original, name)})

    picture = stored(database)[0]
    for variant in picture.variants:
        answer = client.get(public_address(app, variant["key"]))
        assert answer.status_code == 200
        assert answer.mimetype == f"image/{variant['format']}"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in answer.headers
        assert b"where I live" not in answer.data
    assert client.get(public_address(app, picture.original)).status_code == 404
    assert b"where I live" not in b"".join(p.read_bytes() for p in Path(tmp_path).rglob("*.*") if "media" in p.parts)


def test_a_variant_already_seen_is_not_sent_again(app, client, database, pictures_of):
    client.submit(pictures_of, {**FRONT, "picture": a_photo()})
    address = public_address(app, stored(database)[0].variants[0]["key"])
    tag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "key",
    [
        "../shop.db", "..%2fshop.db", "%2e%2e/originals/x.png", "aa/../../shop.db", "/etc/passwd", "aa/" + "0" * 62 + ".webp",
        "aa/" + "0" * 62 + ".svg", "aa/" + "0" * 62 + ".html", "x", "aa/%00.webp", "." * 300 + ".webp",
    ],
)  # fmt: skip
def test_a_made_up_key_names_nothing(app, client, key):
    assert client.get(f"/media/{key}", follow_redirects=True).status_code in (400, 404)
    assert client.get(public_address(app, key), follow_redirects=True).status_code in (400, 404)


def svg():
    return BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")


def animation():
    file = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return BytesIO(file.getvalue())


def bomb():
    file = BytesIO()
    Image.new("1", (9_000, 9_000)).save(file, "PNG")
    return BytesIO(file.getvalue())


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: BytesIO(b"<?php system($_GET['c']); ?>"), "is not a picture"),
        (svg, "The SVG contains a script"),
        (animation, "The picture moves"),
        (bomb, "more than 40 million pixels"),
        (lambda: BytesIO(a_photo((400, 400), kind="JPEG")[0].getvalue()[:900]), "could not be read to its end"),
        (lambda: a_photo(kind="GIF")[0], "GIF file"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_in_a_sentence_and_what_was_typed_stays(
    client, database, pictures_of, file, sentence
):
    answer = client.submit(pictures_of, {**FRONT, "picture": (file(), "moth.png")})

    assert answer.status_code == 422
    assert sentence in errors_on(client)
    assert client.page.select_one("[name=alt]")["value"] == "A green moth"
    assert stored(database) == []


def send_large(client, path, megabytes):
    """The test client's own encoding leaves its temporary file open."""
    token = client.csrf_token()
    fields = {"csrf_token": token, **FRONT}
    parts = [f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{v}\r\n' for name, v in fields.items()]
    parts.append('--line\r\nContent-Disposition: form-data; name="picture"; filename="big.jpg"\r\n\r\n')
    body = "".join(parts).encode() + b"\xff\xd8\xff" + bytes(megabytes * 2**20) + b"\r\n--line--\r\n"
    return client.post(path, data=body, content_type="multipart/form-data; boundary=line", headers={"Origin": ORIGIN})


def test_a_file_a_little_too_large_gets_a_sentence(client, pictures_of):
    answer = send_large(client, pictures_of, 21)

    assert answer.status_code == 422
    assert "larger than 20 MB" in errors_on(client)


def test_a_request_beyond_the_limit_is_refused_before_it_is_read(client, pictures_of):
    assert send_large(client, pictures_of, 26).status_code == 413


def test_a_picture_without_words_is_kept_until_the_words_are_there(client, database, pictures_of):
    client.submit(pictures_of, {**FRONT, "alt": "", "picture": a_photo()})
    kept = client.page.select_one("[name=picture_kept]")["value"]

    assert "Say what the picture shows" in errors_on(client)
    assert client.page.select_one(".kept img") is not None
    assert hung(database) == 0

    answer = client.submit(pictures_of, {**FRONT, "picture_kept": kept})

    assert answer.status_code == 303
    assert (len(stored(database)), hung(database)) == (1, 1)


def test_a_kept_picture_is_its_uploaders_alone(client, database, pictures_of, sign_in_as):
    client.submit(pictures_of, {**FRONT, "alt": "", "picture": a_photo()})
    kept = client.page.select_one("[name=picture_kept]")["value"]
    with database.transaction() as session:
        other, artist = a_member(session)
        theirs = a_pin(session, artist)
    sign_in_as(client, other)

    client.get(f"/studio/pins/{theirs.id}/pictures")
    answers = [
        client.submit(f"/studio/pins/{theirs.id}/pictures", {**FRONT, "picture_kept": token})
        for token in (kept, kept[:-2], "1", "", "WzEsMV0.forged")
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert hung(database) == 0


def test_the_same_picture_again_is_stored_once(client, database, pictures_of):
    for _ in range(2):
        client.submit(pictures_of, {**FRONT, "picture": a_photo()})

    assert len(stored(database)) == 1


def test_no_transaction_is_open_while_a_picture_is_decoded(client, database, pictures_of, monkeypatch):
    from storefront.media import uploads  # noqa: PLC0415

    decode, busy = uploads.run_child, []

    def watched(*args):
        busy.append(database.engine.pool.checkedout())
        return decode(*args)

    monkeypatch.setattr(uploads, "run_child", watched)

    client.submit(pictures_of, {**FRONT, "picture": a_photo()})

    assert busy == [0]


def test_a_guests_file_is_not_kept(client, database):
    with database.transaction() as session:
        pin = a_pin(session)
    client.get("/forgot")

    answer = client.submit(f"/studio/pins/{pin.id}/pictures", {**FRONT, "picture": a_photo()})

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert stored(database) == []
