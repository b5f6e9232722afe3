"""Pictures in a bucket of any S3-compatible service. The bucket stays private: what may be seen, the shop serves itself."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache, partial
from threading import BoundedSemaphore, Lock
from typing import Any

from storefront.config import Bucket
from storefront.media.storage import NotStored, StorageAway, is_key, key_beside, key_of

CONNECT_SECONDS = 2
READ_SECONDS = 5  # together less than a shopper's patience, and than gunicorn's with a worker
AGAIN_SECONDS = 1
"""What fails sooner is tried once more: a connection that was closed meanwhile, or a hiccup of the service."""
CONNECTIONS = 10
READERS = 5
"""Of a process, whose other threads sell: more would be lost together when the bucket takes calls and never answers."""
AWAY_SECONDS = 5
_MISSING = ("NoSuchKey", "404")
_BROKEN = 500
_making = Lock()


class BucketStorage:
    """A part of a bucket, named by what its keys begin with. Making it connects to nothing and loads nothing."""

    def __init__(self, bucket: Bucket, part: str) -> None:
        self._bucket = bucket
        self._part = part
        self._away_until = 0.0
        self._readers = BoundedSemaphore(READERS)
        self._probe = BoundedSemaphore(1)

    def put(self, content: bytes, extension: str) -> str:
        return self._send(key_of(content, extension), content)

    def put_beside(self, key: str, content: bytes, extension: str) -> str:
        beside = key_beside(key, extension)
        return beside if self.exists(beside) else self._send(beside, content)

    def get(self, key: str) -> bytes:
        if not is_key(key):
            raise NotStored(key)
        with self._reading(), self._telling(key):
            content: bytes = self._asked("get_object", key)["Body"].read()
        return content

    def exists(self, key: str) -> bool:
        if not is_key(key):
            return False
        try:
            with self._telling(key):
                self._asked("head_object", key)
        except NotStored:
            return False
        return True

    def _send(self, key: str, content: bytes) -> str:
        with self._telling(key):
            self._asked("put_object", key, Body=content)
        return key

    def _asked(self, operation: str, key: str, **more: bytes) -> Any:  # as botocore's clients
        call = partial(getattr(self._client, operation), **self._place(key), **more)
        began = time.monotonic()
        try:
            return call()
        except Exception as failed:
            if _is_answer(failed) or time.monotonic() - began > AGAIN_SECONDS:
                raise
            return call()

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": f"{self._part}/{key}"}

    @contextmanager
    def _reading(self) -> Generator[None]:
        """A page with many pictures would wait for each in turn, and so would all threads. Uploads always try."""
        if not self._away_until:
            with self._in_turn(self._readers, AGAIN_SECONDS):
                yield
        elif time.monotonic() < self._away_until:
            raise StorageAway("it did not answer a moment ago")
        else:
            with self._in_turn(self._probe, 0):  # one finds out whether it is back
                yield
        self._away_until = 0.0

    @contextmanager
    def _in_turn(self, places: BoundedSemaphore, patience: float) -> Generator[None]:
        if not places.acquire(timeout=patience) if patience else not places.acquire(blocking=False):
            raise StorageAway("others wait for it already")
        try:
            yield
        finally:
            places.release()

    @contextmanager
    def _telling(self, key: str) -> Generator[None]:
        """The service's own failures in the shop's words: NotStored or StorageAway."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError  # noqa: PLC0415

        try:
            yield
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code") in _MISSING:
                self._away_until = 0.0
                raise NotStored(key) from None
            raise StorageAway(str(refused)) from refused
        except (BotoCoreError, HTTPClientError) as away:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise StorageAway(str(away)) from away

    @property
    def _client(self) -> Any:
        with _making:
            return _client_of(self._bucket)


def _is_answer(failed: Exception) -> bool:
    """Whether the service said no, which it would say again."""
    from botocore.exceptions import ClientError  # noqa: PLC0415  as below

    if not isinstance(failed, ClientError):
        return False
    return bool(failed.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) < _BROKEN)


@cache
def _client_of(bucket: Bucket) -> Any:  # botocore makes its clients' classes while it runs
    """One for all the parts of a bucket: its making takes a tenth of a second, and it keeps its connections."""
    from botocore.config import Config  # noqa: PLC0415  costs 25 MB: only who keeps pictures in a bucket loads it
    from botocore.session import Session  # noqa: PLC0415

    return Session().create_client(
        "s3",
        region_name=bucket.region,
        endpoint_url=bucket.endpoint,
        aws_access_key_id=bucket.key_id,
        aws_secret_access_key=bucket.secret,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=CONNECTIONS,
            s3={"addressing_style": "path" if bucket.endpoint else "auto"},
            request_checksum_calculation="when_required",  # not every compatible service knows the newer sums
            response_checksum_validation="when_required",
        ),
    )
