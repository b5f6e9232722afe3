"""Search: pins, artists and stories by words, with case and accents folded; pages of it are links."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Response, render_template, request, url_for

from storefront.accounts.throttle import Limit
from storefront.catalog.folding import folded
from storefront.catalog.pins import Meaning, Metal, Technique
from storefront.catalog.searching import MOST_LETTERS, Fact, words_of
from storefront.extensions import services
from storefront.inventory.finding import find_artists, find_drops
from storefront.inventory.on_show import Wish, list_drops
from storefront.web import trade_words
from storefront.web.artist_page import view_artist
from storefront.web.drop_cards import card, hang
from storefront.web.public import canonical, public
from storefront.web.rates import count_or_refuse
from storefront.web.security import whole_number

PER_PAGE = 24
MOST_PAGES = 10  # who has not found it by then wants another word
SEARCHES_FROM = Limit("search-from", 60, timedelta(minutes=1))
_MOST_ARTISTS = 12
_SUGGESTED = 4
_KEEP = 30  # the same words from many people are one search


def show() -> Response:
    at = services().clock.now()
    text, page = request.args.get("q", "").strip()[:MOST_LETTERS], whole_number("page", high=MOST_PAGES)
    words = words_of(text)
    if words:
        count_or_refuse(SEARCHES_FROM)
    with services().database.reading() as session:
        artists = find_artists(session, words, most=_MOST_ARTISTS) if words and page == 1 else []
        skip = (page - 1) * PER_PAGE
        found = find_drops(session, words, facts_of(words), most=PER_PAGE + 1, skip=skip) if words else []
        suggested = [] if found or artists else list_drops(session, Wish(), at=at, most=_SUGGESTED)
        cards = [card(one, at) for one in hang(session, [*found[:PER_PAGE], *suggested], at)]
        people = [view_artist(artist) for artist in artists]
    body = render_template(
        "shop/search.html",
        text=text,
        asked=bool(words),
        artists=people,
        cards=cards if found else [],
        suggested=[] if found else cards,
        page=page,
        pages=page + 1 if len(found) > PER_PAGE and page < MOST_PAGES else page,
        address=lambda n: url_for("shop.search", q=text, page=n if n > 1 else None),
        most=MOST_LETTERS,
        canonical=canonical("shop.search"),
    )
    return public(body, keep=_KEEP)


def facts_of(words: Sequence[str]) -> dict[str, list[Fact]]:
    """Which metals, enamels and meanings the page's language calls so: "gold" means gold plate and rose gold plate."""
    called: list[tuple[Fact, str]] = [
        *((metal, trade_words.metal(metal)) for metal in Metal),
        *((technique, trade_words.technique(technique)) for technique in Technique),
        *((meaning, trade_words.meaning(meaning)) for meaning in Meaning),
    ]
    names = [(fact, folded(name).split()) for fact, name in called]
    return {word: [fact for fact, name in names if word in name] for word in words}
