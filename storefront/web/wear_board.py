"""The board: a garment with pins on it, as an address asks for it, finished for page and picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from storefront.wearing import placing
from storefront.wearing.garments import Garment
from storefront.wearing.placing import MOST_PINS, Placed
from storefront.wearing.wardrobe import GARMENTS
from storefront.web import wear_words as words
from storefront.web.cutouts import CutOut


@dataclass(frozen=True)
class Asked:
    """What the query of an address wants to see; `wrong` says what of it there is not, and is else empty."""

    garment: Garment
    placed: tuple[Placed, ...]
    wrong: str = ""


@dataclass(frozen=True)
class Choice:
    """A link's address or an option's value, and what it is called."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class WornPin:
    cut_out: CutOut
    x: int
    y: int
    place: str
    choices: tuple[Choice, ...]

    @property
    def label(self) -> str:
        return _("%(pin)s, %(place)s", pin=self.cut_out.title, place=self.place)


@dataclass(frozen=True)
class Board:
    """`state` is what the address says after pins=, and `to_put_on` the pins that could be added to it."""

    garment: Garment
    pins: tuple[WornPin, ...]
    areas: tuple[tuple[str, str], ...]
    garments: tuple[Choice, ...]
    to_put_on: tuple[Choice, ...]
    state: str
    words: str
    scale: str
    most: int = MOST_PINS


def read_asked(pins: Sequence[int]) -> Asked:
    """What this request's query wants, each of the pins worn at most as often as it is named."""
    name = request.args.get("on", next(iter(GARMENTS)))
    garment = GARMENTS.get(name)
    if garment is None:
        garment = next(iter(GARMENTS.values()))
        return _as_it_hangs(pins, garment, _("There is no “%(name)s” to wear a pin on.", name=name[:40]))
    if "pins" not in request.args and "at" not in request.args:
        return _as_it_hangs(pins, garment)
    text = request.args.get("pins") or ";".join(request.args.getlist("at"))
    try:
        return Asked(garment, placing.read_placed(text, garment, pins))
    except placing.NotAPlace as part:
        wrong = _(
            "“%(part)s” is no place for a pin. One is written 12:132,88: the pin’s number and two lengths in mm.",
            part=str(part)[:40],
        )
    except placing.NoSuchPin as pin:
        wrong = _("There is no pin %(pin)s to wear here.", pin=pin)
    except placing.TooManyPins:
        wrong = _("At most %(most)s pins can be worn at once.", most=MOST_PINS)
    return _as_it_hangs(pins, garment, wrong)


def lay_out(asked: Asked, pins: Sequence[int], cut_outs: dict[int, CutOut], address: Callable[..., str]) -> Board:
    """The board. `pins` names each pin there is as often as it is there; `address(on=…, pins=…)` is where another is."""
    garment, placed = asked.garment, asked.placed
    worn = [one.pin for one in placed]
    rest = list(pins)
    for pin in worn:
        rest.remove(pin)
    laid = tuple(_worn(one, cut_outs[one.pin], garment) for one in placed)
    return Board(
        garment=garment,
        pins=laid,
        areas=tuple((_corners(area.corners), words.area(area.name)) for area in garment.areas),
        garments=tuple(
            Choice(address(on=name, pins=";".join(map(str, worn))), words.garment(name), name == garment.name)
            for name in GARMENTS
        ),
        to_put_on=tuple(Choice(str(pin), cut_outs[pin].title) for pin in rest[: _most_left(placed)]),
        state=placing.write_placed(placed),
        words=words.whole(garment, [(pin.cut_out.title, pin.place) for pin in laid]),
        scale=words.scale(garment, [pin.cut_out for pin in laid]),
    )


def _as_it_hangs(pins: Sequence[int], garment: Garment, wrong: str = "") -> Asked:
    return Asked(garment, placing.place_all(pins, garment), wrong)


def _most_left(placed: Sequence[Placed]) -> int:
    return MOST_PINS if len(placed) < MOST_PINS else 0


def _worn(placed: Placed, cut_out: CutOut, garment: Garment) -> WornPin:
    spots = [(words.area(area.name), Placed(placed.pin, *map(round, area.spot))) for area in garment.areas]
    place = words.area(placing.area_at(garment, placed.x, placed.y).name)
    choices = (
        Choice(str(placed), _("Where it is: {}").replace("{}", place), chosen=True),
        *(Choice(str(spot), label) for label, spot in spots),
        Choice("", _("Take it off")),
    )
    return WornPin(cut_out, placed.x, placed.y, place, choices)


def _corners(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in corners)
