"""Pins: the work itself, how it is made and what it means."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from storefront.catalog.artists import Artist
from storefront.catalog.folding import folded, joined
from storefront.db import Base, HasId, choice
from storefront.media.pictures import Picture
from storefront.pinart import choices

Technique = choices.Enamel
Texture = choices.Texture
StepKind = choices.Step


class Metal(StrEnum):
    GOLD = "gold"
    SILVER = "silver"
    BLACK_NICKEL = "black_nickel"
    ANTIQUE_BRASS = "antique_brass"
    COPPER = "copper"
    ROSE_GOLD = "rose_gold"


class Backing(StrEnum):
    RUBBER = "rubber"
    BUTTERFLY = "butterfly"
    LOCKING = "locking"
    MAGNET = "magnet"


class Meaning(StrEnum):
    PLACE = "place"
    FANDOM = "fandom"
    CAUSE = "cause"
    ARTWORK = "artwork"
    MEMORY = "memory"


class PictureRole(StrEnum):
    FRONT = "front"
    BACK = "back"
    PHOTO = "photo"


# Storage keys of what a browser turns in the light ("albedo", "surface"), and the "metal" and "enamel" they show.
Light = dict[str, str]


class Pin(HasId, Base):
    __tablename__ = "pin"
    __table_args__ = (
        UniqueConstraint("artist_id", "slug"),
        CheckConstraint("width_tenths > 0 AND height_tenths > 0 AND thickness_tenths > 0", name="size"),
        CheckConstraint("posts BETWEEN 0 AND 4", name="posts"),
    )

    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"), index=True)
    slug: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int]
    story: Mapped[str] = mapped_column(Text, default="")  # Markdown
    quote: Mapped[str] = mapped_column(Text, default="")
    technique: Mapped[Technique] = mapped_column(choice(Technique, "technique"))
    shape: Mapped[str] = mapped_column(Text, default="")
    width_tenths: Mapped[int]  # tenths of a millimetre, as are the next two
    height_tenths: Mapped[int]
    thickness_tenths: Mapped[int]
    metal: Mapped[Metal] = mapped_column(choice(Metal, "metal"))
    texture: Mapped[Texture] = mapped_column(choice(Texture, "texture"), default=Texture.POLISHED)
    colours: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list
    )  # [{"name": "Moth green", "hex": "#a8d8c0"}]
    backing: Mapped[Backing] = mapped_column(choice(Backing, "backing"), default=Backing.RUBBER)
    posts: Mapped[int] = mapped_column(default=2)
    meaning: Mapped[Meaning] = mapped_column(choice(Meaning, "meaning"))
    meaning_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # its words; a picture has its own date
    search_title: Mapped[str] = mapped_column(Text, default="", server_default="")  # written below
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")

    artist: Mapped[Artist] = relationship()
    pictures: Mapped[list["PinPicture"]] = relationship(order_by="PinPicture.position", cascade="all, delete-orphan")
    steps: Mapped[list["MakingStep"]] = relationship(order_by="MakingStep.position", cascade="all, delete-orphan")

    def picture(self, role: PictureRole) -> "PinPicture | None":
        return next((p for p in self.pictures if p.role is role), None)

    @property
    def face(self) -> "PinPicture | None":
        """What stands for the pin where there is room for one picture: a photograph comes before the plan."""
        return self.picture(PictureRole.PHOTO) or self.picture(PictureRole.FRONT)


@event.listens_for(Pin, "before_insert")
@event.listens_for(Pin, "before_update")
def _fold(_mapper: Mapper[Pin], _connection: object, pin: Pin) -> None:
    """Beside the model: whichever process writes a pin, search finds it."""
    colours = [colour["name"] for colour in pin.colours or ()]
    pin.search_title = folded(pin.title)
    pin.search_text = joined(pin.title, pin.story, pin.quote, pin.meaning_note, pin.shape, *colours)


class PinPicture(HasId, Base):
    __tablename__ = "pin_picture"
    __table_args__ = (CheckConstraint("length(alt) > 0", name="alt"),)

    pin_id: Mapped[int] = mapped_column(ForeignKey("pin.id"), index=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"))
    role: Mapped[PictureRole] = mapped_column(choice(PictureRole, "role"))
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(Text)
    light: Mapped[Light | None] = mapped_column(JSON(none_as_null=True))
    blank: Mapped[str | None] = mapped_column(Text)  # the back that takes numbers, by its key with the originals

    picture: Mapped[Picture] = relationship(lazy="joined")


class MakingStep(HasId, Base):
    __tablename__ = "making_step"
    __table_args__ = (UniqueConstraint("pin_id", "kind"), CheckConstraint("position BETWEEN 1 AND 6", name="position"))

    pin_id: Mapped[int] = mapped_column(ForeignKey("pin.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(choice(StepKind, "kind"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))
    alt: Mapped[str] = mapped_column(Text, default="")

    picture: Mapped[Picture | None] = relationship(lazy="joined")


def default_steps() -> list[dict[str, Any]]:
    """The six steps of a new pin, empty and in order."""
    return [{"kind": kind, "position": position} for position, kind in enumerate(StepKind, start=1)]
