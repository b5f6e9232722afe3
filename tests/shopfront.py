"""A shop window to test with: drops that hang in it, with pictures, held and sold numbers."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from factories import NOON, a_buyer, a_drop, a_key, a_pin, an_artist, an_edition
from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, PinPicture
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import PlacedHold, place_hold
from storefront.ledger.chain import EntryKind, record
from storefront.media.pictures import Picture


@dataclass(frozen=True)
class Hanging:
    """A drop in the window: rows to read from, no session behind them."""

    artist: Artist
    drop: Drop
    editions: tuple[Edition, ...]

    @property
    def url(self):
        return f"/d/{self.drop.slug}"

    @property
    def edition(self):
        return self.editions[0]


def hang(session, *editions, artist=None, pin=None, pictured=True, minted=True, **drop):
    """A drop of one artist, open since NOON; each further dict makes an edition."""
    maker = artist or an_artist(session, name="Ines Varela", city="Porto")
    hung = a_drop(session, maker, **{"title": "Luna", **drop})
    made = []
    for position, values in enumerate(editions or ({},), start=1):
        work = a_pin(session, maker, **{"title": "Luna", **(pin or {})})
        if pictured:
            for role in (PictureRole.FRONT, PictureRole.BACK):
                give_picture(session, work, role)
        made.append(an_edition(session, hung, minted=minted, **{"pin_id": work.id, "position": position, **values}))
    session.flush()
    return Hanging(maker, hung, tuple(made))


def give_picture(session, pin, role):
    picture = a_picture(session, name=f"{pin.slug}{role.value}")
    pin.pictures.append(PinPicture(picture_id=picture.id, role=role, position=1, alt=f"{pin.title}, {role.value}"))
    session.flush()


def a_picture(session, name="picture", *, transparent=True):
    variants = [
        {"key": f"{name}-{width}.{kind}", "format": kind, "width": width, "height": width}
        for kind in ("avif", "webp", "png")
        for width in (360, 640)
    ]
    variants.append({"key": f"{name}-thumb.webp", "format": "webp", "width": 120, "height": 120})
    picture = Picture(
        original="o", digest=name, width=640, height=640, transparent=transparent, variants=variants, created_at=NOON
    )
    session.add(picture)
    session.flush()
    return picture


def hold(session, edition, *, at=NOON, number=None) -> PlacedHold:
    return place_hold(session, edition, a_buyer(session).id, key=a_key(), at=at, number=number)


def sell(session, edition, count=1, *, at=NOON + timedelta(minutes=4, seconds=12)):
    """Sell that many numbers, written into the ledger."""
    for _ in range(count):
        placed = hold(session, edition, at=at)
        session.execute(update(Hold).where(Hold.id == placed.hold_id).values(state=HoldState.SOLD))
        session.execute(update(Piece).where(Piece.id == placed.piece_id).values(state=PieceState.SOLD))
        record(session, edition.ref, EntryKind.SOLD, {"number": placed.number}, at=at)


def numbers_in_hand(session, edition):
    """Which numbers are held or sold: what a sealed page must not tell."""
    taken = (PieceState.HELD, PieceState.SOLD)
    query = select(Piece.number).where(Piece.edition_id == edition.id, Piece.state.in_(taken))
    return list(session.scalars(query))
