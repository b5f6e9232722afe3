"""A drop's page, in each of its states, and the link under which it is seen before it is announced."""

import re
from dataclasses import dataclass
from functools import cached_property

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.catalog.previews import may_preview
from storefront.extensions import services
from storefront.inventory.on_show import Wish, find_drop_with_artist, list_drops
from storefront.inventory.pieces import PieceState
from storefront.inventory.wall import MOST_PIECES, Showing, find_piece_state
from storefront.web import structured
from storefront.web.actual_size import ActualSize, actual_size
from storefront.web.drop_cards import Card, Hung, card, hang, time_to_sell
from storefront.web.drop_view import DropView, view_drop
from storefront.web.picture_addresses import show_only_to_this_reader
from storefront.web.public import canonical, private, public
from storefront.web.share_cards import ShareCard, share_card_of

_ALSO = 4
_KEEP = {Showing.SOLD_OUT: 5, Showing.CLOSED: 30}


@dataclass(frozen=True)
class Asked:
    """The answer to a search for one number of an edition too large to draw; `state` is None when there is no such."""

    edition_id: int
    text: str
    state: PieceState | None
    take_url: str | None


@dataclass(frozen=True)
class Page:
    drop: DropView
    also: tuple[Card, ...]
    asked: Asked | None

    @cached_property
    def sizes(self) -> dict[int, ActualSize]:
        """By the edition's id. Stored pictures are measured for it, so it is asked for after the database."""
        return {e.id: actual_size(e.millimetres, e.measures, e.cut) for e in self.drop.editions}

    @property
    def share_card(self) -> ShareCard | None:
        return share_card_of(self.drop)

    @property
    def canonical(self) -> str:
        return canonical("shop.drop", slug=self.drop.slug)

    @property
    def summary(self) -> str:
        """What a search engine says about the page."""
        main = self.drop.main
        if main is None:
            return self.drop.title
        told = {"title": main.title, "artist": self.drop.artist, "material": main.material, "size": main.size}
        return _("%(title)s by %(artist)s. %(material)s. An edition of %(size)s numbered pins, each sold once.", **told)


def show(slug: str) -> Response:
    at = services().clock.now()
    with services().database.reading() as session:
        drop = find_drop_with_artist(session, slug)
        if drop is None or not (drop.is_public or may_preview(drop, request.args.get("preview", ""))):
            abort(404)
        if not drop.is_public:
            show_only_to_this_reader()
        others = [other for other in list_drops(session, Wish(), at=at, most=_ALSO + 1) if other.id != drop.id]
        own, *also = hang(session, [drop, *others[:_ALSO]], at, steps_of=drop)
        page = Page(
            drop=view_drop(
                own,
                at,
                told=True,
                sold_in=time_to_sell(session, [own]).get(drop.id),
                preview=not drop.is_public,
            ),
            also=tuple(card(one, at) for one in also),
            asked=_asked(session, own),
        )
    return _answer(drop, page)


def _answer(drop: Drop, page: Page) -> Response:
    if drop.state is DropState.CANCELLED:
        body = render_template("shop/cancelled.html", page=page, reason=drop.cancel_reason)
        return public(body, keep=60, status=410)
    body = render_template("shop/drop.html", page=page, linked_data=structured.of_drop(page.drop))
    if page.drop.is_preview:
        return private(body)
    wrong = page.asked is not None and page.asked.state is None
    return public(body, keep=_KEEP.get(page.drop.state, 1), status=400 if wrong else 200)


def _asked(session: Session, hung: Hung) -> Asked | None:
    """Only where a wall is too large to draw: elsewhere the numbers are there to see."""
    text = request.args.get("number", "").strip()
    wanted = request.args.get("edition", "")
    large = [e for e in hung.editions if e.size > MOST_PIECES and e.policy is not NumberPolicy.SEALED]
    edition = next((e for e in large if str(e.id) == wanted), None)
    if edition is None or not text:
        return None
    number = int(text) if re.fullmatch("[0-9]{1,6}", text) else 0
    state = find_piece_state(session, edition, number)
    return Asked(edition.id, text[:20], state, _take(hung, edition, number, state))


def _take(hung: Hung, edition: Edition, number: int, state: PieceState | None) -> str | None:
    may = edition.policy is NumberPolicy.PICK and state is PieceState.AVAILABLE and hung.state is Showing.OPEN
    return url_for("holding.take", slug=hung.drop.slug, edition=edition.id, number=number) if may else None
