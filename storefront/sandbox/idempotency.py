"""Idempotency: the same key with the same request gets the same answer, a saved 500 included."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from storefront.sandbox.errors import ApiError
from storefront.sandbox.state import Row
from storefront.sandbox.world import World

KEPT_SECONDS = 24 * 3600
LONGEST_KEY = 255


class Idempotency:
    """Whoever repeats a request that is still being worked on is told to wait."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()

    @contextmanager
    def working_on(self, key: str | None) -> Iterator[None]:
        if key is None:
            yield
            return
        if len(key) > LONGEST_KEY:
            raise ApiError(400, "The idempotency key is longer than 255 characters.", kind="idempotency_error")
        with self._lock:
            if key in self._world.keys_in_use:
                raise _in_use()
            self._world.keys_in_use.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._world.keys_in_use.discard(key)

    def find(self, key: str | None, fingerprint: str) -> Row | None:
        """The saved answer to this very request; the same key with another request is an error."""
        saved = self._world.state.find("idempotency", key) if key else None
        if saved is None or saved["saved_at"] + KEPT_SECONDS < self._world.now():
            return None
        if saved["fingerprint"] != fingerprint:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
                " Try using a key other than the one you sent if you meant to execute a different request."
            )
            raise ApiError(400, message, kind="idempotency_error")
        return saved

    def save(self, key: str | None, fingerprint: str, *, status: int, body: Row, request_id: str) -> None:
        if key is None:
            return
        saved = {
            "id": key,
            "fingerprint": fingerprint,
            "status": status,
            "body": body,
            "request_id": request_id,
            "saved_at": self._world.now(),
        }
        self._world.state.put("idempotency", saved, due_at=self._world.now() + KEPT_SECONDS)


def forget_old_keys(world: World) -> None:
    with world.state.change():
        for saved in world.state.due("idempotency", world.now()):
            world.state.remove("idempotency", saved["id"])


def fingerprint_of(method: str, path: str, pairs: list[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps([method, path, sorted(pairs)]).encode()).hexdigest()


def _in_use() -> ApiError:
    message = (
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted"
        " twice, and the other request is still going through). Please try again later."
    )
    return ApiError(409, message, code="idempotency_key_in_use", kind="idempotency_error")
