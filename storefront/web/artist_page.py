"""The people: everybody with something on show, and one artist's page with every edition so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, render_template, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from storefront.catalog import stories
from storefront.catalog.artists import Artist, ArtistKind, find_artist
from storefront.catalog.pins import PictureRole
from storefront.extensions import services
from storefront.inventory.on_show import (
    Wish,
    count_artists_on_show,
    list_artists_on_show,
    list_drops,
    list_making_photos,
    list_shown_with,
)
from storefront.inventory.wall import Showing, Wall
from storefront.web import structured
from storefront.web import trade_words as words
from storefront.web.drop_cards import Hung, hang
from storefront.web.feed_links import links_of_artist
from storefront.web.pictures import Shown, shown
from storefront.web.public import canonical, public
from storefront.web.security import whole_number

PER_PAGE = 48
MOST_DROPS = 60
MOST_OTHERS = 60
_MOST_PHOTOS = 8


@dataclass(frozen=True)
class Place:
    """Where the work is seen or bought in person."""

    name: str
    where: str
    website: str

    @property
    def website_words(self) -> str:
        return _address_words(self.website)


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
    practice: Markup
    places: tuple[Place, ...]

    @property
    def website_words(self) -> str:
        return _address_words(self.website)


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
        others = list_shown_with(session, found, most=MOST_OTHERS)
        if not (drops or (others and found.kind is not ArtistKind.PERSON)):
            abort(404)
        hung = hang(session, drops, at)
        timeline, photos = _timeline(hung), _photos(session, found, hung)
        view = view_artist(found)
        shown_with = [view_artist(other) for other in others]
    body = render_template(
        "shop/artist.html",
        artist=view,
        timeline=timeline,
        shown_with=shown_with,
        photos=photos,
        more=len(drops) == MOST_DROPS,
        canonical=canonical("shop.artist", slug=slug),
        feeds=links_of_artist(slug),
        linked_data=structured.of_artist(
            view.name, view.url, view.kind, view.website, view.portrait.src if view.portrait else ""
        ),
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
        website=_web(artist.website),
        statement=Markup(stories.as_html(artist.statement)),  # noqa: S704  cleaned there
        portrait=shown(artist.portrait, artist.portrait_alt) if artist.portrait else None,
        is_demo=artist.is_demo,
        practice=Markup(stories.as_html(artist.practice)),  # noqa: S704  as above
        places=tuple(Place(one["name"], one["where"], _web(one["website"])) for one in artist.places),
    )


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _address_words(address: str) -> str:
    return address.partition("://")[2].removeprefix("www.").rstrip("/")


def _photos(session: Session, artist: Artist, hung: Sequence[Hung]) -> list[Shown]:
    """From the workshop first, then of what came out of it."""
    made = list_making_photos(session, artist, most=_MOST_PHOTOS)
    pins = [edition.pin for one in hung for edition in one.editions]
    made += [(own.picture, own.alt) for pin in pins for own in pin.pictures if own.role is PictureRole.PHOTO]
    return [shown(picture, alt) for picture, alt in dict(made).items()][:_MOST_PHOTOS]


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
            picture=shown(face.picture, face.alt) if (face := edition.pin.face) else None,
        )
        for one in hung
        for edition, wall in zip(one.editions, one.walls, strict=True)
    ]
