"""Artists: a maker's public page, be it a person, a museum or a gallery, and how they ship."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, event, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, relationship

from storefront.catalog.folding import folded, joined
from storefront.db import Base, HasId, choice
from storefront.media.pictures import Picture


class ArtistKind(StrEnum):
    PERSON = "person"
    MUSEUM = "museum"
    GALLERY = "gallery"


@dataclass(frozen=True)
class ShippingZone:
    """Countries posted to for the same price; `countries` ("PT", "ES") may be the single "*": everywhere else."""

    name: str
    countries: tuple[str, ...]
    first_minor: int
    further_minor: int


class Artist(HasId, Base):
    __tablename__ = "artist"
    __table_args__ = (CheckConstraint("currency IS NULL OR length(currency) = 3", name="currency"),)

    slug: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[ArtistKind] = mapped_column(choice(ArtistKind, "kind"))
    name: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text, default="")
    birth_year: Mapped[int | None]
    statement: Mapped[str] = mapped_column(Text, default="")  # Markdown
    website: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str | None] = mapped_column(String(3))  # fixed at the first announcement
    shipping_zones: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    excluded_countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    tax_rates: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # country: hundredths of a percent, contained
    ships_within_days: Mapped[int] = mapped_column(default=10)
    is_demo: Mapped[bool] = mapped_column(default=False)
    portrait_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))
    portrait_alt: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    practice: Mapped[str] = mapped_column(Text, default="", server_default="")  # Markdown: how the work is made
    places: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # name, where, website
    search_name: Mapped[str] = mapped_column(Text, default="", server_default="")  # written below
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")

    portrait: Mapped[Picture | None] = relationship()

    @property
    def zones(self) -> list[ShippingZone]:
        return [
            ShippingZone(z["name"], tuple(z["countries"]), z["first_minor"], z["further_minor"])
            for z in self.shipping_zones
        ]


@event.listens_for(Artist, "before_insert")
@event.listens_for(Artist, "before_update")
def _fold(_mapper: Mapper[Artist], _connection: object, artist: Artist) -> None:
    """Beside the model: whichever process writes an artist, search finds them."""
    artist.search_name = folded(artist.name)
    artist.search_text = joined(artist.name, artist.city, artist.statement, artist.practice)


def find_artist(session: Session, slug: str) -> Artist | None:
    return session.scalars(select(Artist).where(Artist.slug == slug)).one_or_none()
