"""Promises: what buyers were told and what they paid, held against the shop and the provider after every step."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import select, text

from storefront.catalog.drops import DropState
from storefront.catalog.editions import Edition
from storefront.invariants.checking import check_all
from storefront.inventory.fairness import COOL_DOWN, REMEMBERED, CoolDown
from storefront.inventory.holds import GRACE, LIVE, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.placing import AllHeld, DropNotOpen, DropOver, DropPaused, LimitReached, NumberTaken, SoldOut
from storefront.inventory.turns import Turn, TurnState
from storefront.orders.orders import Order, OrderLine, OrderState
from storefront.payments.attempts import AttemptHold, AttemptState, CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund, RefundState

_MOVING = (Hold, Piece, Order, OrderLine, CheckoutAttempt, Refund, Turn)
_STATES = text(
    " UNION ALL ".join(f"SELECT '{table}', id, state FROM \"{table}\"" for table in (m.__tablename__ for m in _MOVING))
)
_FORGOTTEN = (Turn.__tablename__, TurnState.ASKED)  # who never said yes is kept for three days
LAZY = 16
MOST = 10**9


class Broken(AssertionError):
    """A promise the shop did not keep."""


@dataclass
class Told:
    """One buyer's number: whose, which, and until when at least."""

    placed_by: int
    piece_id: int
    until: datetime
    given_back: bool = False  # its buyer asked; the answer may have been lost
    is_coming_back: bool = False  # its buyer was told so


class Promises:
    """The model. It knows nothing of how the shop works, only what it said."""

    def __init__(self, town):
        self._town = town
        self.holds = {}
        self._states, self._places = {}, {}

    def placed(self, hold_id, piece_id, buyer_id, until):
        told = self.holds.setdefault(hold_id, Told(buyer_id, piece_id, until))
        require((told.placed_by, told.piece_id) == (buyer_id, piece_id), "one key, two numbers")

    def longer(self, hold_id, until):
        if hold_id in self.holds:
            self.holds[hold_id].until = max(until, self.holds[hold_id].until)

    def gave_back(self, hold_id):
        if hold_id in self.holds:
            self.holds[hold_id].given_back = True

    def comes_back(self, hold_id):
        if hold_id in self.holds:
            self.holds[hold_id].is_coming_back = True

    def check(self):
        """Everything that must be true at this instant."""
        with self._town.database.reading() as session:
            self._check_invariants(session)
            holds = {hold.id: hold for hold in session.execute(select(*Hold.__table__.c)).all()}
            self._check_history(session)
            self._check_told(holds)
            self._check_provider(session, holds)
            self._check_places(session)

    def _check_invariants(self, session):
        broken = [finding for finding in check_all(session, at=self._town.clock.now()) if not finding.holds]
        require(not broken, "; ".join(f"{finding.id} {finding.says} {finding.rows}" for finding in broken))

    def _check_history(self, session):
        """Nothing moved where it may not, and no order was ever in doubt."""
        states = {(table, row_id): state for table, row_id, state in session.execute(_STATES).all()}
        for thing, was in self._states.items():
            if thing not in states and (thing[0], was) == _FORGOTTEN:
                continue
            require(thing in states, f"{thing} is gone")
            require(states[thing] in _reachable(thing[0], was), f"{thing} went from {was} to {states[thing]}")
        doubtful = [thing for thing, state in states.items() if state == "review"]
        require(not doubtful, f"in review: {doubtful}")
        self._states = states

    def _check_told(self, holds):
        kept = {}
        for hold_id, told in self.holds.items():
            hold = holds.get(hold_id)
            require(hold is not None, f"hold {hold_id} was forgotten")
            require((hold.placed_by, hold.piece_id) == (told.placed_by, told.piece_id), f"hold {hold_id} is another")
            lasts = told.until + GRACE > self._town.clock.latest and not told.given_back
            if lasts and hold.state not in LIVE:
                require(self._was_refunded(hold_id), f"hold {hold_id} ended before its time")
            again = told.is_coming_back and hold.state is HoldState.ACTIVE
            require(not again, f"hold {hold_id} was given back, and is active again")
            if hold.state in LIVE:
                require(told.piece_id not in kept, f"piece {told.piece_id} was promised twice")
                kept[told.piece_id] = hold_id

    def _check_provider(self, session, holds):
        """A page that takes money, or took it, has its numbers, and nobody else has them."""
        sessions = {row["id"]: row for row in self._town.world.state.newest("checkout.session")}
        refunded = {
            charge["payment_intent"] for charge in self._town.world.state.newest("charge") if charge["refunded"]
        }
        query = (
            select(CheckoutAttempt.session_id, AttemptHold.live, AttemptHold.hold_id, Piece.id, Piece.state)
            .join(AttemptHold, AttemptHold.attempt_id == CheckoutAttempt.id)
            .join(Hold, Hold.id == AttemptHold.hold_id)
            .join(Piece, Piece.id == Hold.piece_id)
            .where(CheckoutAttempt.session_id.is_not(None))
        )
        claimed = Counter()
        for session_id, live, hold_id, piece_id, piece in session.execute(query).all():
            page = sessions[session_id]
            is_paid = page["payment_status"] == "paid" and page["payment_intent"] not in refunded
            if page["status"] != "open" and not is_paid:
                continue
            claimed[piece_id] += 1
            hold = holds[hold_id].state
            what = "paid for" if is_paid else "payable"
            may = (PieceState.HELD, PieceState.SOLD) if is_paid else (PieceState.HELD,)
            require(live and hold in LIVE and piece in may, f"piece {piece_id} is {what}, but {piece}, its hold {hold}")
        twice = [piece_id for piece_id, times in claimed.items() if times > 1]
        require(not twice, f"pieces {twice} can be paid, or were paid, twice")

    def _check_places(self, session):
        """A place never grows; and whoever is offered a number had nobody before them."""
        waiting = select(Turn.id, Turn.edition_id).where(Turn.state == TurnState.WAITING).order_by(Turn.seq)
        before, places = Counter(), {}
        for turn_id, edition_id in session.execute(waiting).all():
            before[edition_id] += 1
            places[turn_id] = before[edition_id]
            require(places[turn_id] <= self._places.get(turn_id, MOST), f"turn {turn_id} was overtaken")
        self._places = places

    def _was_refunded(self, hold_id):
        query = select(OrderLine.id).where(OrderLine.hold_id == hold_id, OrderLine.state == "refunded")
        with self._town.database.reading() as session:
            return session.scalars(query).first() is not None


def foretell_hold(session, edition, buyer_id, number, *, at):  # noqa: PLR0911  one return for each refusal
    """What a press on "hold" must lead to when nobody else is about: the piece, or the refusal. Read off the rows."""
    drop = session.get_one(Edition, edition.id).drop
    if drop.state is DropState.CLOSED or (drop.closes_at and drop.closes_at <= at):
        return DropOver
    if drop.state is DropState.PAUSED:
        return DropPaused
    if at < drop.opens_at:
        return DropNotOpen
    rows = session.scalars(select(Hold).where(Hold.edition_id == edition.id, Hold.state.in_(LIVE)).order_by(Hold.id))
    live = list(rows)
    overdue = [h for h in live if h.state is HoldState.ACTIVE and not h.in_attempt and h.held_until + GRACE <= at]
    own_overdue = [hold for hold in overdue if hold.buyer_id == buyer_id][:LAZY]
    if sum(hold.buyer_id == buyer_id for hold in live) - len(own_overdue) >= edition.per_person:
        return LimitReached
    numbered = select(Piece).where(Piece.edition_id == edition.id, Piece.kind == PieceKind.NUMBERED)
    pieces = {piece.id: piece for piece in session.scalars(numbered)}
    waiting = select(Turn.id).where(Turn.edition_id == edition.id, Turn.state == TurnState.WAITING)
    for released in (own_overdue, overdue[:LAZY]):
        back = {hold.piece_id for hold in released}
        free = [piece for piece in pieces.values() if piece.state is PieceState.AVAILABLE or piece.id in back]
        free = [] if session.scalars(waiting).first() is not None else free  # all of it is for the queue
        wanted = [piece for piece in free if number in (None, piece.number)]
        if wanted and _is_cooling_down(session, edition, buyer_id, at):
            return CoolDown
        if wanted:
            return min(wanted, key=lambda piece: piece.rank).id
    if not any(piece.state in (PieceState.AVAILABLE, PieceState.HELD) for piece in pieces.values()):
        return SoldOut
    return AllHeld if number is None else NumberTaken


def _is_cooling_down(session, edition, buyer_id, at):
    """The buyer has let go of two numbers for each that one person may have, the last of them not long ago."""
    mine = session.scalars(select(Hold).where(Hold.edition_id == edition.id, Hold.placed_by == buyer_id))
    let_go = [
        hold.held_until
        for hold in mine
        if hold.held_until > at - REMEMBERED
        and (hold.state is HoldState.RELEASED or (hold.is_overdue(at) and not hold.in_attempt))
    ]
    return len(let_go) >= 2 * edition.per_person and max(let_go) + COOL_DOWN > at


def check_ended(town):
    """After the drain: nothing is under way, and the shop and the provider tell of the same money."""
    with town.database.reading() as session:
        open_states = {
            CheckoutAttempt: (AttemptState.PAID, AttemptState.EXPIRED, AttemptState.ABANDONED, AttemptState.FAILED),
            Order: (OrderState.PAID, OrderState.CANCELLED, OrderState.REFUNDED),
            Refund: (RefundState.SUCCEEDED, RefundState.FAILED),
        }
        for model, ends in open_states.items():
            left = session.execute(select(model.id, model.state).where(model.state.not_in(ends))).all()
            require(not left, f"{model.__tablename__} not ended: {left}")
        stuck = select(Hold.id, Hold.state).where(
            (Hold.state == HoldState.RELEASING) | (Hold.in_attempt & (Hold.state != HoldState.SOLD))
        )
        require(not (found := session.execute(stuck).all()), f"holds still on their way: {found}")
        _check_money(town, session)
        _check_queues(session, town.clock.now())
    pages = [row["id"] for row in town.world.state.newest("checkout.session") if row["status"] == "open"]
    require(not pages, f"sessions still open: {pages}")


def _check_queues(session, at):
    """Nothing that is on sale lies about while somebody waits for it, and no turn waits for what has ended."""
    query = select(Turn.edition_id).where(Turn.state == TurnState.WAITING).distinct()
    for edition_id in session.scalars(query).all():
        drop = session.get_one(Edition, edition_id).drop
        require(not drop.is_over(at), f"somebody waits for edition {edition_id}, which is sold no more")
        free = select(Piece.id).where(
            Piece.edition_id == edition_id, Piece.kind == PieceKind.NUMBERED, Piece.state == PieceState.AVAILABLE
        )
        left = session.scalars(free).all() if drop.sells_at(at) else []
        require(not left, f"pieces {left} are free while somebody waits")
    answered = select(Turn.id).join(Hold, Hold.id == Turn.hold_id)
    answered = answered.where(
        Turn.state == TurnState.OFFERED, Hold.state.not_in((HoldState.ACTIVE, HoldState.RELEASING))
    )
    require(not (late := session.scalars(answered).all()), f"turns {late} do not know what became of their offers")


def _check_money(town, session):
    at_provider = {
        charge["payment_intent"]: charge["amount_captured"] - charge["amount_refunded"]
        for charge in town.world.state.newest("charge")
        if charge["paid"] and charge["captured"]
    }
    query = select(
        Payment.intent_id, Payment.captured_minor - Payment.refunded_minor, Order.state, Order.total_minor
    ).join(Order, Order.attempt_id == Payment.attempt_id, isouter=True)
    rows = session.execute(query).all()
    in_shop = {row[0]: row[1] for row in rows}
    require(at_provider == in_shop, f"money at the provider {at_provider}, in the shop {in_shop}")
    for intent, kept, state, total in rows:
        due = total if state is OrderState.PAID else 0
        require(kept == due, f"{intent}: kept {kept} for an order that is {state} over {total}")


def require(true, otherwise):
    if not true:
        raise Broken(otherwise)


@cache
def _reachable(table, state):
    models = {model.__tablename__: model for model in _MOVING}
    found, new = {state}, {state}
    while new:
        new = {after for before in new for after in models[table].MOVES[before]} - found
        found |= new
    return found
