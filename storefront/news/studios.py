"""News for a studio: its drop has opened, has sold out, and each morning what was sold the day before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from storefront.accounts.people import Account, ArtistMember
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import Pin
from storefront.following.telling import DropNews, NewsKind, note
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.money import Money
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import post

_FRESH = timedelta(days=1)  # what a clock that stood still for longer finds is no news
_MORNING = time(7, tzinfo=UTC)
_KEPT = (LineState.SOLD, LineState.REFUNDING)


@dataclass(frozen=True)
class Sold:
    """What one edition sold on a day, or in all: `taken` is its pieces' prices without shipping."""

    title: str
    count: int
    taken: Money


def list_news(session: Session, *, at: datetime) -> list[tuple[Drop, NewsKind]]:
    """Drops that have opened or sold out, and whose studio has not been told."""
    running = (Drop.state.in_((DropState.OPEN, DropState.PAUSED, DropState.CLOSED)), Drop.opened_at > at - _FRESH)
    opened = select(Drop).where(*running, ~_noted(NewsKind.OPENED))
    sold_out = select(Drop).where(
        Drop.state.in_((DropState.OPEN, DropState.PAUSED)),
        ~_noted(NewsKind.SOLD_OUT),
        _has(PieceState.SOLD),
        ~_has(*_LEFT),
    )
    return [
        *((drop, NewsKind.OPENED) for drop in session.scalars(opened)),
        *((drop, NewsKind.SOLD_OUT) for drop in session.scalars(sold_out)),
    ]


def tell(session: Session, drop_id: int, kind: NewsKind, *, at: datetime) -> None:
    """Once, to everybody who works in the drop's studio."""
    drop = session.get_one(Drop, drop_id)
    if not note(session, drop, kind, at=at):
        return
    mail = Kind.DROP_OPENED if kind is NewsKind.OPENED else Kind.DROP_SOLD_OUT
    for account_id in _list_members(session, drop.artist_id):
        post(session, mail, f"{mail}:{drop.id}:{account_id}", {"account_id": account_id, "drop_id": drop.id}, at=at)


def tell_of_yesterday(session: Session, *, at: datetime) -> None:
    """In the morning, UTC: a studio that sold something yesterday hears what. The same day twice is the same mail."""
    if at.timetz() < _MORNING:
        return
    day = at.date() - timedelta(days=1)
    artists = select(Order.artist_id).where(*_paid_on(day)).distinct()
    for artist_id in session.scalars(artists).all():
        for account_id in _list_members(session, artist_id):
            refs = {"account_id": account_id, "artist_id": artist_id, "day": day.isoformat()}
            post(session, Kind.DAILY_DIGEST, f"{Kind.DAILY_DIGEST}:{artist_id}:{day}:{account_id}", refs, at=at)


def list_sold_on(session: Session, artist_id: int, day: date) -> list[Sold]:
    return _list_sold(session, Order.artist_id == artist_id, *_paid_on(day))


def list_sold_of(session: Session, drop_id: int) -> list[Sold]:
    return _list_sold(session, Edition.drop_id == drop_id, Order.state == OrderState.PAID)


_LEFT = (PieceState.AVAILABLE, PieceState.HELD)


def _noted(kind: NewsKind) -> ColumnElement[bool]:
    return exists().where(DropNews.drop_id == Drop.id, DropNews.kind == kind)


def _has(*states: PieceState) -> ColumnElement[bool]:
    """Whether any numbered piece of the drop is in one of these states."""
    return exists().where(
        Edition.drop_id == Drop.id,
        Piece.edition_id == Edition.id,
        Piece.kind == PieceKind.NUMBERED,
        Piece.state.in_(states),
    )


def _list_members(session: Session, artist_id: int) -> list[int]:
    query = (
        select(Account.id)
        .join(ArtistMember, ArtistMember.account_id == Account.id)
        .where(ArtistMember.artist_id == artist_id, Account.disabled_at.is_(None), Account.confirmed_at.is_not(None))
    )
    return list(session.scalars(query.order_by(Account.id)))


def _paid_on(day: date) -> tuple[ColumnElement[bool], ...]:
    begins = datetime.combine(day, time(0), tzinfo=UTC)
    return (Order.state == OrderState.PAID, Order.paid_at >= begins, Order.paid_at < begins + timedelta(days=1))


def _list_sold(session: Session, *where: ColumnElement[bool]) -> list[Sold]:
    query = (
        select(Pin.title, func.count(), func.sum(OrderLine.price_minor), Order.currency)
        .select_from(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Piece, Piece.id == OrderLine.piece_id)
        .join(Edition, Edition.id == Piece.edition_id)
        .join(Pin, Pin.id == Edition.pin_id)
        .where(OrderLine.state.in_(_KEPT), *where)
        .group_by(Edition.id, Pin.title, Order.currency)
        .order_by(Edition.id)
    )
    return [Sold(title, count, Money(int(taken), currency)) for title, count, taken, currency in session.execute(query)]
