"""Taking: free pieces for those who may have one, each with its hold.

The order of work is what `place_hold` does for one request: lock the drop while it sells, lock the pieces, make the
buyers who hold for the first time, insert the holds, then mark the pieces of those holds that were really inserted.
PostgreSQL does it in one statement, which needs no transaction around it, because there each round trip costs as much
as ten holds; SQLite, which has none, in five, in the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Text,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storefront.accounts.buyers import Buyer
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.db import Many, among, one_of
from storefront.inventory.holds import HOLD_FOR, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.inventory.turns import nobody_waits

FREE = select(Piece.id, Piece.number, Piece.rank).where(
    Piece.edition_id == bindparam("edition"),
    Piece.kind == literal_column(f"'{PieceKind.NUMBERED}'"),  # spelled out: a partial index knows no parameters
    Piece.state == literal_column(f"'{PieceState.AVAILABLE}'"),
    nobody_waits(bindparam("edition")),
)
ON_SALE = (
    Edition.id == bindparam("edition"),
    Drop.slug == bindparam("slug"),
    one_of(Drop.state, (DropState.ANNOUNCED, DropState.OPEN)),
    Drop.opens_at <= bindparam("at"),
    or_(Drop.closes_at.is_(None), Drop.closes_at > bindparam("at")),
    among(Drop.who_may_hold, "admitted"),
)


class Wish(NamedTuple):
    """Who shall have a piece. `buyer_id` None: the guest of this hash, who has not held before."""

    buyer_id: int | None
    guest_hash: str | None
    slot: int
    idempotency_key: str
    place: str | None


class Taken(NamedTuple):
    """A piece that was free; `hold_id` is None when its wish would have broken a constraint."""

    piece_id: int
    number: int
    rank: int
    hold_id: int | None


def take(
    connection: Connection, wishes: Sequence[Wish], offer: dict[str, Any], *, at: datetime, from_rank: int
) -> list[Taken]:
    """One piece for each wish in their order, for as many as are free; none when ON_SALE, told of `offer`, is not true.

    The search begins at `from_rank`, and when it has come to the end, at the beginning. A wish without a hold would have
    broken a constraint: its buyer is being made elsewhere, or has used its slot or its key.
    """
    new = {**_NEW, "placed_at": at, "held_until": at + HOLD_FOR}
    found = {**offer, "count": len(wishes), "from_rank": from_rank}
    if not wishes:
        return []
    if connection.dialect.name == "sqlite":
        return _take_sqlite(connection, wishes, new, found)
    return _take_postgres(connection, wishes, new, found)


def _take_sqlite(
    connection: Connection, wishes: Sequence[Wish], new: dict[str, Any], where: dict[str, Any]
) -> list[Taken]:
    selling = connection.execute(_SELLING, where).mappings().one_or_none()
    if selling is None:
        return []
    pieces = list(connection.execute(_LOCK, where))
    if len(pieces) < len(wishes):
        pieces += connection.execute(_LOCK_BEFORE, {**where, "count": len(wishes) - len(pieces)})
    served = list(zip(wishes, pieces, strict=False))
    newcomers = {wish.guest_hash for wish, _piece in served if wish.buyer_id is None}
    guests = [{"guest_hash": guest_hash, "created_at": new["placed_at"]} for guest_hash in newcomers]
    made = {row.guest_hash: row.id for row in connection.execute(_MAKE_GUESTS, guests)} if guests else {}
    rows = [
        {**new, **selling, **wish._asdict(), "piece_id": piece.id, "buyer_id": buyer_id, "placed_by": buyer_id}
        for wish, piece in served
        if (buyer_id := wish.buyer_id or made.get(wish.guest_hash)) is not None
    ]
    placed = {row.piece_id: row.id for row in connection.execute(_PLACE, rows)} if rows else {}
    connection.execute(_MARK, {"marked": list(placed)})
    return [Taken(piece.id, piece.number, piece.rank or 0, placed.get(piece.id)) for _wish, piece in served]


def _take_postgres(
    connection: Connection, wishes: Sequence[Wish], new: dict[str, Any], where: dict[str, Any]
) -> list[Taken]:
    listed = {f"{name}s": values for name, values in zip(Wish._fields, zip(*wishes, strict=True), strict=True)}
    told = {f"new_{name}": value for name, value in new.items()}  # with its own name, a column would be set to it
    return [Taken._make(row) for row in connection.execute(_in_one_statement(), {**told, **listed, **where}).all()]


@cache
def _in_one_statement() -> Any:  # a Select; its row type is longer than what it would tell
    columns = Hold.__table__.c
    kinds = (BigInteger, Text, Integer, Text, Text)
    arrays: list[Any] = [
        bindparam(f"{name}s", type_=Many(kind)) for name, kind in zip(Wish._fields, kinds, strict=True)
    ]
    each = func.unnest(*arrays).table_valued(*Wish._fields, with_ordinality="turn").render_derived()
    wish = select(each).cte("wish")
    selling = _SELLING.cte(
        "selling"
    )  # read first, so a drop that is being paused is waited for before a piece is locked
    is_selling = exists(select(selling.c.edition_id))
    searches = union_all(  # goes on if the first falls short
        select(_LOCK.where(is_selling).subquery()), select(_LOCK_BEFORE.where(is_selling).subquery())
    )
    locked = searches.limit(_COUNT).cte("locked")
    in_order = (locked.c.rank < _FROM_RANK, locked.c.rank)
    free = select(locked, func.row_number().over(order_by=in_order).label("turn")).cte("free")
    newcomers = (
        select(wish.c.guest_hash, bindparam("new_placed_at", type_=columns.placed_at.type))
        .join(free, free.c.turn == wish.c.turn)
        .where(wish.c.buyer_id.is_(None))
        .distinct()
        .order_by(wish.c.guest_hash)  # one order for all: no deadlock
    )
    made = (
        postgresql.insert(Buyer)
        .from_select(["guest_hash", "created_at"], newcomers, include_defaults=False)
        .on_conflict_do_nothing()  # one that another process makes at this moment is left alone
        .returning(Buyer.id, Buyer.guest_hash)
        .cte("made")
    )
    buyer_id = func.coalesce(wish.c.buyer_id, made.c.id)
    row = {"piece_id": free.c.id, "buyer_id": buyer_id, "placed_by": buyer_id}
    row |= {name: wish.c[name] for name in ("slot", "idempotency_key", "place")}
    row |= dict(selling.c.items())
    row |= {name: bindparam(f"new_{name}", type_=columns[name].type) for name in ("placed_at", "held_until", *_NEW)}
    rows = (
        select(*row.values())
        .join_from(wish, free, free.c.turn == wish.c.turn)
        .join(selling, true())
        .outerjoin(made, made.c.guest_hash == wish.c.guest_hash)
        .where(buyer_id.is_not(None))
        .order_by(buyer_id, wish.c.slot)  # one order for all: no deadlock
    )
    placed = (
        postgresql.insert(Hold)
        .from_select(list(row), rows, include_defaults=False)
        .on_conflict_do_nothing()
        .returning(Hold.id, Hold.piece_id)
        .cte("placed")
    )
    marked = update(Piece).where(Piece.id == placed.c.piece_id).values(state=PieceState.HELD)
    return (
        select(free.c.id, free.c.number, free.c.rank, placed.c.id)
        .outerjoin_from(free, placed, placed.c.piece_id == free.c.id)
        .order_by(free.c.turn)
        .add_cte(marked.cte("marked"))
    )


_NEW = {"state": HoldState.ACTIVE, "in_attempt": False, "release_asked": False, "extensions": 0}
# FOR SHARE: a pause or a close takes effect for the next hold, and waits for the ones under way.
_SELLING = (
    select(Edition.drop_id, Edition.id.label("edition_id"), Edition.price_minor, Edition.currency)
    .join(Drop, Drop.id == Edition.drop_id)
    .where(*ON_SALE)
    .with_for_update(read=True, of=Drop)
)
_FROM_RANK = bindparam("from_rank", type_=Integer)
_COUNT = bindparam("count", type_=Integer)
_IN_ORDER = FREE.order_by(Piece.rank).limit(_COUNT).with_for_update(key_share=True, skip_locked=True)
_LOCK = _IN_ORDER.where(Piece.rank >= _FROM_RANK)
_LOCK_BEFORE = _IN_ORDER.where(Piece.rank < _FROM_RANK)
_MAKE_GUESTS = sqlite.insert(Buyer).on_conflict_do_nothing().returning(Buyer.id, Buyer.guest_hash)
_PLACE = sqlite.insert(Hold).on_conflict_do_nothing().returning(Hold.id, Hold.piece_id)
_MARK = update(Piece).where(among(Piece.id, "marked")).values(state=PieceState.HELD)
