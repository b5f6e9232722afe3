"""The board: how a drop stands, edition by edition."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import list_editions
from storefront.inventory.running import may_put_off
from storefront.inventory.wall import list_walls
from storefront.money import Money
from storefront.web.studio import words


@dataclass(frozen=True)
class EditionRow:
    title: str
    url: str
    sold: int
    held: int
    free: int
    waiting: int
    withheld: int
    size: int
    proofs: int
    price: Money
    taken: Money


@dataclass(frozen=True)
class Board:
    """`may_*` say which of the buttons make sense now."""

    state: str
    rows: tuple[EditionRow, ...]
    now: datetime
    sells: bool
    over: bool
    may_put_off: bool
    may_cancel: bool
    may_pause: bool
    may_resume: bool
    may_close: bool
    public_url: str

    @property
    def sold(self) -> int:
        return sum(row.sold for row in self.rows)

    @property
    def held(self) -> int:
        return sum(row.held for row in self.rows)

    @property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.rows)

    @property
    def free(self) -> int:
        return sum(row.free for row in self.rows)


def board_of(session: Session, drop: Drop, at: datetime) -> Board:
    editions = list_editions(session, drop.id)
    walls = list_walls(session, editions, at=at)
    rows = [
        EditionRow(
            title=edition.pin.title,
            url=url_for("studio.editions.edit", edition_id=edition.id),
            sold=walls[edition.id].sold,
            held=walls[edition.id].held,
            free=walls[edition.id].free,
            waiting=walls[edition.id].waiting,
            withheld=len(edition.reserved),
            size=edition.size,
            proofs=edition.proofs,
            price=edition.price,
            taken=edition.price * walls[edition.id].sold,
        )
        for edition in editions
    ]
    sells = drop.sells_at(at)
    return Board(
        state=words.state(drop),
        rows=tuple(rows),
        now=at,
        sells=sells,
        over=drop.has_closed(at),
        may_put_off=may_put_off(drop, at),
        may_cancel=drop.state in (DropState.DRAFT, DropState.ANNOUNCED) and at < drop.opens_at,
        may_pause=sells,
        may_resume=drop.state is DropState.PAUSED and not drop.is_over(at),
        may_close=sells or drop.state is DropState.PAUSED,
        public_url=url_for("shop.drop", slug=drop.slug),
    )
