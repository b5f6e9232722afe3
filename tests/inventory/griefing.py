"""An hour of hold-and-drop: a hundred griefers in ten address blocks, against a hundred buyers who come one by one.

The people are invented, and so is their time. The shop's operations and its database are real.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from factories import NOON, a_buyer, a_key, an_edition
from storefront.inventory.fairness import CoolDown
from storefront.inventory.holds import MAX_EXTENSIONS, Hold, HoldState
from storefront.inventory.paying import enter_attempt, sell
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.places import place_for
from storefront.inventory.placing import AllHeld, place_hold
from storefront.inventory.releasing import extend, release, release_overdue

SIZE, BLOCKS, GRIEFERS, BUYERS = 500, 10, 100, 100
END = NOON + timedelta(hours=1)
CALM = NOON + timedelta(minutes=10)  # from here on the griefers' share counts
STEP = timedelta(seconds=30)
CONFIRMING = timedelta(minutes=3)  # to sign up, find the mail and open its link
TACTICS = ("lapse", "lengthen", "churn")  # what becomes of a hold


@dataclass
class Block:
    """Ten griefers who work together. Each hold is placed with a new cookie, so that nobody knows them again."""

    number: int
    cookie: int | None = None  # a buyer that holds nothing yet
    holds: list[int] = field(default_factory=list)

    def address(self, random):
        return f"20.0.{self.number}.{random.randrange(GRIEFERS // BLOCKS)}"


@dataclass
class Person:
    """Somebody who wants one number, tries until they have it, and pays. Those with a confirmed address have no place."""

    comes_at: datetime
    address: str
    pays_in: timedelta
    buyer: int | None = None
    hold: int | None = None
    waited: timedelta | None = None
    confirmed_at: datetime | None = None
    has_paid: bool = False


@dataclass
class Outcome:
    shares: dict[datetime, float]
    people: list[Person]

    @property
    def share(self):
        """The griefers' part of what is unsold, averaged over the time after the first ten minutes."""
        later = [share for at, share in self.shares.items() if at >= CALM]
        return sum(later) / len(later)

    @property
    def waits(self):
        """How long each had to try, the shortest first; whoever has nothing after an hour counts as an hour."""
        return sorted(person.waited if person.waited is not None else END - NOON for person in self.people)


def an_hour(database, tactics, *, since=NOON, until=END, seed=1):
    """The griefers come at `since`, and let each hold lapse, or lengthen it to thirty minutes, or give it back after one."""
    return _Hour(database, tactics, since, Random(seed)).run(until)


class _Hour:
    def __init__(self, database, tactics, since, random):
        self.database, self.tactics, self.since, self.random = database, tactics, since, random
        self.blocks = [Block(number) for number in range(BLOCKS)]
        self.people = [self._person(n) for n in range(BUYERS)]
        with database.transaction() as session:
            self.edition = an_edition(session, size=SIZE)

    def run(self, until):
        shares, at = {}, NOON
        while at < until:
            with self.database.transaction() as session:
                release_overdue(session, self.edition.id, at=at, most=SIZE)
                for block in self.random.sample(self.blocks, BLOCKS if at >= self.since else 0):
                    self._grief(session, block, at)  # before all others: they are the quickest to press
                for person in self.people:
                    self._buy(session, person, at)
                shares[at] = self._share(session)
            at += STEP
        return Outcome(shares, self.people)

    def _person(self, n):
        """Every tenth is a neighbour of griefers."""
        address = f"20.0.{n // 10}.200" if n % 10 == 0 else f"30.0.{n}.1"
        pays_in = timedelta(seconds=self.random.randint(60, 180))
        return Person(NOON + (END - NOON) / BUYERS * n, address, pays_in)

    def _grief(self, session, block, at):
        held = select(Hold).where(Hold.id.in_(block.holds), Hold.state == HoldState.ACTIVE).order_by(Hold.id)
        for hold in session.scalars(held, execution_options={"populate_existing": True}).all():
            tactic = self.tactics[hold.id % len(self.tactics)]
            if tactic == "lengthen" and hold.extensions < MAX_EXTENSIONS and hold.held_until <= at:
                extend(session, [hold.id], at=at)
            if tactic == "churn" and hold.placed_at + timedelta(minutes=1) <= at:
                release(session, [hold.id], expect=(HoldState.ACTIVE,))
        with suppress(AllHeld, CoolDown):
            while True:
                block.cookie = block.cookie or a_buyer(session).id
                block.holds.append(self._hold(session, block.cookie, block.address(self.random), at))
                block.cookie = None

    def _buy(self, session, person, at):
        if person.comes_at > at or person.has_paid:
            return
        if person.hold is None:
            self._try(session, person, at)
        elif at >= person.comes_at + person.waited + person.pays_in:
            enter_attempt(session, [person.hold], at=at)
            sell(session, [person.hold])
            person.has_paid = True

    def _try(self, session, person, at):
        person.buyer = person.buyer or a_buyer(session).id
        is_confirmed = person.confirmed_at is not None and person.confirmed_at <= at
        try:
            person.hold = self._hold(session, person.buyer, None if is_confirmed else person.address, at)
            person.waited = at - person.comes_at
        except AllHeld:
            pass
        except CoolDown as refusal:
            if refusal.shared and person.confirmed_at is None:  # what the page told them to do
                person.confirmed_at = at + CONFIRMING

    def _hold(self, session, buyer_id, address, at):
        place = place_for(address, self.edition.id, key=b"a key of the shop")
        return place_hold(session, self.edition, buyer_id, key=a_key(), at=at, place=place).hold_id

    def _share(self, session):
        unsold = Piece.state.in_((PieceState.AVAILABLE, PieceState.HELD))
        count = select(func.count()).select_from(Piece).where(Piece.edition_id == self.edition.id, unsold)
        active = set(session.scalars(select(Hold.id).where(Hold.state == HoldState.ACTIVE)))
        kept = sum(len(active.intersection(block.holds)) for block in self.blocks)
        return kept / session.scalars(count).one()
