"""An edition as its page shows it: finished values, so that drawing the page asks nothing more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import url_for

from storefront.catalog.drops import Drop
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.catalog.pins import PictureRole, Pin
from storefront.inventory.wall import Showing, Wall
from storefront.money import Money
from storefront.web import trade_words as words
from storefront.web.cutouts import Front, find_front
from storefront.web.lights import Light, find_light
from storefront.web.pictures import Shown, shown
from storefront.web.work_view import WorkView, view_work

_STATES = ("free", "held", "sold", "withheld", "void")


class Cell(NamedTuple):
    """One piece on the wall, as components/wall.html draws it."""

    number: int
    kind: str
    state: str
    label: str


@dataclass(frozen=True)
class EditionView:
    id: int
    title: str
    year: int
    material: str
    millimetres: str
    measures: tuple[float, float]
    size: int
    price: Money
    policy: NumberPolicy
    rule: str
    limit: str
    state: Showing
    wall: Wall
    cells: tuple[Cell, ...]
    proofs: tuple[Cell, ...]
    back_in: int
    take_url: str
    front: Shown | None
    back: Shown | None
    photo: Shown | None  # the first: what was made comes before the picture of its plan
    cut: Front | None
    light: Light | None
    reserved_note: str
    ledger_url: str | None  # from the announcement on
    seed_hash: str | None
    seed: str | None
    work: WorkView | None

    @property
    def is_sealed(self) -> bool:
        return self.policy is NumberPolicy.SEALED

    @property
    def picks(self) -> bool:
        return self.policy is NumberPolicy.PICK


def view_edition(edition: Edition, drop: Drop, wall: Wall, state: Showing, at: datetime, *, told: bool) -> EditionView:
    """An edition of a drop that shows as `state`; `told` with its story and making, whose steps must be loaded."""
    pin = edition.pin
    front, back = _side(pin, PictureRole.FRONT), _side(pin, PictureRole.BACK)
    return EditionView(
        id=edition.id,
        title=pin.title,
        year=pin.year,
        material=words.material(pin),
        millimetres=words.millimetres(pin),
        measures=(pin.width_tenths / 10, pin.height_tenths / 10),
        size=edition.size,
        price=edition.price,
        policy=edition.policy,
        rule=words.rule(edition.policy),
        limit=words.limit(edition.per_person),
        state=own_state(wall, state),
        wall=wall,
        cells=_cells(wall.numbered, "numbered"),
        proofs=_cells(wall.proofs, "proof"),
        back_in=minutes_until(wall.returns_at, at),
        take_url=url_for("holding.take", slug=drop.slug, edition=edition.id),
        front=front,
        back=back,
        photo=_side(pin, PictureRole.PHOTO),
        cut=find_front(pin) if told else None,
        light=find_light(pin) if told else None,
        reserved_note=edition.reserved_note,
        ledger_url=url_for("ledgers.show", ref=edition.ref) if edition.minted_at else None,
        seed_hash=edition.seed_hash,
        seed=edition.seed if edition.seed_revealed_at else None,  # until then it tells who would get which number
        work=view_work(edition, drop.artist) if told else None,
    )


def minutes_until(until: datetime | None, at: datetime) -> int:
    """Whole minutes, rounded up; 0 when the moment has come or there is none."""
    return max(0, -(-(until - at) // timedelta(minutes=1))) if until else 0


def own_state(wall: Wall, state: Showing) -> Showing:
    """Where a drop is open, each of its editions may be further than the drop."""
    if state not in (Showing.OPEN, Showing.ALL_HELD):
        return state
    if wall.free:
        return Showing.OPEN
    return Showing.ALL_HELD if wall.held else Showing.SOLD_OUT


def _cells(digits: str, kind: str) -> tuple[Cell, ...]:
    label = "AP {}" if kind == "proof" else "{}"
    return tuple(
        Cell(number, kind, _STATES[int(digit)], label.format(number)) for number, digit in enumerate(digits, start=1)
    )


def _side(pin: Pin, role: PictureRole) -> Shown | None:
    found = pin.picture(role)
    return shown(found.picture, found.alt) if found else None
