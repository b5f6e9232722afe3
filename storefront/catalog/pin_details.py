"""Pin details: what the work is, how it is made and what it means."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist
from storefront.catalog.freezing import is_announced
from storefront.catalog.pins import (
    Backing,
    MakingStep,
    Meaning,
    Metal,
    Pin,
    StepKind,
    Technique,
    Texture,
    default_steps,
)
from storefront.catalog.slugs import give_slug
from storefront.db import locked

# What was promised with the announcement. Words and pictures are not here: they may always be made better.
PROMISED = (
    "year", "technique", "shape", "width_tenths", "height_tenths", "thickness_tenths", "metal", "texture", "colours",
    "backing", "posts",
)  # fmt: skip


class PinFrozen(Exception):
    """An edition of this pin is announced: it will be made as it was promised."""


@dataclass(frozen=True)
class PinDetails:
    """Lengths are tenths of a millimetre; a colour is {"name", "hex"}; the story is Markdown."""

    title: str
    year: int
    technique: Technique
    width_tenths: int
    height_tenths: int
    thickness_tenths: int
    metal: Metal
    meaning: Meaning
    texture: Texture = Texture.POLISHED
    backing: Backing = Backing.RUBBER
    posts: int = 2
    shape: str = ""
    colours: tuple[Mapping[str, str], ...] = ()
    story: str = ""
    quote: str = ""
    meaning_note: str = ""


def create_pin(session: Session, artist: Artist, details: PinDetails, *, at: datetime) -> Pin:
    """A new pin with its six making steps, still empty."""
    pin = Pin(**_columns(details), artist_id=artist.id, created_at=at)
    pin.steps = [MakingStep(**step) for step in default_steps()]
    give_slug(session, pin, details.title, fallback="pin", among=[Pin.artist_id == artist.id])
    return pin


def edit_pin(session: Session, pin: Pin, details: PinDetails, *, at: datetime) -> None:
    """Raises PinFrozen when something promised would change after an announcement."""
    locked(session, Pin, [pin.id])
    announced = is_announced(session, pin)
    wanted = _columns(details)
    if announced and any(wanted[name] != getattr(pin, name) for name in PROMISED):
        raise PinFrozen(pin.title)
    renamed = details.title != pin.title
    pin.changed_at = at
    for name, value in wanted.items():
        setattr(pin, name, value)
    session.flush()
    if renamed and not announced:
        give_slug(session, pin, details.title, fallback="pin", among=[Pin.artist_id == pin.artist_id])


def write_steps(session: Session, pin: Pin, texts: Mapping[StepKind, str], *, at: datetime) -> None:
    """The words of the making steps; a kind that is not named keeps its own."""
    for step in pin.steps:
        step.text = texts.get(step.kind, step.text)
    pin.changed_at = at
    session.flush()


def _columns(details: PinDetails) -> dict[str, object]:
    return {**asdict(details), "colours": [dict(colour) for colour in details.colours]}
