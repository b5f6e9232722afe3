"""Passwords as they are kept: argon2id at OWASP's minimum, four at a time so that a rush cannot take all memory."""

import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from threading import BoundedSemaphore
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storefront.ids import new_token

UNUSABLE = "!"  # the hash of no password
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = BoundedSemaphore(4)
T = TypeVar("T")


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _aside(_HASHER.hash, _normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether the password is the one kept. Without a kept one it takes as long and is always False."""
    dummy = _dummy()
    kept = dummy if stored is None or stored == UNUSABLE else stored
    with _AT_ONCE:
        try:
            _aside(_HASHER.verify, kept, _normal(password))
        except (InvalidHashError, VerificationError):
            return False
    return kept is not dummy


def is_outdated(stored: str) -> bool:
    """Made with other parameters than today's: hash it anew while the password is at hand."""
    return _HASHER.check_needs_rehash(stored)


def _aside(work: Callable[..., T], *given: Any) -> T:  # whatever the work takes
    """In a real thread where gevent serves: else everybody else of its loop would wait for as long as a hash takes."""
    monkey = sys.modules.get("gevent.monkey")  # there only if gunicorn's worker has brought it
    if monkey is None or not monkey.is_module_patched("threading"):
        return work(*given)
    done: T = sys.modules["gevent"].get_hub().threadpool.apply(work, given)
    return done


def _normal(password: str) -> str:
    """The same password typed on another keyboard is the same password."""
    return unicodedata.normalize("NFKC", password)


@cache
def _dummy() -> str:
    return _HASHER.hash(new_token())
