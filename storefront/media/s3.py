"""Pictures in a bucket of any S3-compatible service. The bucket stays private: what may be seen, the shop serves itself."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

from storefront.config import Bucket
from storefront.media.storage import NotStored, StorageAway, is_key, key_beside, key_of

CONNECT_SECONDS = 3
READ_SECONDS = 10
ATTEMPTS = 2
CONNECTIONS = 10
AWAY_SECONDS = 5
_MISSING = ("NoSuchKey", "404")
_making = Lock()


class BucketStorage:
    """A part of a bucket, named by what its keys begin with. Making it connects to nothing and loads nothing."""

    def __init__(self, bucket: Bucket, part: str) -> None:
        self._bucket = bucket
        self._part = part
        self._away_until = 0.0

    def put(self, content: bytes, extension: str) -> str:
        return self._send(key_of(content, extension), content)

    def put_beside(self, key: str, content: bytes, extension: str) -> str:
        beside = key_beside(key, extension)
        return beside if self.exists(beside) else self._send(beside, content)

    def get(self, key: str) -> bytes:
        if not is_key(key):
            raise NotStored(key)
        self._check_not_just_away()
        with self._telling(key):
            content: bytes = self._client.get_object(**self._place(key))["Body"].read()
        return content

    def exists(self, key: str) -> bool:
        if not is_key(key):
            return False
        try:
            with self._telling(key):
                self._client.head_object(**self._place(key))
        except NotStored:
            return False
        return True

    def _send(self, key: str, content: bytes) -> str:
        with self._telling(key):
            self._client.put_object(**self._place(key), Body=content)
        return key

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": f"{self._part}/{key}"}

    def _check_not_just_away(self) -> None:
        """A page with many pictures would wait for each in turn. Uploads always try."""
        if time.monotonic() < self._away_until:
            raise StorageAway("it did not answer a moment ago")

    @contextmanager
    def _telling(self, key: str) -> Generator[None]:
        """The service's own failures in the shop's words: NotStored or StorageAway."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError  # noqa: PLC0415

        try:
            yield
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code") in _MISSING:
                raise NotStored(key) from None
            raise StorageAway(str(refused)) from refused
        except (BotoCoreError, HTTPClientError) as away:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise StorageAway(str(away)) from away

    @property
    def _client(self) -> Any:
        with _making:
            return _client_of(self._bucket)


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
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=CONNECTIONS,
            s3={"addressing_style": "path" if bucket.endpoint else "auto"},
            request_checksum_calculation="when_required",  # not every compatible service knows the newer sums
            response_checksum_validation="when_required",
        ),
    )
