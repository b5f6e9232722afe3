"""Numbered backs: the back of one piece with its own number engraved, drawn when its owner first looks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin, PinPicture
from storefront.db import Base, inserting
from storefront.inventory.pieces import Piece, PieceKind
from storefront.media.keeping import Shelf, keep
from storefront.media.pictures import Picture
from storefront.media.uploads import CheckedPicture
from storefront.pressing.press import Press


class NumberedBack(Base):
    """`blank` is the key of what the number was engraved into: a pin that is pressed anew has another."""

    __tablename__ = "numbered_back"

    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"), primary_key=True)
    blank: Mapped[str] = mapped_column(Text)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"))

    picture: Mapped[Picture] = relationship(lazy="joined")


@dataclass(frozen=True)
class Engraving:
    """What is cut into which blank."""

    blank: str
    label: str
    title: str
    maker: str


def find_numbered_back(session: Session, piece_id: int, blank: str | None) -> Picture | None:
    """The back of this piece as the pin is pressed now; None while nobody has engraved it."""
    back = session.get(NumberedBack, piece_id)
    return back.picture if back is not None and back.blank == blank else None


def engrave_back(shelf: Shelf, press: Press, piece_id: int, *, at: datetime) -> int | None:
    """Engrave the piece's back and return its picture's id; None when that was done before, or its pin has no blank.

    Nothing is locked and no connection held while the press works. Raises PressBusy, PressTookTooLong, PressBroke.
    """
    with shelf.database.reading() as session:
        engraving = _engraving(session, piece_id)
        if engraving is None or find_numbered_back(session, piece_id, engraving.blank) is not None:
            return None
    words = {"label": engraving.label, "title": engraving.title, "maker": engraving.maker}
    told, (content,) = press.ask("engrave", words, shelf.originals.get(engraving.blank))
    picture_id = keep(shelf, CheckedPicture(content, "png", told["width"], told["height"], True), at=at)
    row = {"blank": engraving.blank, "picture_id": picture_id}
    with shelf.database.transaction() as session:
        statement = inserting(session, NumberedBack).values(piece_id=piece_id, **row)
        session.execute(statement.on_conflict_do_update(index_elements=["piece_id"], set_=row))
    return picture_id


def _engraving(session: Session, piece_id: int) -> Engraving | None:
    query = (
        select(Piece.kind, Piece.number, Edition.size, Edition.proofs, PinPicture.blank, Pin.title, Artist.name)
        .join(Edition, Edition.id == Piece.edition_id)
        .join(Pin, Pin.id == Edition.pin_id)
        .join(Artist, Artist.id == Pin.artist_id)
        .join(PinPicture, PinPicture.pin_id == Pin.id)
        .where(Piece.id == piece_id, PinPicture.role == PictureRole.BACK, PinPicture.blank.is_not(None))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    label = f"{row.number}/{row.size}" if row.kind is PieceKind.NUMBERED else f"AP {row.number}/{row.proofs}"
    return Engraving(row.blank, label, row.title, row.name)
