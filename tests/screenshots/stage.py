"""The stage: a real shop with the demo's pins on a throwaway database, where every state can be brought about."""

import dataclasses
from datetime import timedelta
from itertools import count

from flask import abort
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from factories import a_drop, an_edition
from screenshots.crowd import Crowd, Guest
from storefront.catalog.artists import Artist
from storefront.catalog.drops import DOORS, Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.inventory.holds import Hold
from storefront.inventory.minting import mint
from storefront.inventory.pieces import Piece, PieceState
from storefront.orders.orders import Order
from storefront.payments.attempts import CheckoutAttempt
from tills import Shop


@dataclasses.dataclass(frozen=True)
class Sale:
    guest: Guest
    order: int
    code: str
    hold: int


class Stage(Crowd):
    """What scenes are made with; the shop's own clock stands still but for what a scene skips."""

    def __init__(self, live):
        live.app.add_url_rule("/errors/<int:code>", "provoked", abort)
        self.live, self.database = live, live.database
        self.till = Shop(live.database, live.services.till, live.clock, live.sandbox)
        self._serial = count(1)

    @property
    def now(self):
        return self.live.clock.now()

    def ago(self, **span):
        return self.now - timedelta(**span)

    def drop(self, pin="luna", *, sold=0, held=0, **values):
        """A drop of a demo's pin, open since an hour unless told otherwise; values of an edition by their names."""
        own = {name: values.pop(name) for name in _EDITIONS if name in values}
        at = values.get("announced_at", self.ago(days=2))
        with self.database.transaction() as session:
            pin = session.scalars(select(Pin).where(Pin.slug.startswith(pin)).limit(1)).one()
            artist = session.get_one(Artist, pin.artist_id)
            slug = f"{pin.slug}-{next(self._serial)}"
            drop = a_drop(
                session,
                artist,
                **{
                    "slug": slug,
                    "title": pin.title,
                    "opens_at": self.ago(hours=1),
                    "announced_at": at,
                    "created_at": at,
                }
                | ({"announced_at": None} if values.get("state") is DropState.DRAFT else {})
                | values,
            )
            terms = {"size": 100, "price_minor": 2800, "currency": artist.currency or "EUR", **own}
            edition = an_edition(session, drop, pin_id=pin.id, minted=False, created_at=at, **terms)
            if drop.state is not DropState.DRAFT:
                mint(session, edition, at=at)
        self.fill(edition, sold, held)
        return dataclasses.make_dataclass("Hanging", ["slug", "url", "drop", "edition"], frozen=True)(
            drop.slug, f"/d/{drop.slug}", drop, edition
        )

    def fill(self, edition, sold, held=0):
        """Numbers that are sold and held, wherever they lie; only what a wall shows, without orders behind them."""
        for state, many, start in ((PieceState.SOLD, sold, 0), (PieceState.HELD, held, sold)):
            with self.database.transaction() as session:
                rows = select(Piece.id).where(Piece.edition_id == edition.id, Piece.rank.is_not(None))
                ids = session.scalars(rows.order_by(Piece.rank).offset(start).limit(many)).all()
                session.execute(update(Piece).where(Piece.id.in_(ids)).values(state=state))

    def hold(self, hung, guest=None, *, minutes_ago=0):
        """A guest's hold that was placed so long ago: the guest, and its page."""
        guest = guest or self.guest()
        now, self.till.clock = self.till.clock, _Before(self.live.clock, minutes_ago)
        hold = self.till.hold(hung.edition, guest.buyer)
        self.till.clock = now
        return guest, hold

    def paying(self, hung, guest=None, *, opened=True):
        """A guest on the payment page: the guest, their order, its attempt and the hold."""
        guest, hold = self.hold(hung, guest)
        with self.database.transaction() as session:
            total = _total(session, hold)
        order = self.till.order([hold], guest.buyer, total=total)
        attempt = self.till.start(order)
        if opened:
            self.live.skip(seconds=2)  # a call to the provider is free again
            self.till.till.open_attempt(attempt)
        return guest, order, attempt, hold

    def sale(self, hung, guest=None):
        """A paid order."""
        guest, order, attempt, hold = self.paying(hung, guest)
        self.till.pay(attempt)
        self.live.skip(seconds=2)
        self.till.till.settle(self.till.session_of(attempt))
        return Sale(guest, order, self.code(order), hold)

    def reviewed(self, hung):
        """A payment that a person has to look at: its guest, the order's code and the payment's session."""
        guest, order, attempt, _hold = self.paying(hung)
        self.till.pay(attempt)
        with self.database.transaction() as session:
            session.get_one(CheckoutAttempt, attempt).amount_minor = 1
        self.live.skip(seconds=2)
        self.till.till.settle(self.till.session_of(attempt))
        return guest, self.code(order), self.till.session_of(attempt)

    def code(self, order):
        return self.till.read(Order, order).code

    def all_held(self):
        """A drop with two of four numbers sold and two in somebody's hands."""
        hung = self.drop(size=4, sold=2)
        for minutes in (1, 3):
            self.hold(hung, minutes_ago=minutes)
        return hung

    def only_live(self, *slugs):
        """Of the drops that run, or are about to, all but these are closed."""
        running, soon = (DropState.OPEN, DropState.PAUSED, DropState.ANNOUNCED), self.now + DOORS
        with self.database.transaction() as session:
            session.execute(
                update(Drop)
                .where(Drop.state.in_(running), Drop.opens_at <= soon, Drop.slug.not_in(slugs))
                .values(state=DropState.CLOSED, closed_at=self.now)
            )

    def slugs(self):
        """The demo's drops that are running, and its artists."""
        with self.database.reading() as session:
            query = select(Drop).where(Drop.opens_at <= self.now, Drop.state.in_((DropState.OPEN, DropState.ANNOUNCED)))
            drops = session.scalars(query.order_by(Drop.id).options(selectinload(Drop.artist))).all()
            return [drop.slug for drop in drops], [drop.artist.slug for drop in drops]


@dataclasses.dataclass(frozen=True)
class _Before:
    clock: object
    minutes: int

    def now(self):
        return self.clock.now() - timedelta(minutes=self.minutes)


def _total(session, hold_id):
    from storefront.orders.pricing import quote  # noqa: PLC0415

    hold = session.get_one(Hold, hold_id)
    return quote(hold.drop.artist, [hold], "PT").total.minor


_EDITIONS = {column.key for column in Edition.__table__.columns} - {"id", "created_at"}
