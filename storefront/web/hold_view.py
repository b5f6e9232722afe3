"""A hold as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.ids import new_token
from storefront.inventory.holds import MAX_EXTENSIONS, Hold, HoldState
from storefront.inventory.pieces import PieceState
from storefront.inventory.stock import find_next_free, is_any_free
from storefront.inventory.turns import does_anybody_wait
from storefront.inventory.wall import find_piece_state
from storefront.money import Money
from storefront.orders.orders import LineState, OrderLine
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


class Loss(StrEnum):
    """How a hold was lost."""

    GIVEN_BACK = "given_back"
    REFUNDED = "refunded"
    RAN_OUT = "ran_out"


@dataclass(frozen=True)
class Offer:
    """Another number of the edition, to be had with one press. `number` is None where it is sealed."""

    number: int | None
    picked: bool  # it is asked for by its number, and nothing else is given instead
    key: str


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
    is_offer: bool  # from the waitlist
    price: Money
    picture: Shown | None
    order_code: str | None
    pay_url: str | None
    loss: Loss | None

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
    face = edition.pin.face
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
        more_times=_more_times(hold),
        is_offer=hold.offered_until is not None,
        price=hold.price,
        picture=shown(face.picture, face.alt) if face else None,
        order_code=attempt.reference if attempt else None,
        pay_url=attempt.url if attempt and standing is Standing.PAYING else None,
        loss=_loss(session, hold) if standing is Standing.LOST else None,
    )


def offer_instead(session: Session, hold: Hold, *, at: datetime) -> Offer | None:
    """What whoever lost this hold can have at once; None when nothing is free or nothing is sold any more."""
    edition = hold.edition
    if edition.drop_id is None or not session.get_one(Drop, edition.drop_id).sells_at(at):
        return None
    # Overdue: asking for another releases it first. Where somebody waits it is theirs.
    is_own = hold.state is HoldState.ACTIVE and not does_anybody_wait(session, edition.id)
    own = hold.piece if is_own else None
    if edition.policy is NumberPolicy.SEALED:
        some = own or is_any_free(session, edition.id)
        return Offer(None, picked=False, key=new_token()) if some else None
    free = [own.number if own else None, find_next_free(session, edition)]
    number = min((n for n in free if n is not None), default=None)
    return Offer(number, picked=edition.policy is NumberPolicy.PICK, key=new_token()) if number else None


def find_missed(session: Session, edition: Edition, got: int | None, seen: int | None) -> int | None:
    """The number the buyer saw as the next one, when it went to somebody else; the browser's word alone is not enough."""
    if seen is None or got is None or seen >= got or edition.policy is not NumberPolicy.ASCENDING:
        return None
    return seen if find_piece_state(session, edition, seen) in (PieceState.HELD, PieceState.SOLD) else None


def _more_times(hold: Hold) -> int:
    """An offer gets no more time than there is until the sale's end."""
    ends = hold.drop.closes_at if hold.offered_until is not None else None
    return 0 if ends is not None and hold.held_until >= ends else MAX_EXTENSIONS - hold.extensions


def _loss(session: Session, hold: Hold) -> Loss:
    refunded = select(OrderLine.id).where(OrderLine.hold_id == hold.id, OrderLine.state == LineState.REFUNDED)
    if session.scalars(refunded).first() is not None:
        return Loss.REFUNDED
    return Loss.GIVEN_BACK if hold.release_asked else Loss.RAN_OUT


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
