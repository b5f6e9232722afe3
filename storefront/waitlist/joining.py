"""Joining: an address asks for a place, and has one once it is confirmed; a confirmed account has it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.db import inserting, move
from storefront.ids import derived_token, new_token, token_hash
from storefront.inventory.holds import HOLD_FOR
from storefront.inventory.placing import get_free_slot
from storefront.inventory.stock import is_any_free
from storefront.inventory.turns import LIVE_TURN, Turn, TurnState
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post

LAST_OFFER = HOLD_FOR  # before the sale's end: an offer that nobody has the time to use is none
ASKED_LASTS = timedelta(days=3)
LINK_LASTS = timedelta(days=90)  # after the turn has ended
_AGAIN = 60  # seconds in which a second press sends no second mail


class ListClosed(Exception):
    """The sale has not begun, is over, or ends too soon for another offer."""


class NumbersFree(Exception):
    """Nobody needs to wait: a number can be held now."""


class TurnUnknown(Exception):
    """No turn has this token, or it was asked for too long ago."""


@dataclass(frozen=True)
class Joiner:
    """Who wants a place: the buyer whose limit counts, and how they are told."""

    buyer_id: int
    email: str
    locale: str


def is_list_open(drop: Drop, at: datetime) -> bool:
    """Whether a number that comes back could still be offered to somebody."""
    begun = drop.state not in (DropState.DRAFT, DropState.CANCELLED) and drop.opens_at <= at
    return begun and not drop.is_over(at + LAST_OFFER)


def ask(session: Session, edition: Edition, who: Joiner, *, key: bytes, at: datetime) -> Turn:
    """Write the wish down and mail a link: its button gives the place. Says the same whether or not there is one already.

    Raises ListClosed or NumbersFree.
    """
    _check_open(session, edition.id, at)
    turn = _find_or_make(session, edition, who, key, at)
    if turn.state is TurnState.ASKED:
        turn.asked_at = at
    _tell(session, Kind.WAITLIST_ASKED if turn.state is TurnState.ASKED else Kind.WAITLIST_JOINED, turn, at)
    return turn


def join(session: Session, edition: Edition, who: Joiner, *, key: bytes, at: datetime) -> Turn:
    """A place for somebody whose address is known to be theirs; the one they have, if they have one.

    Raises ListClosed, NumbersFree or LimitReached.
    """
    _check_open(session, edition.id, at)
    turn = _find_or_make(session, edition, who, key, at)
    return _give_place(session, edition, turn, at)


def confirm(session: Session, token: str, *, at: datetime) -> Turn:
    """The mailed link's button: a place at the end of the queue, or the turn as it is when it had one before.

    Raises TurnUnknown, ListClosed, NumbersFree or LimitReached.
    """
    turn = get_by_token(session, token, at=at)
    if turn.state is not TurnState.ASKED:
        return turn
    _check_open(session, turn.edition_id, at)
    return _give_place(session, turn.edition, turn, at)


def get_by_token(session: Session, token: str, *, at: datetime) -> Turn:
    """Raises TurnUnknown."""
    turn = session.scalars(select(Turn).where(Turn.token_hash == token_hash(token))).one_or_none()
    if turn is None or (turn.state is TurnState.ASKED and turn.asked_at + ASKED_LASTS <= at):
        raise TurnUnknown
    if turn.ended_at is not None and turn.ended_at + LINK_LASTS <= at:
        raise TurnUnknown
    return turn


def find_live_turn(session: Session, edition_id: int, buyer_id: int) -> Turn | None:
    query = select(Turn).where(Turn.edition_id == edition_id, Turn.buyer_id == buyer_id, Turn.state.in_(LIVE_TURN))
    return session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def write_out(turn: Turn, keys: list[bytes]) -> str | None:
    """The turn's token, for its mails; None when none of the shop's keys made it."""
    tokens = (_derive(key, turn.nonce) for key in keys)
    return next((token for token in tokens if token_hash(token) == turn.token_hash), None)


def forget_unconfirmed(session: Session, *, at: datetime) -> None:
    session.execute(delete(Turn).where(Turn.state == TurnState.ASKED, Turn.asked_at <= at - ASKED_LASTS))


def _check_open(session: Session, edition_id: int, at: datetime) -> None:
    query = select(Drop).join(Edition, Edition.drop_id == Drop.id).where(Edition.id == edition_id)
    drop = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if drop is None or not is_list_open(drop, at):
        raise ListClosed
    if is_any_free(session, edition_id):
        raise NumbersFree


def _find_or_make(session: Session, edition: Edition, who: Joiner, key: bytes, at: datetime) -> Turn:
    while (turn := find_live_turn(session, edition.id, who.buyer_id)) is None:
        nonce = new_token()
        statement = inserting(session, Turn).values(
            edition_id=edition.id,
            buyer_id=who.buyer_id,
            state=TurnState.ASKED,
            email=who.email,
            locale=who.locale,
            nonce=nonce,
            token_hash=token_hash(_derive(key, nonce)),
            asked_at=at,
        )
        session.execute(statement.on_conflict_do_nothing())  # another press of the same button was faster
    return turn


def _give_place(session: Session, edition: Edition, turn: Turn, at: datetime) -> Turn:
    """All who join an edition have their places one after the other, in the order of the commits.

    The lock is taken late and is short: half a city may join at once. It is not FOR UPDATE, since holds of the edition
    refer to its row and must not wait for us.
    """
    if turn.state is not TurnState.ASKED:
        return turn
    get_free_slot(session, edition, turn.buyer_id)
    session.execute(select(Edition.id).where(Edition.id == edition.id).with_for_update(key_share=True))
    last = select(func.coalesce(func.max(Turn.seq), 0)).where(Turn.edition_id == edition.id).scalar_subquery()
    where = [Turn.id == turn.id]
    if move(session, Turn, TurnState.WAITING, expect=(TurnState.ASKED,), where=where, seq=last + 1, joined_at=at):
        _tell(session, Kind.WAITLIST_JOINED, turn, at)
    session.refresh(turn)
    return turn


def _tell(session: Session, kind: Kind, turn: Turn, at: datetime) -> None:
    post(session, kind, f"{kind}:{turn.id}:{int(at.timestamp()) // _AGAIN}", {"turn_id": turn.id}, at=at)


def _derive(key: bytes, nonce: str) -> str:
    return derived_token(key, "waitlist", nonce)
