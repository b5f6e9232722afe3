"""A sold piece as its owner's pages show it: finished values, so that drawing the page asks nothing more."""

from dataclasses import dataclass

from storefront.catalog.pins import PictureRole
from storefront.inventory.pieces import PieceKind
from storefront.orders.orders import OrderLine
from storefront.web import trade_words as words
from storefront.web.pictures import Shown, shown


@dataclass(frozen=True)
class PieceView:
    title: str
    artist: str
    artist_slug: str
    drop_slug: str | None
    material: str
    number: int
    size: int
    kind: PieceKind
    front: Shown | None


def view_piece(line: OrderLine) -> PieceView:
    """Of a line that is sold: its number is no secret from who owns it."""
    edition, piece = line.hold.edition, line.piece
    front = edition.pin.picture(PictureRole.FRONT)
    return PieceView(
        title=edition.pin.title,
        artist=edition.pin.artist.name,
        artist_slug=edition.pin.artist.slug,
        drop_slug=line.hold.drop.slug,
        material=words.material(edition.pin),
        number=piece.number,
        size=edition.proofs if piece.kind is PieceKind.PROOF else edition.size,
        kind=piece.kind,
        front=shown(front.picture, front.alt) if front else None,
    )
