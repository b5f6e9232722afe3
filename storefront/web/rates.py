"""Rates: how often one address may ask for what costs us something."""

from datetime import timedelta

from flask import request
from werkzeug.exceptions import TooManyRequests

from storefront.accounts.throttle import Limit, count_try
from storefront.extensions import services
from storefront.inventory.places import block_of
from storefront.web.current import client_place


def count_or_refuse(limit: Limit, words: str | None = None) -> None:
    """Raises TooManyRequests with the words. An address of a private network may be everybody's, behind a proxy."""
    if block_of(request.remote_addr) is None:
        return
    key, at = services().settings.address_key.encode(), services().clock.now()
    with services().database.transaction() as session:
        wait = count_try(session, limit, client_place(), key=key, at=at)
    if wait is not None:
        raise TooManyRequests(words, retry_after=-(-wait // timedelta(seconds=1)))
