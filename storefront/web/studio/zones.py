"""Which clock an artist most likely means."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop
from storefront.catalog.local_time import zone_names


def guess_zone(session: Session, artist: Artist) -> str:
    """That of the last drop, else the one named after the artist's town, else UTC."""
    last = session.scalars(select(Drop.zone).where(Drop.artist_id == artist.id).order_by(Drop.id.desc())).first()
    if last is not None:
        return last
    town = artist.city.strip().replace(" ", "_").casefold()
    return next((name for name in zone_names() if name.rpartition("/")[2].casefold() == town), "UTC")
