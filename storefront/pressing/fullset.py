"""The full set: every picture of a pin, pressed one after the other, kept, and hung when all are there."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.artworks import describe_as_planned, find_artwork, promised
from storefront.catalog.freezing import is_announced
from storefront.catalog.pin_pictures import hang_picture, illustrate_step, make_photograph
from storefront.catalog.pins import MakingStep, PictureRole, Pin, StepKind
from storefront.clock import Clock
from storefront.db import locked
from storefront.media.keeping import Shelf, keep
from storefront.media.pictures import Picture
from storefront.media.uploads import CheckedPicture
from storefront.media.variants import served_widths
from storefront.pressing.asking import told_plan
from storefront.pressing.press import Press, PressBroke, PressBusy, PressTookTooLong
from storefront.pressing.pressings import HANGING, TOTAL, Pressing, View, begin, end, note, tell
from storefront.pressing.wire import Message
from storefront.progress import ProgressState

log = logging.getLogger(__name__)
FULL_SIZE = 1200
LIGHT_SIZE = 720
_PATIENCE = 30  # times; the worker engraves backs meanwhile
_STEP_SHARE = 8 / 15  # a step's picture is shown at half the width of the pin's own


@dataclass(frozen=True)
class Workshop:
    """What pressing needs; `size` is the side of the front and the back."""

    shelf: Shelf
    press: Press
    clock: Clock
    size: int = FULL_SIZE

    def work_on(self, pressing_id: int) -> list[int]:
        """Press what is not pressed yet, hang all, and return the pictures that lack sizes; none when it was called off."""
        with self.shelf.database.transaction() as session:
            pressing = begin(session, pressing_id, at=self.clock.now())
        if pressing is None:
            return []
        try:
            for view in View:
                if not self._made(pressing, view):
                    return []
            return self._hang(pressing)
        except (PressBroke, PressBusy, PressTookTooLong):
            log.warning("pressing %s failed", pressing_id, exc_info=True)
            self._give_up(pressing)
        except Exception:
            self._give_up(pressing)
            raise
        return []

    def _made(self, pressing: Pressing, view: View) -> bool:
        """False when there is no need to go on."""
        if view in pressing.pictures or (view is View.LIGHT and pressing.light):
            return True
        with self.shelf.database.transaction() as session:
            if not tell(session, pressing, view, _done(pressing), at=self.clock.now()):
                return False
        if view is View.LIGHT:
            pressing.light = self._lit(pressing)
        else:
            pressing.pictures = {**pressing.pictures, view.value: self._drawn(pressing, view)}
        with self.shelf.database.transaction() as session:
            note(session, pressing)
        return True

    def _drawn(self, pressing: Pressing, view: View) -> int:
        size = self.size if view in (View.FRONT, View.BACK) else round(self.size * _STEP_SHARE)
        told, (content, *more) = self._asked("press", pressing, view, size=size)
        if view is View.BACK and more[0]:
            pressing.blank = self.shelf.originals.put(more[0], "npz")
        return keep(
            self.shelf, CheckedPicture(content, "png", told["width"], told["height"], True), at=self.clock.now()
        )

    def _lit(self, pressing: Pressing) -> dict[str, str]:
        _told, (albedo, surface) = self._asked("relight", pressing, View.LIGHT, size=min(LIGHT_SIZE, self.size))
        public = self.shelf.public
        return {
            "albedo": public.put(albedo, "webp"),
            "surface": public.put(surface, "webp"),
            "metal": pressing.plan.metal.value,
            "enamel": pressing.plan.technique.value,
        }

    def _asked(self, work: str, pressing: Pressing, view: str, *, size: int) -> tuple[Message, tuple[bytes, ...]]:
        words = {"title": pressing.words["title"], "maker": pressing.words["maker"], "plan": told_plan(pressing.plan)}
        order = {**words, "view": view, "size": size}
        regions = self.shelf.originals.get(pressing.regions)
        for _moment in range(_PATIENCE):
            with suppress(PressBusy):
                return self.press.ask(work, order, regions)
            time.sleep(1)
            with self.shelf.database.transaction() as session:  # who waits for a busy press is not dead
                tell(session, pressing, view, _done(pressing), at=self.clock.now())
        raise PressBusy(work)

    def _shape(self, pressing: Pressing) -> tuple[int, int] | None:
        """Of what is left of the drawing; None where all of it is."""
        if not pressing.plan.cuts_out:
            return None
        told, _blobs = self._asked("measure", pressing, HANGING, size=self.size)
        width, height = told["shape"]
        return width, height

    def _hang(self, pressing: Pressing) -> list[int]:
        shape = self._shape(pressing)
        with self.shelf.database.transaction() as session:
            (pin,) = locked(session, Pin, [pressing.pin_id])  # first, as whoever presses it anew
            if not tell(session, pressing, HANGING, TOTAL - 1, at=self.clock.now()):
                return []
            if is_announced(session, pin) and promised(pin, pressing.plan) != pressing.plan:
                # Announced meanwhile, as something else than this was pressed for.
                end(session, pressing, ProgressState.FAILED, at=self.clock.now(), done=TOTAL - 1)
                return []
            hang_set(session, pressing, shape)
            end(session, pressing, ProgressState.DONE, at=self.clock.now(), done=TOTAL)
            pictures = session.scalars(select(Picture).where(Picture.id.in_(pressing.pictures.values())))
            return [picture.id for picture in pictures if not _is_finished(picture)]

    def _give_up(self, pressing: Pressing) -> None:
        with self.shelf.database.transaction() as session:
            end(session, pressing, ProgressState.FAILED, at=self.clock.now(), done=_done(pressing))


def hang_set(session: Session, pressing: Pressing, shape: tuple[int, int] | None = None) -> None:
    """Front and back take their places, a photograph that hung there stays as one; steps with a photograph keep it.

    `shape` is the piece's where it is not the drawing's.
    """
    pin = session.get_one(Pin, pressing.pin_id)
    alts = pressing.words["alts"]
    for role, view in ((PictureRole.FRONT, View.FRONT), (PictureRole.BACK, View.BACK)):
        make_photograph(session, pin, role)
        only = {"light": pressing.light} if role is PictureRole.FRONT else {"blank": pressing.blank}
        hang_picture(session, pin, pressing.pictures[view], role, alts[view], **only)
    for step in pin.steps:
        if not _is_photographed(step):
            illustrate_step(session, step, pressing.pictures[_view_of(step.kind)], alts[_view_of(step.kind)])
    artwork = find_artwork(session, pin.id)
    if artwork is not None and artwork.regions == pressing.regions:  # else another drawing lies there by now
        describe_as_planned(session, pin, pressing.plan, shape or artwork.shape)


def _is_finished(picture: Picture) -> bool:
    return set(served_widths(picture.width)) <= {variant["width"] for variant in picture.variants}


def _is_photographed(step: MakingStep) -> bool:
    return step.picture is not None and not step.picture.transparent


def _view_of(kind: StepKind) -> View:
    return View(kind.value)


def _done(pressing: Pressing) -> int:
    return len(pressing.pictures) + bool(pressing.light)
