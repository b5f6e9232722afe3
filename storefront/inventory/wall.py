"""The wall: what an edition's pieces say to everybody, read in one query and without a lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, case, func, select
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.holds import GRACE, UNSOLD, Hold
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.turns import count_waiting, nobody_waits
from storefront.ledger.chain import EntryKind, LedgerEntry

MOST_PIECES = 2_000  # a larger edition is told in counts
# One digit a piece; the order is the browser's too (static/js/live.js).
_DIGITS = {state: str(digit) for digit, state in enumerate(("available", "held", "sold", "withheld", "void"))}
_FREE, _HELD = _DIGITS["available"], _DIGITS["held"]


class Showing(StrEnum):
    """What a drop is to a visitor: its own state, and what follows from its pieces and the time."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    DOORS = "doors"  # the last minutes before the opening, on the drop's own page
    OPEN = "open"
    PAUSED = "paused"
    ALL_HELD = "all_held"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Wall:
    """Counts of the numbered pieces, and a digit for each: 0 free, 1 held, 2 sold, 3 not for sale, 4 never made.

    `numbered` is empty for a sealed edition until its last number is sold or its secret is told, and for one too large to
    draw.
    `held` counts overdue holds too: they are coming back. While somebody is `waiting`, what lies there for them counts as
    held as well: nobody else can have it.
    """

    edition_id: int
    size: int
    free: int
    held: int
    sold: int
    withheld: int
    void: int
    next_free: int | None
    returns_at: datetime | None
    overdue: int
    numbered: str
    proofs: str
    waiting: int = 0

    @property
    def is_sold_out(self) -> bool:
        return self.free + self.held == 0


def list_walls(session: Session, editions: Sequence[Edition], *, at: datetime) -> dict[int, Wall]:
    """The wall of each edition by its id. One that is not minted yet shows what is planned."""
    found: dict[int, dict[PieceKind, Row[Any]]] = {}
    if any(edition.minted_at for edition in editions):
        for row in session.execute(_query([edition.id for edition in editions], at)):
            found.setdefault(row.edition_id, {})[row.kind] = row
    return {
        edition.id: _wall(edition, found[edition.id]) if edition.id in found else _planned(edition)
        for edition in editions
    }


def find_piece_state(session: Session, edition: Edition, number: int) -> PieceState | None:
    """The state of one number of an edition that isn't sealed; None when there is no such number."""
    if edition.policy is NumberPolicy.SEALED or not 1 <= number <= edition.size:
        return None
    query = select(Piece.state, nobody_waits(edition.id).label("for_all")).where(
        Piece.edition_id == edition.id, Piece.kind == PieceKind.NUMBERED, Piece.number == number
    )
    row = session.execute(query).one_or_none()
    if row is None or row.for_all or row.state is not PieceState.AVAILABLE:
        return row.state if row else None
    return PieceState.HELD  # for whoever waits


def last_sales(session: Session, editions: Sequence[Edition]) -> dict[int, datetime]:
    """When the last number of each edition was sold, by the edition's id."""
    refs = {edition.ref: edition.id for edition in editions}
    query = (
        select(LedgerEntry.edition_ref, func.max(LedgerEntry.at))
        .where(LedgerEntry.edition_ref.in_(refs), LedgerEntry.kind == EntryKind.SOLD)
        .group_by(LedgerEntry.edition_ref)
    )
    return {refs[ref]: at for ref, at in session.execute(query)} if refs else {}


def showing(drop: Drop, walls: Sequence[Wall], at: datetime) -> Showing:
    """What the drop is to a visitor at this instant."""
    begun = drop.opens_at <= at
    if drop.state in (DropState.DRAFT, DropState.CANCELLED):
        return Showing(drop.state.value)
    if begun and walls and all(wall.is_sold_out for wall in walls):
        return Showing.SOLD_OUT
    if drop.is_over(at):
        return Showing.CLOSED
    if drop.state is DropState.PAUSED:
        return Showing.PAUSED
    if not begun:
        return Showing.SCHEDULED
    return Showing.OPEN if any(wall.free for wall in walls) else Showing.ALL_HELD


def showing_at_doors(drop: Drop, state: Showing, at: datetime) -> Showing:
    """What the drop's own page says: elsewhere the doors are no state of their own."""
    return Showing.DOORS if state is Showing.SCHEDULED and drop.is_at_doors(at) else state


def _query(edition_ids: list[int], at: datetime) -> Select[*tuple[Any, ...]]:
    digit = case(_DIGITS, value=Piece.state)
    drawn = case((Edition.size <= MOST_PIECES, digit))
    free = Piece.state == PieceState.AVAILABLE
    return (
        select(
            Piece.edition_id,
            Piece.kind,
            *[_count(Piece.state == state).label(state.value) for state in PieceState],
            func.min(case((free, Piece.number))).label("lowest_free"),
            func.aggregate_strings(drawn, "").aggregate_order_by(Piece.number).label("digits"),
            _of_holds(func.max(case((Hold.offered_until.is_(None), Hold.held_until)))).label("returns_at"),
            _of_holds(_count((Hold.held_until <= at - GRACE) & ~Hold.in_attempt)).label("overdue"),
            count_waiting(Piece.edition_id).correlate(Piece).scalar_subquery().label("waiting"),
        )
        .join(Edition, Edition.id == Piece.edition_id)
        .where(Piece.edition_id.in_(edition_ids))
        .group_by(Piece.edition_id, Piece.kind)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _of_holds(what: ColumnElement[Any]) -> ScalarSelect[Any]:
    unsold = select(what).where(Hold.edition_id == Piece.edition_id, Hold.state.in_(UNSOLD))
    return unsold.correlate(Piece).scalar_subquery()


def _wall(edition: Edition, rows: dict[PieceKind, Row[Any]]) -> Wall:
    row = rows[PieceKind.NUMBERED]
    proofs = rows.get(PieceKind.PROOF)
    is_secret = edition.policy is NumberPolicy.SEALED and edition.seed_revealed_at is None
    silent = is_secret and row.available + row.held > 0
    free = 0 if row.waiting else row.available
    digits = row.digits or ""
    return Wall(
        edition_id=edition.id,
        size=edition.size,
        free=free,
        held=row.held + row.available - free,
        sold=row.sold,
        withheld=row.withheld,
        void=row.void,
        next_free=None if silent or not free else row.lowest_free,
        returns_at=row.returns_at,
        overdue=row.overdue or 0,
        numbered="" if silent else digits.replace(_FREE, _HELD) if row.waiting else digits,
        proofs=(proofs.digits or "") if proofs else "",
        waiting=row.waiting,
    )


def _planned(edition: Edition) -> Wall:
    reserved = {number for number in edition.reserved if 1 <= number <= edition.size}
    free = [number for number in range(1, edition.size + 1) if number not in reserved]
    silent = edition.policy is NumberPolicy.SEALED
    drawn = not silent and edition.size <= MOST_PIECES
    digits = ("3" if number in reserved else "0" for number in range(1, edition.size + 1))
    return Wall(
        edition_id=edition.id,
        size=edition.size,
        free=len(free),
        held=0,
        sold=0,
        withheld=len(reserved),
        void=0,
        next_free=None if silent or not free else free[0],
        returns_at=None,
        overdue=0,
        numbered="".join(digits) if drawn else "",
        proofs="3" * edition.proofs if drawn or silent else "",
    )
