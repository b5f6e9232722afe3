import pytest

from storefront.media.storage import FolderStorage, NotStored


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path / "media")


def test_what_was_put_is_got_back(storage):
    key = storage.put(b"pixels", "webp")

    assert storage.get(key) == b"pixels"
    assert storage.exists(key)


def test_the_same_content_is_kept_once(storage, tmp_path):
    first, second = storage.put(b"pixels", "png"), storage.put(b"pixels", "png")

    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_other_content_has_another_key(storage):
    assert storage.put(b"one", "png") != storage.put(b"two", "png")


def test_what_was_never_put_is_not_stored(storage):
    key = FolderStorage(storage._root / "elsewhere").put(b"pixels", "png")

    assert not storage.exists(key)
    with pytest.raises(NotStored):
        storage.get(key)


@pytest.mark.parametrize(
    "key", ["../secret.png", "ab/../../secret.png", "/etc/passwd", "", "ab", "AB/" + "0" * 62 + ".png"]
)
def test_a_made_up_key_opens_nothing(storage, tmp_path, key):
    (tmp_path / "secret.png").write_bytes(b"secret")
    storage.put(b"pixels", "png")

    assert not storage.exists(key)
    with pytest.raises(NotStored):
        storage.path(key)


def test_an_extension_is_only_an_extension(storage):
    with pytest.raises(ValueError, match="no file extension"):
        storage.put(b"pixels", "../png")


def test_a_write_that_fails_leaves_nothing_behind(storage, tmp_path, monkeypatch):
    def full_disk(_descriptor):
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full_disk)

    with pytest.raises(OSError, match="no space"):
        storage.put(b"pixels", "png")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
