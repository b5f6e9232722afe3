"""Rates: how often one address may ask for what costs us something, and how many pictures are painted at a time."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

from flask import request
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from storefront.accounts.throttle import Limit, count_try
from storefront.extensions import services
from storefront.inventory.places import block_of
from storefront.web.current import client_place

_painter = Lock()


def count_or_refuse(limit: Limit, words: str | None = None) -> None:
    """Raises TooManyRequests with the words. An address of a private network may be everybody's, behind a proxy."""
    if block_of(request.remote_addr) is None:
        return
    key, at = services().settings.address_key.encode(), services().clock.now()
    with services().database.transaction(lasting=False) as session:
        wait = count_try(session, limit, client_place(), key=key, at=at)
    if wait is not None:
        raise TooManyRequests(words, retry_after=-(-wait // timedelta(seconds=1)))


@contextmanager
def one_painter() -> Generator[None]:
    """One picture at a time in each process, whose other threads sell; a tenth of a second of one core, and megabytes.

    Raises ServiceUnavailable: whoever only wants a picture does not wait in line.
    """
    if not _painter.acquire(blocking=False):
        raise ServiceUnavailable(retry_after=1)
    try:
        yield
    finally:
        _painter.release()
