"""Mission control: what is selling now, and whether everything is as it should be."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.extensions import services
from storefront.inventory.holds import Hold
from storefront.inventory.wall import Wall, list_walls
from storefront.money import Money
from storefront.orders.orders import LineState, OrderLine
from storefront.web.admin.checks import standing_checks, thorough_checks
from storefront.web.admin.owners import Owned, owned, owned_pieces
from storefront.web.admin.page import page

pages = Blueprint("live", __name__)
_RUNNING = (DropState.OPEN, DropState.PAUSED)
_LATEST = 12


@dataclass(frozen=True)
class Running:
    """A drop on sale, its editions counted together."""

    drop: Drop
    walls: tuple[tuple[Edition, Wall], ...]
    taken: Money
    refunded: Money

    def sum(self, name: str) -> int:
        return sum(getattr(wall, name) for _edition, wall in self.walls)


@dataclass(frozen=True)
class Latest:
    owned: Owned
    title: str
    size: int


@pages.get("")
def show() -> ResponseReturnValue:
    thorough = request.args.get("checks") == "all"
    with services().database.reading() as session:
        at = services().clock.now()
        running = _list_running(session, at)
        walls = [(edition.pin.title, wall) for one in running for edition, wall in one.walls]
        return page(
            "live",
            running=running,
            latest=_list_latest(session, [one.drop.id for one in running]),
            checks=standing_checks(session, walls, at=at),
            thorough=thorough_checks(session, at=at) if thorough else [],
            now=at,
        )


def _list_running(session: Session, at: datetime) -> list[Running]:
    begun = (Drop.state == DropState.ANNOUNCED) & (Drop.opens_at <= at)
    drops = session.scalars(
        select(Drop)
        .where(Drop.state.in_(_RUNNING) | begun)
        .order_by(Drop.opens_at.desc())
        .options(joinedload(Drop.artist))
    ).all()
    editions = session.scalars(
        select(Edition)
        .where(Edition.drop_id.in_([drop.id for drop in drops]))
        .order_by(Edition.position, Edition.id)
        .options(joinedload(Edition.pin))
    ).all()
    walls, money = list_walls(session, editions, at=at), _money_of(session, [drop.id for drop in drops])
    return [
        Running(
            drop,
            tuple((edition, walls[edition.id]) for edition in editions if edition.drop_id == drop.id),
            *money.get(drop.id, (Money(0, drop.artist.currency or "EUR"), Money(0, drop.artist.currency or "EUR"))),
        )
        for drop in drops
    ]


def _money_of(session: Session, drop_ids: list[int]) -> dict[int, tuple[Money, Money]]:
    """Prices of the numbers sold and of those refunded, by drop; shipping is the parcel's, not the drop's."""
    query = (
        select(Hold.drop_id, Hold.currency, OrderLine.state, func.sum(OrderLine.price_minor).label("minor"))
        .join(OrderLine, OrderLine.hold_id == Hold.id)
        .where(Hold.drop_id.in_(drop_ids))
        .group_by(Hold.drop_id, Hold.currency, OrderLine.state)
    )
    found: dict[int, tuple[Money, Money]] = {}
    for row in session.execute(query):
        taken, back = found.get(row.drop_id, (Money(0, row.currency), Money(0, row.currency)))
        more = Money(int(row.minor), row.currency)
        if row.state in (LineState.SOLD, LineState.REFUNDING):
            found[row.drop_id] = (taken + more, back)
        elif row.state is LineState.REFUNDED:
            found[row.drop_id] = (taken, back + more)
    return found


def _list_latest(session: Session, drop_ids: list[int]) -> list[Latest]:
    """The pieces held or bought last."""
    query = owned_pieces().where(Hold.drop_id.in_(drop_ids)).order_by(Hold.id.desc()).limit(_LATEST)
    query = query.options(joinedload(Hold.edition).joinedload(Edition.pin))
    found = [owned(row) for row in session.execute(query)]
    return [Latest(one, one.hold.edition.pin.title, one.hold.edition.size) for one in found if one.hold is not None]
