"""Pictures in a bucket, against a real S3 API on this machine: kept, served by the shop alone, and missed without harm."""

import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from factories import a_pin
from s3_service import a_bucket, empty, free_port, objects_in, s3_service, silent_service
from shopfront import hang as hang_drop
from storefront.app import make_services
from storefront.catalog.pins import PinPicture
from storefront.media import s3
from storefront.media.keeping import put_original
from storefront.media.pictures import Picture
from storefront.media.s3 import BucketStorage
from storefront.media.storage import NotStored, StorageAway
from storefront.media.uploads import CheckedPicture
from storefront.web.picture_addresses import picture_address
from studio import a_member, a_photo

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9" fill="#a8d8c0"/></svg>'
)


@pytest.fixture
def engine_name():
    return "sqlite"  # the database knows nothing of where pictures are kept


@pytest.fixture(scope="module")
def service():
    with s3_service() as url:
        yield url


@pytest.fixture(scope="module")
def bucket(service):
    bucket, admin = a_bucket(service, "vitrine")
    yield bucket, admin
    admin.close()


@pytest.fixture
def kept(bucket):
    """An empty bucket, and a client that sees all of it."""
    empty(*bucket)
    return bucket


@pytest.fixture(scope="module")
def nowhere():
    """An address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def storage(kept):
    return BucketStorage(kept[0], "media")


@pytest.fixture
def shop(app, settings, database, clock, gateway, previews, kept):
    """`shop(endpoint=None)`: the app keeps its pictures in the bucket, or where there is none."""

    def keep_pictures(endpoint=None):
        bucket = replace(kept[0], endpoint=endpoint or kept[0].endpoint)
        told = replace(settings, bucket=bucket)
        app.extensions["services"] = make_services(told, database, clock, gateway, previews)
        return app.extensions["services"]

    return keep_pictures


@pytest.fixture
def pictures_of(client, database, sign_in_as):
    with database.transaction() as session:
        member, artist = a_member(session)
        pin = a_pin(session, artist)
    sign_in_as(client, member)
    client.get(f"/studio/pins/{pin.id}/pictures")
    return f"/studio/pins/{pin.id}/pictures"


def stored(database):
    with database.reading() as session:
        return session.scalars(select(Picture)).all()


def hang(client, address):
    return client.submit(address, {"role": "front", "alt": "A green moth", "picture": a_photo()})


def test_what_was_put_is_got_back_and_lies_in_its_part_of_the_bucket(storage, kept):
    key = storage.put(b"pixels", "webp")

    assert storage.put(b"pixels", "webp") == key
    assert storage.get(key) == b"pixels"
    assert storage.exists(key)
    assert objects_in(kept[1], kept[0]) == [f"media/{key}"]


def test_the_first_that_is_put_beside_stays(storage):
    key = storage.put(b"pixels", "png")

    assert storage.put_beside(key, b"first", "svg") == storage.put_beside(key, b"second", "svg")
    assert storage.get(f"{key[:-4]}.svg") == b"first"


@pytest.mark.parametrize("key", ["00/" + "0" * 62 + ".png", "../originals/x.png", "", "x"])
def test_what_was_never_put_is_not_stored(storage, key):
    assert not storage.exists(key)
    with pytest.raises(NotStored):
        storage.get(key)


def test_a_service_that_refuses_is_away(kept):
    storage = BucketStorage(replace(kept[0], name="another-bucket"), "media")

    with pytest.raises(StorageAway):
        storage.put(b"pixels", "webp")


def test_a_service_that_never_answers_is_away_soon(kept, monkeypatch):
    monkeypatch.setattr(s3, "READ_SECONDS", 0.2)
    with silent_service() as url:
        storage = BucketStorage(replace(kept[0], endpoint=url), "media")
        assert storage._client  # whose making takes longer than the waiting
        began = time.monotonic()

        with pytest.raises(StorageAway):
            storage.get("00/" + "0" * 62 + ".png")

        assert time.monotonic() - began < 5
        silence = time.monotonic()
        with pytest.raises(StorageAway):
            storage.get("00/" + "0" * 62 + ".png")  # the next picture of the page
        assert time.monotonic() - silence < 0.1


def test_a_service_that_never_answers_holds_few_threads_and_then_one(kept, monkeypatch):
    monkeypatch.setattr(s3, "READ_SECONDS", 1.5)
    monkeypatch.setattr(s3, "AGAIN_SECONDS", 0.2)
    monkeypatch.setattr(s3, "AWAY_SECONDS", 0.1)
    with silent_service() as url:
        storage = BucketStorage(replace(kept[0], endpoint=url), "media")

        assert together(storage, s3.READERS + 3) == s3.READERS
        time.sleep(0.2)
        assert together(storage, s3.READERS + 3) == 1


def together(storage, askers):
    """So many ask at once; how many of them waited for the service."""
    waited = []

    def ask():
        began = time.monotonic()
        with pytest.raises(StorageAway):
            storage.get("00/" + "0" * 62 + ".png")
        waited.append(time.monotonic() - began > 1)

    threads = [threading.Thread(target=ask) for _ in range(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(waited)


@pytest.fixture
def busy(database, monkeypatch):
    """How many connections to the database were in use at each word with the bucket."""
    seen, place = [], BucketStorage._place

    def watched(self, key):
        seen.append(database.engine.pool.checkedout())
        return place(self, key)

    monkeypatch.setattr(BucketStorage, "_place", watched)
    return seen


def test_an_upload_lies_in_the_bucket_and_is_served_by_the_shop_while_no_connection_to_the_database_waits(
    client, database, shop, kept, busy, pictures_of, tmp_path
):
    shop()

    assert hang(client, pictures_of).status_code == 303

    (picture,) = stored(database)
    wanted = {f"media/{variant['key']}" for variant in picture.variants} | {f"originals/{picture.original}"}
    assert set(objects_in(kept[1], kept[0])) == wanted
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db"]
    client.get(pictures_of)
    address = client.page.select_one("img[src*='/media/']")["src"]
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    sign = address.split("/")[2]
    assert client.get(f"/media/{sign}/{picture.original}").status_code == 404
    assert len(busy) > 3
    assert set(busy) == {0}


def test_a_drawing_is_kept_as_it_came_beside_its_pixels(shop, kept):
    key = put_original(shop().shelf, CheckedPicture(b"pixels", "png", 20, 20, True, drawing=SVG))

    beside = f"originals/{key.removesuffix('.png')}.svg"
    assert kept[1].get_object(Bucket=kept[0].name, Key=beside)["Body"].read() == SVG


def test_an_outage_at_upload_is_told_in_a_sentence_and_leaves_nothing(client, database, shop, nowhere, pictures_of):
    shop(nowhere)

    answer = hang(client, pictures_of)

    assert answer.status_code == 422
    assert "could not be kept just now" in client.page.select_one(".field .error").get_text()
    assert client.page.select_one("[name=alt]")["value"] == "A green moth"
    assert stored(database) == []


def test_an_outage_when_a_drawing_is_sent_is_told_and_logged(client, shop, nowhere, pictures_of, caplog):
    shop(nowhere)

    answer = client.submit(pictures_of.replace("/pictures", "/artwork/drawing"), {"picture": a_photo()})

    assert answer.status_code == 422
    assert "could not be kept just now" in client.page.select_one(".field .error").get_text()
    assert "A picture could not be put away" in caplog.text


def test_an_outage_between_two_of_an_uploads_files_leaves_no_picture(client, database, shop, pictures_of, monkeypatch):
    shop()
    send, sent = BucketStorage._send, []

    def breaking(self, key, content):
        sent.append(key)
        if len(sent) == 2:
            raise StorageAway("the service went away")
        return send(self, key, content)

    monkeypatch.setattr(BucketStorage, "_send", breaking)

    assert hang(client, pictures_of).status_code == 422
    assert stored(database) == []
    assert hang(client, pictures_of).status_code == 303
    assert len(stored(database)) == 1


def test_a_drop_is_shown_and_sold_while_its_pictures_are_away(client, database, shop, kept, nowhere):
    key = shop().storage.put(a_photo()[0].getvalue(), "png")
    with database.transaction() as session:
        luna = hang_drop(session)
        session.flush()
        for hung in session.scalars(select(PinPicture)):
            hung.picture.variants = [{"key": key, "format": "png", "width": 640, "height": 640}]
    shop(nowhere)

    answer = client.get(luna.url)

    assert answer.status_code == 200
    assert client.page.select_one("a.buy")["data-hold-url"] == f"{luna.url}/holds"


def test_a_picture_that_can_not_be_fetched_is_asked_for_again_later(app, client, shop, nowhere):
    shop(nowhere)
    with app.test_request_context("/"):
        address = picture_address("00/" + "0" * 62 + ".webp")

    answer = client.get(address)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] in "123"
    assert answer.headers["Cache-Control"] == "no-store"
