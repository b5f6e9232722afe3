"""Storage: content kept under its own digest, so a name never changes its meaning and may be cached for ever."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}\.[a-z0-9]{2,5}")


class NotStored(Exception):
    """Nothing is kept under this key."""


class StorageAway(Exception):
    """The service that keeps the pictures does not answer, or refuses; what was asked of it did not happen."""


class Storage(Protocol):
    """Whatever is asked of it may end in StorageAway, where it is a service."""

    def __hash__(self) -> int: ...  # what was measured of a content may be remembered by storage and key

    def put(self, content: bytes, extension: str) -> str:
        """Keep the content and return its key; the same content again is the same key."""

    def put_beside(self, key: str, content: bytes, extension: str) -> str:
        """Keep what a kept content was made from under its key with another extension; the first stays."""

    def get(self, key: str) -> bytes:
        """The content under a key. Raises NotStored."""

    def exists(self, key: str) -> bool: ...


def key_of(content: bytes, extension: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return _checked_key(f"{digest[:2]}/{digest[2:]}.{extension}", extension)


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def key_beside(key: str, extension: str) -> str:
    return _checked_key(f"{key.rpartition('.')[0]}.{extension}", extension)


def _checked_key(key: str, extension: str) -> str:
    if not is_key(key):
        raise ValueError(f"{extension!r} is no file extension")
    return key


class FolderStorage:
    """A folder on this machine; a file is there complete or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes, extension: str) -> str:
        return self._keep(key_of(content, extension), content)

    def put_beside(self, key: str, content: bytes, extension: str) -> str:
        return self._keep(key_beside(key, extension), content)

    def get(self, key: str) -> bytes:
        return self.path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return is_key(key) and (self._root / key).is_file()

    def path(self, key: str) -> Path:
        """The file under a key, for handing to the web server. Raises NotStored, for a made-up key as well."""
        if not self.exists(key):
            raise NotStored(key)
        return self._root / key

    def _keep(self, key: str, content: bytes) -> str:
        path = self._root / key
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, content)
        return key


def _write_whole(path: Path, content: bytes) -> None:
    """Beside its place first, on the disk, then renamed: no reader and no crash ever sees half a file."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as unfinished:
        try:
            unfinished.write(content)
            unfinished.flush()
            os.fsync(unfinished.fileno())
            Path(unfinished.name).chmod(0o644)
            Path(unfinished.name).replace(path)
        except BaseException:
            Path(unfinished.name).unlink(missing_ok=True)
            raise
