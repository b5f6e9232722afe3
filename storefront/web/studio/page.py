"""A studio page: its template, what is said to the artist, and where they are."""

from dataclasses import dataclass
from typing import Any

from flask import get_flashed_messages, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.artists import Artist, ArtistKind
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin
from storefront.web.pictures import Shown, shown

UNPROCESSABLE = 422  # a refused form: what was typed stands in the page again


@dataclass(frozen=True)
class Place:
    """Where in the studio a page is: the tabs above it, and the way back."""

    tabs: tuple[tuple[str, str | None, str], ...]
    back: str
    back_name: str
    title: str
    front: Shown | None = None


def page(template: str, status: int = 200, /, **values: Any) -> tuple[str, int]:
    """`values` are what the template names: finished values, forms and lists."""
    said = get_flashed_messages(with_categories=True)
    return render_template(f"studio/{template}.html", messages=said, **values), status


def place_of_artist(artist: Artist) -> Place:
    tabs = (
        ("overview", url_for("studio.artists.show", slug=artist.slug), _("Overview")),
        ("page", url_for("studio.artists.edit", slug=artist.slug), _("Artist page")),
        ("together", url_for("studio.together.edit", slug=artist.slug), _together(artist)),
        ("shipping", url_for("studio.shipping.edit", slug=artist.slug), _("Shipping and tax")),
    )
    return Place(tabs, url_for("studio.home.show"), _("Studio"), artist.name)


def place_of_pin(session: Session, pin: Pin) -> Place:
    """Details, artwork, pictures, making, edition, drop: the order of the work."""
    edition = session.scalars(select(Edition).where(Edition.pin_id == pin.id).order_by(Edition.id.desc())).first()
    drop = session.get(Drop, edition.drop_id) if edition and edition.drop_id else None
    tabs = (
        ("details", url_for("studio.pins.edit", pin_id=pin.id), _("Details")),
        ("artwork", url_for("studio.artwork.show", pin_id=pin.id), _("Artwork")),
        ("pictures", url_for("studio.pictures.show", pin_id=pin.id), _("Pictures")),
        ("steps", url_for("studio.steps.edit", pin_id=pin.id), _("Making")),
        ("edition", _edition_url(pin, edition), _("Edition")),
        ("drop", _drop_url(pin, edition, drop), _("Drop")),
    )
    front = pin.picture(PictureRole.FRONT)
    return Place(
        tabs,
        url_for("studio.artists.show", slug=pin.artist.slug),
        pin.artist.name,
        pin.title,
        shown(front.picture, front.alt) if front else None,
    )


def place_of_drop(drop: Drop) -> Place:
    tabs: list[tuple[str, str | None, str]] = [("plan", url_for("studio.drops.edit", drop_id=drop.id), _("Plan"))]
    if drop.state is DropState.DRAFT:
        tabs.append(("announce", url_for("studio.announcing.show", drop_id=drop.id), _("Announce")))
    else:
        tabs.insert(0, ("board", url_for("studio.drops.show", drop_id=drop.id), _("Drop")))
    return Place(tuple(tabs), url_for("studio.artists.show", slug=drop.artist.slug), drop.artist.name, drop.title)


def _together(artist: Artist) -> str:
    return str(_("Museums and galleries") if artist.kind is ArtistKind.PERSON else _("Artists you show"))


def _edition_url(pin: Pin, edition: Edition | None) -> str:
    if edition is None:
        return url_for("studio.editions.new", pin_id=pin.id)
    return url_for("studio.editions.edit", edition_id=edition.id)


def _drop_url(pin: Pin, edition: Edition | None, drop: Drop | None) -> str | None:
    if drop is not None and drop.state is not DropState.CANCELLED:
        return url_for("studio.drops.show", drop_id=drop.id)
    return url_for("studio.drops.new", slug=pin.artist.slug) if edition else None
