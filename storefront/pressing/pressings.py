"""Pressings: the order for a full set of a pin's pictures, and how far it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.artworks import DrawingMissing, find_artwork, plan_now
from storefront.catalog.pins import Pin
from storefront.catalog.press_plans import PressPlan, read_plan
from storefront.db import Base, HasId, locked, move
from storefront.pressing.asking import digest_of
from storefront.progress import ACTIVE, JobProgress, ProgressState

KIND = "pressing"
MOST_TRIES = 3
QUIET = timedelta(minutes=2)  # no picture takes half as long: whoever says nothing for so long is dead


class View(StrEnum):
    """The pictures of a full set, in the order in which they are drawn."""

    FRONT = "front"
    BACK = "back"
    MOLD = "mold"
    STRIKE = "strike"
    POLISH = "polish"
    PLATE = "plate"
    COLOUR = "colour"
    BAKE = "bake"
    LIGHT = "light"


HANGING = "hanging"
TOTAL = len(View) + 1


@dataclass(frozen=True)
class PressWords:
    """Words for who can't see the pictures, by view, the two that are engraved, and the names of all colours."""

    title: str
    maker: str
    alts: Mapping[str, str]
    colours: Sequence[str]


class Pressing(HasId, Base):
    """`pictures` are picture ids by view; `light` the storage keys of what a browser turns in the light."""

    __tablename__ = "pressing"

    pin_id: Mapped[int] = mapped_column(ForeignKey("pin.id"), index=True)
    progress_id: Mapped[int] = mapped_column(ForeignKey("job_progress.id"), unique=True)
    digest: Mapped[str] = mapped_column(Text)
    regions: Mapped[str] = mapped_column(Text)
    plan_json: Mapped[dict[str, Any]] = mapped_column("plan", JSON)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    pictures: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    light: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    blank: Mapped[str | None] = mapped_column(Text)  # as in PinPicture
    created_at: Mapped[datetime]

    progress: Mapped[JobProgress] = relationship(lazy="joined")

    @property
    def plan(self) -> PressPlan:
        return read_plan(self.plan_json)

    @property
    def is_active(self) -> bool:
        return self.progress.state in ACTIVE


def find_pressing(session: Session, pin_id: int) -> Pressing | None:
    """The pin's last."""
    query = select(Pressing).where(Pressing.pin_id == pin_id).order_by(Pressing.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def place_pressing(session: Session, pin: Pin, words: PressWords, size: int, *, at: datetime) -> Pressing:
    """The order for what is planned now. One that is under way for the same is the same; another one is called off.

    What was pressed like this before is taken over, so that nothing is drawn twice. Raises DrawingMissing.
    """
    locked(session, Pin, [pin.id])
    artwork = find_artwork(session, pin.id)
    if artwork is None:
        raise DrawingMissing(pin.title)
    plan = plan_now(session, pin, artwork)
    digest = digest_of(plan, artwork.regions, words.title, words.maker, size)
    last = find_pressing(session, pin.id)
    told = {"title": words.title, "maker": words.maker, "alts": dict(words.alts)}
    if last is not None and last.is_active:
        if last.digest == digest:
            return last
        cancel_pressing(session, last, at=at)
    before = session.scalars(
        select(Pressing).where(Pressing.pin_id == pin.id, Pressing.digest == digest).order_by(Pressing.id.desc())
    ).first()
    pressing = Pressing(
        pin_id=pin.id,
        digest=digest,
        regions=artwork.regions,
        plan_json=_named(plan, words.colours).as_json(),
        words=told,
        pictures=dict(before.pictures) if before else {},
        light=dict(before.light) if before else {},
        blank=before.blank if before else None,
        created_at=at,
        progress=JobProgress(
            kind=KIND, state=ProgressState.WAITING, done=0, total=TOTAL, label="", tries=0, created_at=at, updated_at=at
        ),
    )
    session.add(pressing)
    session.flush()
    return pressing


def cancel_pressing(session: Session, pressing: Pressing, *, at: datetime) -> bool:
    """False when it is over already. Whoever works on it stops before its next picture."""
    return _move(session, pressing, ProgressState.CANCELLED, ACTIVE, updated_at=at)


def begin(session: Session, pressing_id: int, *, at: datetime) -> Pressing | None:
    """The order, if nobody works on it and nobody called it off."""
    pressing = session.get(Pressing, pressing_id)
    if pressing is None:
        return None
    told = {"tries": JobProgress.tries + 1, "done": len(pressing.pictures), "updated_at": at}
    if not _move(session, pressing, ProgressState.RUNNING, [ProgressState.WAITING], **told):
        return None
    session.refresh(pressing.progress)
    return pressing


def tell(session: Session, pressing: Pressing, label: str, done: int, *, at: datetime) -> bool:
    """A sign of life. False when the order was called off, or given to somebody else meanwhile."""
    ours = (
        JobProgress.id == pressing.progress_id,
        JobProgress.state == ProgressState.RUNNING,
        JobProgress.tries == pressing.progress.tries,
    )
    query = update(JobProgress).where(*ours).values(label=label, done=done, updated_at=at).returning(JobProgress.id)
    return session.scalars(query, execution_options={"synchronize_session": False}).first() is not None


def note(session: Session, pressing: Pressing) -> None:
    """Write down what is pressed so far, so that whoever takes the order up again goes on from there."""
    made = {"pictures": pressing.pictures, "light": pressing.light, "blank": pressing.blank}
    session.execute(update(Pressing).where(Pressing.id == pressing.id).values(**made))


def end(session: Session, pressing: Pressing, state: ProgressState, *, at: datetime, done: int) -> bool:
    """Done or failed; False as in `tell`."""
    mine = JobProgress.tries == pressing.progress.tries
    return _move(session, pressing, state, [ProgressState.RUNNING], mine, done=done, updated_at=at)


def take_up(session: Session, *, at: datetime) -> list[int]:
    """Orders of whoever died over them, to be worked on again; after the third time they have failed."""
    dead = [JobProgress.kind == KIND, JobProgress.updated_at < at - QUIET]
    given_up = [*dead, JobProgress.tries >= MOST_TRIES]
    move(session, JobProgress, ProgressState.FAILED, expect=[ProgressState.RUNNING], where=given_up, updated_at=at)
    again = move(session, JobProgress, ProgressState.WAITING, expect=[ProgressState.RUNNING], where=dead, updated_at=at)
    # What waits so long was lost on the way to the worker, or the worker is far behind: to be told of it twice does no harm.
    waiting = update(JobProgress).where(*dead, JobProgress.state == ProgressState.WAITING).values(updated_at=at)
    lost = session.scalars(waiting.returning(JobProgress.id), execution_options={"synchronize_session": False})
    ids = [*again, *lost]
    return list(session.scalars(select(Pressing.id).where(Pressing.progress_id.in_(ids)))) if ids else []


def _move(
    session: Session,
    pressing: Pressing,
    to: ProgressState,
    expect: Collection[ProgressState],
    *where: ColumnElement[bool],
    **values: object,
) -> bool:
    mine = (JobProgress.id == pressing.progress_id, *where)
    return bool(move(session, JobProgress, to, expect=expect, where=mine, **values))


def _named(plan: PressPlan, names: Sequence[str]) -> PressPlan:
    named = (replace(colour, name=name) for colour, name in zip(plan.colours, names, strict=True))
    return replace(plan, colours=tuple(named))
