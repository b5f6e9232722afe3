"""Places: the address block a guest's hold comes from, under a name that means nothing outside its edition."""

from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.ids import keyed_hash
from storefront.inventory.holds import Hold

KEPT_FOR = timedelta(days=1)
_AT_ONCE = 1_000
_LENGTH = 16  # of the hash, in hex digits: enough to tell blocks apart, and short in an index


def place_for(address: str | None, edition_id: int, *, key: bytes) -> str | None:
    """The name of the address's block (IPv4 /24, IPv6 /48) in this edition; None for what is no block of the public net.

    A private address is a test, a machine next to the shop or an undeclared proxy: none must make one crowd of everybody.
    """
    block = block_of(address)
    return keyed_hash(key, f"place:{edition_id}", block)[:_LENGTH] if block else None


@lru_cache(4_096)
def block_of(address: str | None) -> str | None:
    """The smallest block that is as hard to come by as another: whoever has one address of it, has them all."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if not parsed.is_global:
        return None
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed), 48), strict=False))
    return str(IPv4Network((int(parsed), 24), strict=False))


def forget_old(session: Session, *, at: datetime) -> bool:
    """Forget where some long-ended holds came from. True when there may be more of them."""
    old = select(Hold.id).where(Hold.place.is_not(None), Hold.held_until <= at - KEPT_FOR).limit(_AT_ONCE)
    ids = session.scalars(old).all()
    session.execute(update(Hold).where(Hold.id.in_(ids)).values(place=None))
    return len(ids) == _AT_ONCE
