"""An act, and what is around it: the town's database, its provider, its time."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from storefront.inventory import piece_states, running
from storefront.inventory.fairness import CoolDown
from storefront.inventory.paying import HoldNotPayable
from storefront.inventory.placing import AllHeld, DropNotOpen, DropOver, DropPaused, LimitReached, NumberTaken, SoldOut
from storefront.inventory.releasing import NoMoreTime
from storefront.orders.checkout import PaymentUnderWay, PriceChanged
from storefront.orders.giving_back import BeingPaid
from storefront.orders.refunding import NotRefundable
from storefront.orders.till import NoCallNow
from storefront.payments.attempts import CheckoutAttempt
from storefront.sandbox.errors import ApiError
from storefront.waitlist.joining import ListClosed, NumbersFree, TurnUnknown
from storefront.waitlist.leaving import NotWaiting

REFUSALS = (
    AllHeld, BeingPaid, CoolDown, DropNotOpen, DropOver, DropPaused, HoldNotPayable, LimitReached, NoCallNow,
    NoMoreTime, NotRefundable, NumberTaken, PaymentUnderWay, PriceChanged, SoldOut, ApiError, piece_states.PieceMoved,
    piece_states.NotForSale, running.NotRunning, ListClosed, NotWaiting, NumbersFree, TurnUnknown,
)  # fmt: skip


@dataclass
class Act:
    """`process` is the number of the clock that does it: when it dies, that clock begins anew."""

    words: str
    run: Callable[[], object]
    process: int | None = None
    is_alone: bool = field(default=False, kw_only=True)  # at the provider, or with time: it cannot die halfway

    def perform(self):
        """What came of it, in a word."""
        try:
            return self.run()
        except REFUSALS as refusal:
            return type(refusal).__name__


class Surroundings:
    """What an act can look at and touch. Every public method of those who inherit it draws one act, or None when there
    is nothing to do it to."""

    def __init__(self, town, promises):
        self.town, self.promises = town, promises
        self.database, self.till, self.clock, self.world = town.database, town.till, town.clock, town.world
        self.in_company = False  # others may act between a look and what it led to
        self._keys = []

    def _all(self, column, *where):
        with self.database.reading() as session:
            return list(session.scalars(select(column).where(*where).order_by(column)))

    def _any(self, random, column, *where):
        """One of them; more often one of the newest."""
        found = self._all(column, *where)
        return random.choice(found[-4:] if random.random() < 0.7 else found) if found else None

    def _rows(self, kind, **wanted):
        rows = reversed(self.world.state.newest(kind))
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]

    def _page(self, random):
        """A payment page some buyer was shown at some time."""
        pages = self._all(CheckoutAttempt.session_id, CheckoutAttempt.session_id.is_not(None))
        payable = {row["id"] for row in self._rows("checkout.session", status="open")}
        if random.random() < 0.75:
            pages = [page for page in pages if page in payable] or pages
        return random.choice(pages) if pages else None

    def _named(self, provider_id):
        with self.database.reading() as session:
            query = select(CheckoutAttempt.id).where(CheckoutAttempt.session_id == provider_id)
            attempt = session.scalars(query).one_or_none()
        return f"the page of attempt {attempt}" if attempt else provider_id[:12]
