"""Telling: one mail to each follower when a drop is announced, moved or called off, and ten minutes before it opens.

The clock notices by itself what is to be told, whoever changed the drop, and writes the mails a few at a time: a crowd of
followers must not keep a buyer's receipt waiting.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, UniqueConstraint, case, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.catalog.drops import DOORS, Drop, DropState
from storefront.db import Base, BigInt, HasId, choice, inserting, partial
from storefront.following.follows import CANCELLED_IS_NEWS, Follow
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import count_due, post

_AT_ONCE = 40


class NewsKind(StrEnum):
    ANNOUNCED = "announced"
    MOVED = "moved"
    REMINDER = "reminder"
    OPENED = "opened"
    SOLD_OUT = "sold_out"
    CANCELLED = "cancelled"


class DropNews(HasId, Base):
    """Something about a drop that is told once, and how far the telling has come."""

    __tablename__ = "drop_news"
    __table_args__ = (
        UniqueConstraint("drop_id", "kind", "turn"),
        Index("ix_drop_news_untold", "kind", **partial("done_at IS NULL")),
    )

    drop_id: Mapped[int] = mapped_column(ForeignKey("drop.id"))
    kind: Mapped[NewsKind] = mapped_column(choice(NewsKind, "kind"))
    turn: Mapped[int]  # an opening can move more than once
    opens_at: Mapped[datetime]
    told_up_to: Mapped[int] = mapped_column(BigInt, default=0)  # the id of the last follower told
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


MAILS = {
    NewsKind.ANNOUNCED: Kind.DROP_ANNOUNCED,
    NewsKind.MOVED: Kind.DROP_MOVED,
    NewsKind.REMINDER: Kind.DROP_REMINDER,
    NewsKind.CANCELLED: Kind.DROP_CANCELLED,
}


def is_due(session: Session, *, at: datetime) -> bool:
    """Whether there is anything to write down or to tell: asked without the right to write."""
    return bool(_list_due(session, at)) or bool(session.scalar(select(exists().where(_UNTOLD))))


def note_due(session: Session, *, at: datetime) -> None:
    """Write down what is to be told of the drops that lie ahead, and of those that were called off."""
    for drop, kind, turn in _list_due(session, at):
        note(session, drop, kind, turn=turn, at=at)


def note(session: Session, drop: Drop, kind: NewsKind, *, turn: int = 0, at: datetime) -> bool:
    """Whether it is news: told once, whoever notices it first."""
    row = {"drop_id": drop.id, "kind": kind, "turn": turn, "opens_at": drop.opens_at, "told_up_to": 0, "begun_at": at}
    written = session.execute(
        inserting(session, DropNews).values(row).on_conflict_do_nothing().returning(DropNews.id)
    ).first()
    return written is not None


def tell_some(session: Session, *, at: datetime) -> int:
    """Put the next mails to followers in the outbox, unless those before them still wait. How many."""
    if count_due(session, MAILS.values(), at=at) >= _AT_ONCE:
        return 0
    urgent = case((DropNews.kind.in_((NewsKind.REMINDER, NewsKind.CANCELLED)), 0), else_=1)
    query = select(DropNews).where(_UNTOLD).order_by(urgent, DropNews.id).limit(1).with_for_update(skip_locked=True)
    news = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    return _tell(session, news, at) if news is not None else 0


_UNTOLD = DropNews.done_at.is_(None) & DropNews.kind.in_(list(MAILS))


def _list_due(session: Session, at: datetime) -> list[tuple[Drop, NewsKind, int]]:
    query = select(Drop).where(Drop.state == DropState.ANNOUNCED, Drop.opens_at > at)
    coming = {drop.id: drop for drop in session.scalars(query)}
    noted: dict[int, list[DropNews]] = {drop_id: [] for drop_id in coming}
    if coming:
        for news in session.scalars(select(DropNews).where(DropNews.drop_id.in_(coming)).order_by(DropNews.id)):
            noted[news.drop_id].append(news)
    due = [(drop, *due) for drop in coming.values() for due in _due(drop, noted[drop.id], at)]
    return [*due, *((drop, NewsKind.CANCELLED, 0) for drop in session.scalars(_called_off(at)))]


def _due(drop: Drop, noted: list[DropNews], at: datetime) -> list[tuple[NewsKind, int]]:
    due = []
    openings = [news.opens_at for news in noted if news.kind in (NewsKind.ANNOUNCED, NewsKind.MOVED)]
    if not openings:
        due.append((NewsKind.ANNOUNCED, 0))
    elif openings[-1] != drop.opens_at:
        due.append((NewsKind.MOVED, len(openings)))
    reminded = [news.opens_at for news in noted if news.kind is NewsKind.REMINDER]
    if drop.opens_at - DOORS <= at and drop.opens_at not in reminded:
        due.append((NewsKind.REMINDER, len(reminded)))
    return due


def _called_off(at: datetime) -> Select[Drop]:
    """Only what readers had been told of."""
    told, told_off = (
        exists().where(DropNews.drop_id == Drop.id, DropNews.kind == kind)
        for kind in (NewsKind.ANNOUNCED, NewsKind.CANCELLED)
    )
    recent = Drop.closed_at > at - CANCELLED_IS_NEWS
    return select(Drop).where(Drop.state == DropState.CANCELLED, recent, told, ~told_off).order_by(Drop.id)


def _tell(session: Session, news: DropNews, at: datetime) -> int:
    drop, kind = session.get_one(Drop, news.drop_id), MAILS[news.kind]
    who = select(Follow).where(_to_be_told(news, drop), Follow.confirmed_at.is_not(None), Follow.id > news.told_up_to)
    followers = session.scalars(who.order_by(Follow.id).limit(_AT_ONCE)).all()
    for follow in followers:
        refs = {"follow_id": follow.id, "drop_id": drop.id, "opens_at": news.opens_at.isoformat()}
        post(session, kind, f"{kind}:{news.id}:{follow.email_key}", refs, at=at)
        news.told_up_to = follow.id
    if len(followers) < _AT_ONCE:
        news.done_at = at
    return len(followers)


def _to_be_told(news: DropNews, drop: Drop) -> ColumnElement[bool]:
    of_artist, of_drop = Follow.artist_id == drop.artist_id, Follow.drop_id == drop.id
    if news.kind is NewsKind.ANNOUNCED:
        return of_artist
    return of_drop if news.kind is NewsKind.REMINDER else or_(of_artist, of_drop)
