"""The link in an order's mail: 256 bits, stored hashed, for one order and ninety days."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storefront.ids import derived_token, token_hash
from storefront.orders.orders import Order

LASTS = timedelta(days=90)


def write_out_link(session: Session, order: Order, *, keys: Sequence[bytes], at: datetime) -> str:
    """The token for the order's mails, the same in each; made with the first of the shop's keys when there is none yet."""
    for key in keys:
        token = derived_token(key, "order", order.code)
        if order.link_hash == token_hash(token):
            return token
    token = derived_token(keys[0], "order", order.code)
    order.link_hash, order.link_until = token_hash(token), at + LASTS
    session.flush()
    return token


def opens(order: Order, token: str, *, at: datetime) -> bool:
    """Whether this is the token of the order's mails, and still good."""
    return order.link_hash == token_hash(token) and order.link_until is not None and order.link_until > at
