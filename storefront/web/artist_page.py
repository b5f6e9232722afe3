"""The people: everybody with something on show, and one artist's page with every edition so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, render_template, url_for
from markupsafe import Markup

from storefront.catalog import stories
from storefront.catalog.artists import Artist, ArtistKind, find_artist
from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.inventory.on_show import Wish, count_artists_on_show, list_artists_on_show, list_drops
from storefront.inventory.wall import Showing, Wall
from storefront.web import trade_words as words
from storefront.web.drop_cards import Hung, hang
from storefront.web.pictures import Shown, shown
from storefront.web.public import canonical, public
from storefront.web.security import whole_number

PER_PAGE = 48
MOST_DROPS = 60


@dataclass(frozen=True)
class ArtistView:
    url: str
    slug: str
    name: str
    kind: ArtistKind
    kind_words: str
    life: str
    website: str
    statement: Markup
    portrait: Shown | None
    is_demo: bool

    @property
    def website_words(self) -> str:
        return self.website.partition("://")[2].removeprefix("www.").rstrip("/")


@dataclass(frozen=True)
class Milestone:
    """One edition in an artist's timeline."""

    url: str
    title: str
    material: str
    opens_at: datetime
    zone: str
    state: Showing
    wall: Wall
    picture: Shown | None


def artists() -> Response:
    page = whole_number("page")
    with services().database.reading() as session:
        pages = max(1, -(-count_artists_on_show(session) // PER_PAGE))
        if page > pages:
            abort(404)
        found = list_artists_on_show(session, most=PER_PAGE, skip=(page - 1) * PER_PAGE)
        views = [view_artist(artist) for artist in found]
    body = render_template(
        "shop/artists.html",
        artists=views,
        page=page,
        pages=pages,
        address=lambda n: url_for("shop.artists", page=n if n > 1 else None),
    )
    return public(body, keep=30)


def artist(slug: str) -> Response:
    at = services().clock.now()
    with services().database.reading() as session:
        found = find_artist(session, slug) or abort(404)
        drops = list_drops(session, Wish(artist=slug), at=at, most=MOST_DROPS)
        if not drops:
            abort(404)
        timeline = _timeline(hang(session, drops, at))
        view = view_artist(found)
    body = render_template(
        "shop/artist.html",
        artist=view,
        timeline=timeline,
        more=len(drops) == MOST_DROPS,
        canonical=canonical("shop.artist", slug=slug),
    )
    return public(body, keep=5)


def view_artist(artist: Artist) -> ArtistView:
    return ArtistView(
        url=url_for("shop.artist", slug=artist.slug),
        slug=artist.slug,
        name=artist.name,
        kind=artist.kind,
        kind_words=words.kind(artist.kind),
        life=words.life(artist),
        website=artist.website if artist.website.startswith(("https://", "http://")) else "",
        statement=Markup(stories.as_html(artist.statement)),  # noqa: S704  cleaned there
        portrait=shown(artist.portrait, artist.portrait_alt) if artist.portrait else None,
        is_demo=artist.is_demo,
    )


def _timeline(hung: Sequence[Hung]) -> list[Milestone]:
    return [
        Milestone(
            url=url_for("shop.drop", slug=one.drop.slug),
            title=edition.pin.title,
            material=words.material(edition.pin),
            opens_at=one.drop.opens_at,
            zone=one.drop.zone,
            state=one.state,
            wall=wall,
            picture=shown(front.picture, front.alt) if (front := edition.pin.picture(PictureRole.FRONT)) else None,
        )
        for one in hung
        for edition, wall in zip(one.editions, one.walls, strict=True)
    ]
