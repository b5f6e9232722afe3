"""What the database says after a run: whether anything was sold twice, lost, or refused while it was free."""

from dataclasses import dataclass

from sqlalchemy import func, select, text

from storefront.catalog.drops import Drop
from storefront.db import Database
from storefront.inventory.holds import Hold

_LIVE = "hold.state IN ('active', 'releasing', 'sold')"
_OVERSOLD = f"""
SELECT coalesce(sum(live - pieces), 0) FROM (
  SELECT edition.id, (SELECT count(*) FROM hold WHERE hold.edition_id = edition.id AND {_LIVE}) AS live,
    (SELECT count(*) FROM piece WHERE piece.edition_id = edition.id AND piece.kind = 'numbered') AS pieces
  FROM edition) AS told WHERE live > pieces"""
_DUPLICATES = f"""
SELECT count(*) FROM (
  SELECT piece.edition_id, piece.number FROM hold JOIN piece ON piece.id = hold.piece_id WHERE {_LIVE}
  GROUP BY piece.edition_id, piece.number HAVING count(*) > 1) AS twice"""
_RUSHED = "edition.drop_id IN (SELECT id FROM \"drop\" WHERE slug LIKE 'bench-%')"
_HOLDS = f"SELECT {{what}} FROM hold JOIN edition ON edition.id = hold.edition_id WHERE {_RUSHED}"
_FREE = f"""
SELECT count(*) FROM piece JOIN edition ON edition.id = piece.edition_id
WHERE piece.state = 'available' AND piece.kind = 'numbered' AND {_RUSHED}"""


@dataclass(frozen=True)
class Truth:
    oversold: int
    duplicate_numbers: int
    false_sold_out: int
    lost: int  # answered "yours", and not in the database


def look(url, ran):
    """The run's truth. Nobody gives a number back in it, so a piece that was free once was free at every moment before.

    A refusal is false when pieces are left at the end, or when a hold was decided (`placed_at`, this machine's clock)
    after the refusal had reached its buyer. One decided before a hold but received after it is not recognised.
    """
    database = Database(url, pool_size=1)
    with database.reading() as session:
        free = session.execute(text(_FREE)).scalar_one()
        found = Truth(
            oversold=int(session.execute(text(_OVERSOLD)).scalar_one()),
            duplicate_numbers=session.execute(text(_DUPLICATES)).scalar_one(),
            false_sold_out=ran.refused if free else _refused_too_early(session, ran),
            lost=max(0, ran.placed - session.execute(text(_HOLDS.format(what="count(*)"))).scalar_one()),
        )
    database.dispose()
    return found


def held_in_each_second(url):
    """How many holds were placed in the first, the second … second of the run. PostgreSQL only."""
    second = f"floor(extract(epoch FROM placed_at - ({_HOLDS.format(what='min(placed_at)')})))"
    database = Database(url, pool_size=1)
    with database.reading() as session:
        query = f"{_HOLDS.format(what=f'{second} AS second, count(*)')} GROUP BY second ORDER BY second"
        found = [count for _second, count in session.execute(text(query))]
    database.dispose()
    return found


def _refused_too_early(session, ran):
    last = session.scalars(select(func.max(Hold.placed_at)).join(Drop).where(Drop.slug.like("bench-%"))).one()
    return sum(at < last.timestamp() for at in ran.refusals)
