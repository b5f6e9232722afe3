"""Pin pictures: one front, one back, photographs, and one picture for each making step; none without words."""

from sqlalchemy.orm import Session

from storefront.catalog.freezing import is_announced
from storefront.catalog.pins import Light, MakingStep, PictureRole, Pin, PinPicture
from storefront.db import locked

MAX_PHOTOS = 12


class TooManyPhotos(Exception):
    """A pin has as many photographs as its page can show."""


class FrontNeeded(Exception):
    """An announced pin keeps a front picture: it can be replaced, not removed."""


class WordsMissing(Exception):
    """A picture without alternative text says nothing to who can't see it."""


def hang_picture(
    session: Session,
    pin: Pin,
    picture_id: int,
    role: PictureRole,
    alt: str,
    *,
    light: Light | None = None,
    blank: str | None = None,
) -> PinPicture:
    """Add a picture; a new front or back takes the old one's place. Raises WordsMissing, TooManyPhotos."""
    if not alt.strip():
        raise WordsMissing
    locked(session, Pin, [pin.id])
    standing = [p for p in pin.pictures if p.role is role]
    if role is PictureRole.PHOTO and len(standing) >= MAX_PHOTOS:
        raise TooManyPhotos(MAX_PHOTOS)
    if role is not PictureRole.PHOTO and standing:
        hung = standing[0]
        hung.picture_id, hung.alt, hung.light, hung.blank = picture_id, alt, light, blank
    else:
        last = max((p.position for p in pin.pictures), default=0)
        hung = PinPicture(picture_id=picture_id, role=role, alt=alt, position=last + 1, light=light, blank=blank)
        pin.pictures.append(hung)
    session.flush()
    session.refresh(hung, ["picture"])
    return hung


def make_photograph(session: Session, pin: Pin, role: PictureRole) -> None:
    """What hangs as front or back stays as a photograph, if it is one and there is room: a drawing is to take its place."""
    locked(session, Pin, [pin.id])
    standing = pin.picture(role)
    photos = [p for p in pin.pictures if p.role is PictureRole.PHOTO]
    if standing is not None and not standing.picture.transparent and len(photos) < MAX_PHOTOS:
        standing.role = PictureRole.PHOTO
        session.flush()


def describe_picture(session: Session, hung: PinPicture, alt: str) -> None:
    if not alt.strip():
        raise WordsMissing
    hung.alt = alt
    session.flush()


def move_picture(session: Session, pin: Pin, hung: PinPicture, by: int) -> None:
    """Earlier (-1) or later (+1) among the pictures; at the end it stays."""
    locked(session, Pin, [pin.id])
    order = list(pin.pictures)
    at = order.index(hung)
    order.insert(min(max(at + by, 0), len(order) - 1), order.pop(at))
    for position, picture in enumerate(order, start=1):
        picture.position = position
    session.flush()
    session.expire(pin, ["pictures"])


def remove_picture(session: Session, pin: Pin, hung: PinPicture) -> None:
    """Raises FrontNeeded."""
    locked(session, Pin, [pin.id])
    if hung.role is PictureRole.FRONT and is_announced(session, pin):
        raise FrontNeeded
    pin.pictures.remove(hung)
    session.flush()


def illustrate_step(session: Session, step: MakingStep, picture_id: int | None, alt: str) -> None:
    """Give a making step its picture, or take it away with None. Raises WordsMissing."""
    if picture_id is not None and not alt.strip():
        raise WordsMissing
    step.picture_id, step.alt = picture_id, alt if picture_id is not None else ""
    session.flush()
