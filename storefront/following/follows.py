"""Follows: an address that wants to hear of an artist's drops, or of one drop ten minutes before it opens.

A follow belongs to an address, not to an account: whoever has confirmed the address finds it in their collection. It counts
once the owner of the address has said yes. Its link is never stored: it is derived by the shop's key when a mail is
written, and the row keeps its hash.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Text,
    UniqueConstraint,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.db import Base, HasId, inserting
from storefront.ids import derived_token, new_token, token_hash
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post

_UNCONFIRMED_FOR = timedelta(days=7)
_REMINDED = timedelta(days=1)  # after the opening nobody needs to know who wanted to be reminded
CANCELLED_IS_NEWS = timedelta(days=7)  # so long its readers are told, and those who want to be reminded of it are kept


class Follow(HasId, Base):
    __tablename__ = "follow"
    __table_args__ = (
        CheckConstraint("(artist_id IS NULL) <> (drop_id IS NULL)", name="subject"),
        UniqueConstraint("email_key", "artist_id"),
        UniqueConstraint("email_key", "drop_id"),
    )

    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artist.id"), index=True)
    drop_id: Mapped[int | None] = mapped_column(ForeignKey("drop.id"), index=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    artist: Mapped[Artist | None] = relationship()
    drop: Mapped[Drop | None] = relationship()


class LinkOver(Exception):
    """The link belongs to no follow: it was ended, or never confirmed in time."""


@dataclass(frozen=True)
class Subject:
    """What is followed: an artist, or one drop."""

    artist_id: int | None = None
    drop_id: int | None = None


@dataclass(frozen=True)
class Reader:
    """Who follows. `key` is the keyed hash of the address."""

    email: str
    key: str
    locale: str = "en"


def ask_to_follow(session: Session, subject: Subject, reader: Reader, *, token_key: bytes, at: datetime) -> None:
    """Write down the wish and mail its link; an address that has confirmed nothing yet gets one such mail a day."""
    follow = _found_or_made(session, subject, reader, token_key, at)
    if follow.confirmed_at is not None:
        return
    if follow.email != reader.email:  # another spelling of the same mailbox: the link sent so far is the other's
        follow.email, follow.locale = reader.email, reader.locale
        _renew(follow, token_key)
    which = follow.id if _has_confirmed(session, reader.key) else reader.key
    post(session, Kind.CONFIRM_FOLLOW, f"{Kind.CONFIRM_FOLLOW}:{which}:{at:%Y%m%d}", {"follow_id": follow.id}, at=at)


def follow_at_once(session: Session, subject: Subject, reader: Reader, *, token_key: bytes, at: datetime) -> None:
    """For whoever has shown already that the address is theirs."""
    follow = _found_or_made(session, subject, reader, token_key, at)
    follow.email, follow.locale = reader.email, reader.locale
    follow.confirmed_at = follow.confirmed_at or at


def get_by_link(session: Session, token: str) -> Follow:
    """Raises LinkOver."""
    query = select(Follow).where(Follow.token_hash == token_hash(token)).options(*_WITH_SUBJECT)
    follow = session.scalars(query).one_or_none()
    if follow is None:
        raise LinkOver
    return follow


def list_waiting(session: Session, follow: Follow) -> list[Follow]:
    """What else was asked for with this address and waits for its owner's yes."""
    query = select(Follow).where(
        Follow.email_key == follow.email_key, Follow.confirmed_at.is_(None), Follow.id != follow.id
    )
    return list(session.scalars(query.order_by(Follow.id).options(*_WITH_SUBJECT)))


def confirm(session: Session, token: str, *, also: Collection[int] = (), at: datetime) -> Follow:
    """The owner's yes, to this and to those of the others that wait which they chose. Raises LinkOver."""
    follow = get_by_link(session, token)
    for chosen in [follow, *(other for other in list_waiting(session, follow) if other.id in also)]:
        chosen.confirmed_at = chosen.confirmed_at or at
    return follow


def end(session: Session, follow_id: int, email_key: str) -> bool:
    """Nobody is written to because of it any more, and the address is forgotten. False when there was none."""
    gone = delete(Follow).where(Follow.id == follow_id, Follow.email_key == email_key).returning(Follow.id)
    return session.scalars(gone).first() is not None


def end_all(session: Session, email_key: str) -> None:
    """The address is given up: nothing of it is kept."""
    session.execute(delete(Follow).where(Follow.email_key == email_key))


def find_follow(session: Session, subject: Subject, email_key: str) -> Follow | None:
    return session.scalars(select(Follow).where(_is(subject), Follow.email_key == email_key)).one_or_none()


def list_follows(session: Session, email_key: str) -> list[Follow]:
    """What an address follows, newest first; only what its owner has said yes to."""
    query = select(Follow).where(Follow.email_key == email_key, Follow.confirmed_at.is_not(None))
    return list(session.scalars(query.order_by(Follow.id.desc()).options(*_WITH_SUBJECT)))


def count_confirmed(session: Session, subjects: Sequence[Subject]) -> dict[Subject, int]:
    """How many have said yes to each; who has not yet agreed is nobody's reader."""
    artists = [subject.artist_id for subject in subjects if subject.artist_id is not None]
    drops = [subject.drop_id for subject in subjects if subject.drop_id is not None]
    query = select(Follow.artist_id, Follow.drop_id, func.count()).where(
        Follow.confirmed_at.is_not(None), or_(Follow.artist_id.in_(artists), Follow.drop_id.in_(drops))
    )
    found = session.execute(query.group_by(Follow.artist_id, Follow.drop_id)).all()
    counts = {Subject(artist_id, drop_id): count for artist_id, drop_id, count in found}
    return {subject: counts.get(subject, 0) for subject in subjects}


def change_address(session: Session, former_key: str, reader: Reader, *, token_key: bytes) -> None:
    """An account has another address, and its follows go along; what the new one follows already stays as it is."""
    known = {(other.artist_id, other.drop_id) for other in session.scalars(_of(reader.key))}
    for follow in session.scalars(_of(former_key)).all():
        if follow.confirmed_at is None or (follow.artist_id, follow.drop_id) in known:
            session.delete(follow)
        else:
            follow.email, follow.email_key = reader.email, reader.key
            _renew(follow, token_key)


def write_out_link(session: Session, follow: Follow, keys: Sequence[bytes]) -> str:
    """The token for the follow's mails, the same in each for as long as one of the shop's keys made it."""
    for key in keys:
        token = _derive(key, follow.email_key, follow.nonce)
        if token_hash(token) == follow.token_hash:
            return token
    _renew(follow, keys[0])
    session.flush()
    return _derive(keys[0], follow.email_key, follow.nonce)


def forget_old(session: Session, *, at: datetime) -> None:
    """Wishes nobody said yes to, and reminders of drops that have opened or never will, once that has been told."""
    cancelled = Drop.state == DropState.CANCELLED
    over = or_(~cancelled & (Drop.opens_at < at - _REMINDED), cancelled & (Drop.closed_at <= at - CANCELLED_IS_NEWS))
    session.execute(
        delete(Follow).where(
            or_(
                Follow.confirmed_at.is_(None) & (Follow.created_at < at - _UNCONFIRMED_FOR),
                exists().where(Drop.id == Follow.drop_id, over),
            )
        )
    )


_WITH_SUBJECT = (joinedload(Follow.artist), joinedload(Follow.drop).joinedload(Drop.artist))


def _found_or_made(session: Session, subject: Subject, reader: Reader, token_key: bytes, at: datetime) -> Follow:
    nonce = new_token()
    values = {
        "artist_id": subject.artist_id,
        "drop_id": subject.drop_id,
        "email": reader.email,
        "email_key": reader.key,
        "locale": reader.locale,
        "nonce": nonce,
        "token_hash": token_hash(_derive(token_key, reader.key, nonce)),
        "created_at": at,
    }
    session.execute(inserting(session, Follow).values(values).on_conflict_do_nothing())
    query = select(Follow).where(_is(subject), Follow.email_key == reader.key).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def _is(subject: Subject) -> ColumnElement[bool]:
    if subject.drop_id is not None:
        return Follow.drop_id == subject.drop_id
    return Follow.artist_id == subject.artist_id


def _of(email_key: str) -> Any:  # a select of follows
    return select(Follow).where(Follow.email_key == email_key)


def _has_confirmed(session: Session, email_key: str) -> bool:
    query = select(exists().where(Follow.email_key == email_key, Follow.confirmed_at.is_not(None)))
    return bool(session.scalar(query))


def _renew(follow: Follow, token_key: bytes) -> None:
    follow.nonce = new_token()
    follow.token_hash = token_hash(_derive(token_key, follow.email_key, follow.nonce))


def _derive(key: bytes, email_key: str, nonce: str) -> str:
    return derived_token(key, "follow", f"{email_key}:{nonce}")
