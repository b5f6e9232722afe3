"""Running a drop: it opens and closes by the clock, and its artist may put it off, cancel, pause, resume or close it.

Every change locks the drop's row first. A hold takes the same row FOR SHARE, so a pause waits for the holds under way and
counts for the next one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, list_editions
from storefront.db import locked, move
from storefront.inventory.holds import Hold
from storefront.inventory.sealing import reveal_due
from storefront.ledger.chain import EntryKind, record


class TooLateToCancel(Exception):
    """Numbers can be held already: the drop can be paused or closed, not undone."""


class TooLateToPutOff(Exception):
    """The drop is not announced, or its opening has come."""


class BroughtForward(Exception):
    """An opening is only ever put off: whoever planned for it must not come too late."""


class NotRunning(Exception):
    """The drop is not in a state that can be paused, resumed or closed."""


def open_due(session: Session, *, at: datetime) -> list[int]:
    """Write down the opening of every announced drop whose time has come. The ids of those opened now."""
    due = _locked(session, Drop.state == DropState.ANNOUNCED, Drop.opens_at <= at)
    return [drop.id for drop in due if _opened(session, drop, at)]


def close_due(session: Session, *, at: datetime) -> list[int]:
    """Close every running drop whose end has come. The ids of those closed now."""
    due = _locked(session, Drop.state.in_((DropState.OPEN, DropState.PAUSED)), Drop.closes_at <= at)
    for drop in due:
        _close(session, drop, at)
    return [drop.id for drop in due]


def may_put_off(drop: Drop, at: datetime) -> bool:
    return drop.state is DropState.ANNOUNCED and at < drop.opens_at


def put_off(
    session: Session, drop: Drop, opens_at: datetime, closes_at: datetime | None, *, zone: str, at: datetime
) -> None:
    """Let an announced drop open later. Raises TooLateToPutOff, BroughtForward."""
    locked(session, Drop, [drop.id])
    if not may_put_off(drop, at) or _is_any_held(session, drop):
        raise TooLateToPutOff(drop.state)
    if opens_at <= drop.opens_at:
        raise BroughtForward
    drop.opens_at, drop.closes_at, drop.zone, drop.changed_at = opens_at, closes_at, zone, at
    session.flush()
    session.refresh(drop)  # the database has counted the change


def cancel(session: Session, drop: Drop, reason: str, *, at: datetime) -> None:
    """Call a draft or an announced drop off; its editions may stand in another. Raises TooLateToCancel."""
    locked(session, Drop, [drop.id])
    calm = (DropState.DRAFT, DropState.ANNOUNCED)
    if (
        drop.state not in calm
        or (drop.state is DropState.ANNOUNCED and drop.opens_at <= at)
        or _is_any_held(session, drop)
    ):
        raise TooLateToCancel(drop.state)
    _move(session, drop, DropState.CANCELLED, calm, cancel_reason=reason, closed_at=at)


def pause(session: Session, drop: Drop, reason: str, *, at: datetime) -> None:
    """Stop new holds; those standing keep their time. Raises NotRunning."""
    _lock_running(session, drop, [DropState.OPEN], at)
    _move(session, drop, DropState.PAUSED, [DropState.OPEN], pause_reason=reason)


def resume(session: Session, drop: Drop, *, at: datetime) -> None:
    """Raises NotRunning, also once the drop's end has passed."""
    _lock_running(session, drop, [DropState.PAUSED], at)
    if drop.is_over(at):
        raise NotRunning(drop.state)
    _move(session, drop, DropState.OPEN, [DropState.PAUSED], pause_reason="")


def close(session: Session, drop: Drop, *, at: datetime) -> None:
    """End the sale for good, before its time. Raises NotRunning."""
    _lock_running(session, drop, [DropState.OPEN, DropState.PAUSED], at)
    _close(session, drop, at)


def _is_any_held(session: Session, drop: Drop) -> bool:
    """Asked under the drop's lock, by a clock that was read before: a hold may have come first."""
    return bool(session.scalar(select(exists().where(Hold.drop_id == drop.id))))


def _locked(session: Session, *where: ColumnElement[bool]) -> list[Drop]:
    """The rows, locked in order of id; one that changed while we waited for its lock is no longer among them."""
    ids = session.scalars(select(Drop.id).where(*where)).all()
    if not ids:
        return []
    query = select(Drop).where(Drop.id.in_(ids), *where).order_by(Drop.id).with_for_update()
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def _lock_running(session: Session, drop: Drop, allowed: Iterable[DropState], at: datetime) -> None:
    locked(session, Drop, [drop.id])
    if drop.sells_at(at):
        _opened(session, drop, at)
    if drop.state not in allowed:
        raise NotRunning(drop.state)


def _opened(session: Session, drop: Drop, at: datetime) -> bool:
    if drop.state is not DropState.ANNOUNCED:
        return False
    _move(session, drop, DropState.OPEN, [DropState.ANNOUNCED], opened_at=at)
    for edition in _in_ledger_order(session, drop):
        record(session, edition.ref, EntryKind.OPENED, {"opens_at": drop.opens_at.isoformat()}, at=at)
    return True


def _close(session: Session, drop: Drop, at: datetime) -> None:
    _move(session, drop, DropState.CLOSED, [DropState.OPEN, DropState.PAUSED], closed_at=at)
    for edition in _in_ledger_order(session, drop):
        record(session, edition.ref, EntryKind.CLOSED, {}, at=at)
    reveal_due(session, at=at)


def _in_ledger_order(session: Session, drop: Drop) -> list[Edition]:
    return sorted(list_editions(session, drop.id), key=lambda edition: edition.ref)


def _move(session: Session, drop: Drop, to: DropState, expect: Iterable[DropState], **values: Any) -> None:
    move(session, Drop, to, expect=list(expect), where=[Drop.id == drop.id], **values)
    session.refresh(drop)
