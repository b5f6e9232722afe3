"""Artworks: a pin's own drawing, the colours found in it, and the plan of what it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.catalog.freezing import is_announced
from storefront.catalog.pins import Pin
from storefront.catalog.press_plans import BARE_METAL, ColourPlan, PressPlan, read_plan
from storefront.db import Base, HasId, locked

WHOLE = 1000


class DrawingMissing(Exception):
    """The pin has no drawing to press."""


class AnotherDrawing(Exception):
    """What was chosen was chosen for another drawing than the pin has by now."""


@dataclass(frozen=True)
class NewDrawing:
    """`drawing` and `regions` are keys in the storage nothing serves; `width` and `height` are the finished piece's, in
    thousandths of its longest side; `lines` is the region that draws the artist's metal lines, if one does.
    """

    drawing: str
    regions: str
    colours: tuple[str, ...]
    lines: int | None
    width: int
    height: int


class PinArtwork(HasId, Base):
    __tablename__ = "pin_artwork"
    __table_args__ = (CheckConstraint("width BETWEEN 1 AND 1000 AND height BETWEEN 1 AND 1000", name="size"),)

    pin_id: Mapped[int] = mapped_column(ForeignKey("pin.id"), unique=True)
    drawing: Mapped[str] = mapped_column(Text)
    regions: Mapped[str] = mapped_column(Text)
    found: Mapped[list[str]] = mapped_column(JSON)  # the colours as they were drawn, ["#a8d8c0", …]
    width: Mapped[int]
    height: Mapped[int]
    plan_json: Mapped[dict[str, Any]] = mapped_column("plan", JSON)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    @property
    def plan(self) -> PressPlan:
        return read_plan(self.plan_json)

    @property
    def shape(self) -> tuple[int, int]:
        """Width and height of the whole drawing as a piece, in thousandths of the longest."""
        return self.width, self.height


def find_artwork(session: Session, pin_id: int) -> PinArtwork | None:
    return session.scalars(select(PinArtwork).where(PinArtwork.pin_id == pin_id)).one_or_none()


def lay_drawing(session: Session, pin: Pin, new: NewDrawing, *, at: datetime) -> PinArtwork:
    """The pin's drawing from now on, planned as the pin is described; one that lay there before goes."""
    locked(session, Pin, [pin.id])
    plan = PressPlan(
        technique=pin.technique,
        metal=pin.metal,
        texture=pin.texture,
        size_tenths=max(pin.width_tenths, pin.height_tenths),
        colours=_colours(new.colours, new.lines, pin.colours),
    )
    artwork = find_artwork(session, pin.id)
    if artwork is None:
        artwork = PinArtwork(pin_id=pin.id, created_at=at)
        session.add(artwork)
    artwork.drawing, artwork.regions, artwork.found = new.drawing, new.regions, list(new.colours)
    artwork.width, artwork.height = new.width, new.height
    artwork.plan_json, artwork.changed_at = plan.as_json(), at
    session.flush()
    return artwork


def plan_now(session: Session, pin: Pin, artwork: PinArtwork) -> PressPlan:
    """The plan, as far as an announcement has not settled it."""
    return promised(pin, artwork.plan) if is_announced(session, pin) else artwork.plan


def write_plan(session: Session, pin: Pin, plan: PressPlan, *, regions: str, at: datetime) -> PinArtwork:
    """Keep what was chosen for the drawing with these regions. What was promised with an announcement stays as it is.

    Raises AnotherDrawing.
    """
    locked(session, Pin, [pin.id])
    artwork = find_artwork(session, pin.id)
    if artwork is None or artwork.regions != regions or len(artwork.found) != len(plan.colours):
        raise AnotherDrawing(pin.title)
    kept = promised(pin, plan) if is_announced(session, pin) else plan
    artwork.plan_json, artwork.changed_at = kept.as_json(), at
    session.flush()
    return artwork


def promised(pin: Pin, plan: PressPlan) -> PressPlan:
    """The plan as an announced pin allows it."""
    size = max(pin.width_tenths, pin.height_tenths)
    return replace(plan, technique=pin.technique, metal=pin.metal, texture=pin.texture, size_tenths=size)


def sides(shape: tuple[int, int], size_tenths: int) -> tuple[int, int]:
    """Width and height of a piece of this shape in tenths of a millimetre when its longest side is so long."""
    width, height = (max(1, round(size_tenths * side / WHOLE)) for side in shape)
    return width, height


def describe_as_planned(session: Session, pin: Pin, plan: PressPlan, shape: tuple[int, int]) -> bool:
    """The pin is what was pressed; once it is announced it stays what was promised, and this says False."""
    locked(session, Pin, [pin.id])
    if is_announced(session, pin):
        return False
    pin.technique, pin.metal, pin.texture = plan.technique, plan.metal, plan.texture
    pin.width_tenths, pin.height_tenths = sides(shape, plan.size_tenths)
    pin.colours = [{"name": colour.name, "hex": colour.hex} for colour in plan.enamels()]
    session.flush()
    return True


def _colours(found: Sequence[str], lines: int | None, named: Sequence[dict[str, str]]) -> tuple[ColourPlan, ...]:
    """Every colour as it was drawn, under the name the pin already has for it."""
    names = {colour["hex"]: colour["name"] for colour in named}
    if len(found) == 1:
        lines = None  # a pin all of lines would have no enamel; the artist may still say so
    return tuple(
        ColourPlan(value, names.get(value, ""), joins=BARE_METAL if region == lines else None)
        for region, value in enumerate(found, start=1)
    )
