"""Every table of the shop, so that migrations and tests see the whole schema. It holds no model of its own."""

from storefront.accounts import buyers, people, saved_addresses, sessions, throttle, tokens
from storefront.catalog import artists, artworks, drops, editions, pins, representing
from storefront.db import Base
from storefront.following import follows, telling
from storefront.inventory import holds, pieces, turns
from storefront.leases import Lease
from storefront.ledger import chain
from storefront.media import pictures
from storefront.orders import orders
from storefront.outbox import messages
from storefront.payments import attempts, inbox, money_moved, pacing
from storefront.pressing import numbered_backs, pressings
from storefront.progress import JobProgress
from storefront.provenance import certificates, daily_heads, keys, transfers

ALL = (
    artists, artworks, attempts, buyers, certificates, chain, daily_heads, drops, editions, follows, holds, inbox, keys, messages, money_moved, numbered_backs, orders, pacing, people, pictures,
    pieces, pins, pressings, representing, saved_addresses, sessions, telling, throttle, tokens, transfers, turns, Lease, JobProgress,
)  # fmt: skip
metadata = Base.metadata
