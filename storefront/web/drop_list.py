"""All drops, narrowed by plain links: when, whose, which metal and enamel, and what they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from storefront.catalog.pins import Meaning, Metal, Technique
from storefront.extensions import services
from storefront.inventory.on_show import When, Wish, count_drops, list_artists_on_show, list_drops
from storefront.web import trade_words as words
from storefront.web.drop_cards import card, hang
from storefront.web.feed_links import links_of_all
from storefront.web.public import canonical, public
from storefront.web.security import whole_number

PER_PAGE = 24
MOST_ARTISTS = 200  # in the list to choose from
_EARLIEST, _LATEST = "earliest", "latest"


class Option(NamedTuple):
    value: str
    words: str


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list; `chosen` may be a value that no drop has."""

    name: str
    label: str
    anything: str
    options: tuple[Option, ...]
    chosen: str

    @property
    def value(self) -> str | None:
        return self.chosen or None

    @property
    def is_known(self) -> bool:
        return not self.chosen or any(option.value == self.chosen for option in self.options)


def drops() -> Response:
    at, page = services().clock.now(), whole_number("page")
    with services().database.reading() as session:
        filters = _filters(session)
        wish = _wish(filters)
        found = count_drops(session, wish, at=at) if wish else 0
        pages = max(1, -(-found // PER_PAGE))
        if page > pages:
            abort(404)
        listed = list_drops(session, wish, at=at, most=PER_PAGE, skip=(page - 1) * PER_PAGE) if wish and found else []
        cards = [card(one, at) for one in hang(session, listed, at)]

    chosen: dict[str, Any] = {one.name: one.value for one in filters}  # what url_for takes
    body = render_template(
        "shop/drops.html",
        cards=cards,
        filters=filters,
        found=found,
        page=page,
        pages=pages,
        address=lambda n: url_for("shop.drops", **chosen, page=n if n > 1 else None),
        feeds=links_of_all(),
        narrowing=lambda name, value: url_for("shop.drops", **{**chosen, name: value or None}),
        canonical=canonical("shop.drops", **chosen, page=page if page > 1 else None),
    )
    return public(body, keep=5)


def _filters(session: Session) -> tuple[Filter, ...]:
    artists = [Option(artist.slug, artist.name) for artist in list_artists_on_show(session, most=MOST_ARTISTS)]
    metals = [Option(metal.value, words.sentence(words.metal(metal))) for metal in Metal]
    techniques = [Option(kind.value, words.sentence(words.technique(kind))) for kind in Technique]
    meanings = [Option(kind.value, words.sentence(words.meaning(kind))) for kind in Meaning]
    whens = [
        Option(When.NOW, _("On sale now")),
        Option(When.COMING, _("Coming")),
        Option(When.SOLD_OUT, _("Sold out")),
        Option(When.PAST, _("Past")),
    ]
    sorts = [Option(_EARLIEST, _("Earliest first")), Option(_LATEST, _("Latest first"))]
    return (
        _filter("when", _("When"), _("Any time"), whens),
        _filter("artist", _("Artist"), _("Anybody"), artists),
        _filter("metal", _("Metal"), _("Any metal"), metals),
        _filter("enamel", _("Enamel"), _("Soft and hard"), techniques),
        _filter("meaning", _("Stands for"), _("Anything"), meanings),
        _filter("sort", _("Opening"), _("In their usual order"), sorts),
    )


def _filter(name: str, label: str, anything: str, options: Sequence[Option]) -> Filter:
    return Filter(name, label, anything, tuple(options), request.args.get(name, "").strip())


def _wish(filters: tuple[Filter, ...]) -> Wish | None:
    """None when a filter has a value that no drop can have."""
    when, artist, metal, enamel, meaning, sort = filters
    if not all(one.is_known for one in filters if one is not artist):
        return None
    return Wish(
        when=When(when.value) if when.value else None,
        artist=artist.value,
        metal=Metal(metal.value) if metal.value else None,
        technique=Technique(enamel.value) if enamel.value else None,
        meaning=Meaning(meaning.value) if meaning.value else None,
        earliest_first=sort.value == _EARLIEST if sort.value else None,
    )
