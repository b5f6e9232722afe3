"""One's own pins as they hang on the wall of a collection: at true size beside each other, front and engraved back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin, PinPicture
from storefront.inventory.holds import Hold
from storefront.inventory.pieces import PieceKind
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.provenance.owning import list_taken_codes, owned_by
from storefront.web.backs import Back, back_of
from storefront.web.certificates import grouped
from storefront.web.current import viewer
from storefront.web.cutouts import Front, cut_out, find_front
from storefront.web.pictures import Shown, shown

_MOST = 200
_OWNED = (OrderState.PAID, OrderState.REVIEW, OrderState.REFUNDED)


@dataclass(frozen=True)
class OwnPin:
    """A piece somebody owns; `of` is how many there are of its kind. `millimetres` are the pin's, from edge to edge."""

    title: str
    artist: str
    number: int
    of: int
    kind: PieceKind
    url: str
    certificate_url: str
    millimetres: tuple[float, float]
    front: Front | None
    picture: Shown | None
    back: Back | None


@dataclass(frozen=True)
class Hung:
    """An own pin and how many millimetres its whole picture, empty room included, is across and down."""

    pin: OwnPin
    across: float
    down: float


def list_own_pins(session: Session) -> list[OwnPin]:
    """Every piece this viewer owns, latest first: a pin twice where two are owned."""
    lines = _list_lines(session)
    taken = list_taken_codes(session, [line.id for line in lines])
    return [_own(session, line, taken.get(line.id)) for line in lines]


def hang(own: Sequence[OwnPin]) -> list[Hung]:
    """Reads each stored picture once: not for within a transaction."""
    sizes = {pin.front: cut_out(pin.front) for pin in own if pin.front is not None}
    return [
        Hung(pin, sizes[pin.front].across, sizes[pin.front].down)
        if pin.front is not None
        else Hung(pin, *pin.millimetres)
        for pin in own
    ]


def list_own_work(session: Session) -> list[Pin]:
    """The pin of every piece this viewer owns, latest first."""
    return [line.hold.edition.pin for line in _list_lines(session)]


def _list_lines(session: Session) -> Sequence[OrderLine]:
    seen = viewer(session)
    pin = joinedload(OrderLine.hold).joinedload(Hold.edition).joinedload(Edition.pin)
    order = joinedload(OrderLine.order)
    query = (
        select(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(owned_by(seen.sees(Order), seen.buyer_ids), OrderLine.state == LineState.SOLD, Order.state.in_(_OWNED))
        .order_by(Order.placed_at.desc(), OrderLine.id)
        .limit(_MOST)
        .options(
            pin.selectinload(Pin.pictures).joinedload(PinPicture.picture),
            joinedload(OrderLine.piece),
            order.joinedload(Order.artist).load_only(Artist.name),
            order.selectinload(Order.lines).joinedload(OrderLine.piece),
        )
    )
    return session.scalars(query).all()


def _own(session: Session, line: OrderLine, taken: str | None) -> OwnPin:
    """`taken` is the certificate's code where somebody else had bought the piece: its order is none of this owner's."""
    edition, piece, order = line.hold.edition, line.piece, line.order
    pin, front = edition.pin, edition.pin.picture(PictureRole.FRONT)
    url, certificate_url, back_url = _of_taken(taken) if taken else _of_bought(order, order.lines.index(line) + 1)
    return OwnPin(
        title=pin.title,
        artist=order.artist.name,
        number=piece.number,
        of=edition.proofs if piece.kind is PieceKind.PROOF else edition.size,
        kind=piece.kind,
        url=url,
        certificate_url=certificate_url,
        millimetres=(pin.width_tenths / 10, pin.height_tenths / 10),
        front=find_front(pin),
        picture=shown(front.picture, front.alt) if front else None,
        back=back_of(session, line, back_url),
    )


def _of_bought(order: Order, place: int) -> tuple[str, str, str]:
    """Where the piece, its certificate and its back are."""
    return (
        url_for("collection.order", code=order.code),
        url_for("certificates.of_order", code=order.code, place=place),
        url_for("backs.show", code=order.code, place=place),
    )


def _of_taken(code: str) -> tuple[str, str, str]:
    named = grouped(code)
    return (
        url_for("own_pin.show", code=named),
        url_for("certificates.show", code=named),
        url_for("backs.of_pin", code=named),
    )
