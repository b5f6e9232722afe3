"""A hold as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.editions import NumberPolicy
from storefront.catalog.pins import PictureRole
from storefront.inventory.holds import MAX_EXTENSIONS, Hold, HoldState
from storefront.money import Money
from storefront.payments.attempts import AttemptState, find_live_attempt
from storefront.web.pictures import Shown, shown


class Standing(StrEnum):
    """What a hold is to its buyer."""

    HELD = "held"
    TIME_UP = "time_up"
    QUEUED = "queued"
    PAYING = "paying"
    CONFIRMING = "confirming"
    GIVING_BACK = "giving_back"
    LOST = "lost"
    SOLD = "sold"


@dataclass(frozen=True)
class HoldView:
    """`number` is None while it is sealed. `pay_url` is the open payment page, shown to this buyer only."""

    id: int
    standing: Standing
    number: int | None
    size: int
    title: str
    artist: str
    artist_id: int
    drop_slug: str
    edition_id: int
    zone: str
    until: datetime
    more_times: int
    price: Money
    picture: Shown | None
    order_code: str | None
    pay_url: str | None

    @property
    def label(self) -> str:
        return _("a sealed number") if self.number is None else _("number %(n)s", n=self.number)

    @property
    def may_be_paid(self) -> bool:
        return self.standing is Standing.HELD


def view_hold(session: Session, hold: Hold, *, at: datetime) -> HoldView:
    edition, drop = hold.edition, hold.drop
    attempt = find_live_attempt(session, hold.id) if hold.in_attempt else None
    sealed = edition.policy is NumberPolicy.SEALED and hold.state is not HoldState.SOLD
    front = edition.pin.picture(PictureRole.FRONT)
    standing = _standing(hold, attempt.state if attempt else None, at)
    return HoldView(
        id=hold.id,
        standing=standing,
        number=None if sealed else hold.piece.number,
        size=edition.size,
        title=edition.pin.title,
        artist=drop.artist.name,
        artist_id=drop.artist_id,
        drop_slug=drop.slug,
        edition_id=edition.id,
        zone=drop.zone,
        until=hold.held_until,
        more_times=MAX_EXTENSIONS - hold.extensions,
        price=hold.price,
        picture=shown(front.picture, front.alt) if front else None,
        order_code=attempt.reference if attempt else None,
        pay_url=attempt.url if attempt and standing is Standing.PAYING else None,
    )


def _standing(hold: Hold, attempt: AttemptState | None, at: datetime) -> Standing:
    if hold.state is HoldState.SOLD:
        return Standing.SOLD
    if hold.state is HoldState.RELEASED or (hold.is_overdue(at) and attempt is None):
        return Standing.LOST
    if hold.state is HoldState.RELEASING:
        return Standing.GIVING_BACK
    if attempt is None:
        return Standing.HELD if hold.held_until > at else Standing.TIME_UP
    waiting = {
        AttemptState.QUEUED: Standing.QUEUED,
        AttemptState.CREATING: Standing.QUEUED,
        AttemptState.OPEN: Standing.PAYING,
    }
    return waiting.get(attempt, Standing.CONFIRMING)
