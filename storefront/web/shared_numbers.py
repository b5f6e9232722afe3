"""The page and the picture of a number whose owner shares it: "this one is mine"."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, abort, render_template, url_for
from flask_babel import gettext as _

from storefront.extensions import services
from storefront.provenance.sharing import find_shared
from storefront.share_card import Card
from storefront.web.piece_view import PieceView, view_piece
from storefront.web.public import absolute, canonical, public
from storefront.web.share_cards import picture_of, plan_caption, version_of

_KEEP = 5  # seconds: taken back, it is to be gone
_CARD_KEPT = 60


@dataclass(frozen=True)
class Shared:
    piece: PieceView
    owner: str | None

    @property
    def drawn(self) -> Card:
        piece = self.piece
        return Card(
            _("This one is mine"),
            True,
            str(piece.number),
            f"/{piece.size}",
            piece.title,
            piece.artist,
            plan_caption(piece.front),
        )


def show(code: str) -> Response:
    mine = _get(code)
    body = render_template(
        "shop/shared.html", mine=mine, card_url=_card_url(code, mine), canonical=canonical("shop.shared", code=code)
    )
    answer = public(body, keep=_KEEP)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def card(code: str) -> Response:
    """No copy of it is for ever: the number may pass on, and its owner change their mind."""
    mine = _get(code)
    if mine.piece.front is None:
        abort(HTTPStatus.NOT_FOUND)
    answer = picture_of(mine.drawn, mine.piece.front.key)
    answer.headers["Cache-Control"] = f"public, max-age={_CARD_KEPT}"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _get(code: str) -> Shared:
    with services().database.reading() as session:
        certificate = find_shared(session, code) or abort(HTTPStatus.NOT_FOUND)
        return Shared(view_piece(certificate.line), certificate.shown_name)


def _card_url(code: str, mine: Shared) -> str | None:
    front = mine.piece.front
    if front is None:
        return None
    return absolute(url_for("shop.shared_card", code=code, v=version_of(mine.drawn, front.key)))
