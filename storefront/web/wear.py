"""Wear it: a drop's pins, or one's own, at true scale on a jacket, a tote bag, a hat or a lanyard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront.catalog.pins import Pin
from storefront.extensions import services
from storefront.inventory.on_show import list_editions_of
from storefront.web import wear_picture
from storefront.web.current import current_account
from storefront.web.cutouts import CutOut, Front, cut_out, find_front
from storefront.web.own_pins import list_own_work
from storefront.web.public import absolute, canonical, public, public_drop
from storefront.web.wear_board import Asked, Board, lay_out, read_asked

_KEEP = 60  # seconds: what a drop is made of hardly ever changes


@dataclass(frozen=True)
class Rack:
    """The pins somebody may put on, each named as often as it is there, and where they came from."""

    name: str
    back: str
    pins: tuple[int, ...]
    cut_outs: dict[int, CutOut]


def of_drop(slug: str) -> ResponseReturnValue:
    """A drop's pins: the same page for everybody."""
    rack, asked, board = _of_drop(slug)
    moved = partial(url_for, "shop.wear", slug=slug)
    if "at" in request.args and not asked.wrong:
        return redirect(moved(on=board.garment.name, pins=board.state), 303)
    body = _page(rack, asked, board, moved, url_for("shop.wear_picture", slug=slug), canonical("shop.wear", slug=slug))
    return public(body, keep=_KEEP, status=400 if asked.wrong else 200)


def picture_of_drop(slug: str) -> Response:
    rack, asked, board = _of_drop(slug)
    return wear_picture.picture(asked, board, rack.cut_outs)


def of_mine() -> ResponseReturnValue:
    """One's own pins, as many of each as one has."""
    rack, asked, board = _of_mine()
    moved = partial(url_for, "collection.wear")
    if "at" in request.args and not asked.wrong:
        return redirect(moved(on=board.garment.name, pins=board.state), 303)
    body = _page(rack, asked, board, moved, url_for("collection.wear_picture"), account=current_account())
    return body, 400 if asked.wrong else 200


def picture_of_mine() -> Response:
    rack, asked, board = _of_mine()
    response = wear_picture.picture(asked, board, rack.cut_outs)
    response.headers["Cache-Control"] = "private, no-cache"  # what one owns is one's own affair
    return response


def _page(
    rack: Rack, asked: Asked, board: Board, moved: partial[str], picture: str, canonical: str = "", **values: object
) -> str:
    here = moved(on=board.garment.name) + "&pins="
    painted = f"{picture}?on={board.garment.name}&v={wear_picture.version(rack.cut_outs)}&pins="
    return render_template(
        "wear/board.html",
        rack=rack,
        board=board,
        wrong=asked.wrong,
        here=here,
        painted=painted,
        canonical=canonical,
        shared=absolute(painted + board.state) if canonical else "",
        **{"account": None, **values},
    )


def _of_drop(slug: str) -> tuple[Rack, Asked, Board]:
    with services().database.reading() as session:
        drop = public_drop(session, slug)
        fronts = _fronts(edition.pin for edition in list_editions_of(session, [drop])[drop.id])
        name = drop.title
    rack = _rack(name, url_for("shop.drop", slug=slug), fronts) if fronts else abort(404)
    return _laid(rack, partial(url_for, "shop.wear", slug=slug))


def _of_mine() -> tuple[Rack, Asked, Board]:
    with services().database.reading() as session:
        fronts = _fronts(list_own_work(session))
    return _laid(_rack("", url_for("collection.mine"), fronts), partial(url_for, "collection.wear"))


def _laid(rack: Rack, moved: partial[str]) -> tuple[Rack, Asked, Board]:
    asked = read_asked(rack.pins)
    return rack, asked, lay_out(asked, rack.pins, rack.cut_outs, moved)


def _rack(name: str, back: str, fronts: Sequence[Front]) -> Rack:
    return Rack(name, back, tuple(front.pin for front in fronts), {front.pin: cut_out(front) for front in fronts})


def _fronts(pins: Iterable[Pin]) -> list[Front]:
    return [front for pin in pins if (front := find_front(pin)) is not None]
