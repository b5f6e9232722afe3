"""Home: what is on now, next, and before."""

from collections.abc import Sequence

from flask import Response, render_template

from storefront.extensions import services
from storefront.inventory.on_show import When, Wish, list_artists_on_show, list_drops
from storefront.inventory.wall import Showing
from storefront.web.artist_page import view_artist
from storefront.web.drop_cards import Hung, card, hang, time_to_sell
from storefront.web.drop_view import view_drop
from storefront.web.feed_links import links_of_all
from storefront.web.public import canonical, public

_MOST = {When.NOW: 9, When.COMING: 6, When.PAST: 8}
_ARTISTS = 8
_HERO_FIRST = (Showing.OPEN, Showing.ALL_HELD, Showing.PAUSED, Showing.SCHEDULED)


def home() -> Response:
    at = services().clock.now()
    with services().database.reading() as session:
        found = {when: list_drops(session, Wish(when=when), at=at, most=most) for when, most in _MOST.items()}
        hung = hang(session, [drop for drops in found.values() for drop in drops], at)
        took = time_to_sell(session, hung)
        artists = [view_artist(artist) for artist in list_artists_on_show(session, most=_ARTISTS)]
        hero = _hero(hung)
        cards = {one.drop.id: card(one, at, took.get(one.drop.id)) for one in hung if one is not hero}
        shelves = {when: [cards[drop.id] for drop in drops if drop.id in cards] for when, drops in found.items()}
        view = view_drop(hero, at) if hero else None
    body = render_template(
        "shop/home.html",
        hero=view,
        live=shelves[When.NOW],
        coming=shelves[When.COMING],
        past=shelves[When.PAST],
        artists=artists,
        canonical=canonical("shop.home"),
        feeds=links_of_all(),
    )
    return public(body, keep=1)


def _hero(hung: Sequence[Hung]) -> Hung | None:
    """The newest drop that has numbers to give, else the next to open."""
    for state in _HERO_FIRST:
        if (first := next((one for one in hung if one.state is state), None)) is not None:
            return first
    return None
