"""Representation: a museum or a gallery shows an artist, and both have said so."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.artists import Artist, ArtistKind
from storefront.db import Base, HasId, violated

MOST_ASKED = 50  # by one artist and not yet answered


class NotAHouse(Exception):
    """One of the two must be a museum or a gallery."""


class AlreadyAsked(Exception):
    """The two are joined, or one of them has asked."""


class TooManyAsked(Exception):
    """Enough questions stand open."""


class Representation(HasId, Base):
    """Public once it is agreed to; until then a question only the two see."""

    __tablename__ = "representation"
    __table_args__ = (
        UniqueConstraint("house_id", "artist_id"),
        CheckConstraint("house_id <> artist_id", name="two"),
        CheckConstraint("asked_by_id IN (house_id, artist_id)", name="asker"),
    )

    house_id: Mapped[int] = mapped_column(ForeignKey("artist.id"))
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("artist.id"))
    asked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]

    house: Mapped[Artist] = relationship(foreign_keys=house_id)
    artist: Mapped[Artist] = relationship(foreign_keys=artist_id)

    def other(self, one: Artist) -> Artist:
        return self.artist if self.house_id == one.id else self.house


def ask(session: Session, by: Artist, other: Artist, *, at: datetime) -> Representation:
    """One asks the other. Raises NotAHouse, AlreadyAsked, TooManyAsked."""
    house, artist = (by, other) if by.kind is not ArtistKind.PERSON else (other, by)
    if house.kind is ArtistKind.PERSON or house.id == artist.id:
        raise NotAHouse
    if len([one for one in list_of(session, by) if one.agreed_at is None and one.asked_by_id == by.id]) >= MOST_ASKED:
        raise TooManyAsked
    between = {house.id, artist.id}
    if any({one.house_id, one.artist_id} == between for one in list_of(session, by)):
        raise AlreadyAsked  # two houses may have asked in either direction
    asked = Representation(house_id=house.id, artist_id=artist.id, asked_by_id=by.id, asked_at=at)
    try:
        with session.begin_nested():
            session.add(asked)
    except IntegrityError as error:
        if violated(error, "uq_representation_house_id_artist_id") is None:
            raise
        raise AlreadyAsked from error
    return asked


def agree(session: Session, representation: Representation, by: Artist, *, at: datetime) -> None:
    """Only who was asked can agree; again changes nothing."""
    if representation.asked_by_id != by.id and representation.agreed_at is None:
        representation.agreed_at = at
        session.flush()


def part(session: Session, representation: Representation) -> None:
    """Either side may say no, take the question back, or end it."""
    session.delete(representation)
    session.flush()


def list_of(session: Session, one: Artist) -> list[Representation]:
    """All that the artist or house has asked, been asked and agreed to."""
    query = (
        select(Representation)
        .where(or_(Representation.house_id == one.id, Representation.artist_id == one.id))
        .order_by(Representation.asked_at, Representation.id)
    )
    return list(session.scalars(query))
