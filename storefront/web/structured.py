"""Pages told to search engines in schema.org's words: the works, their editions, what can be bought and when, and by whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from storefront.catalog.artists import ArtistKind
from storefront.extensions import services
from storefront.inventory.wall import Showing
from storefront.money import Money, exponent
from storefront.web.drop_view import DropView
from storefront.web.edition_view import EditionView
from storefront.web.public import absolute, canonical

_AVAILABILITY = {
    Showing.SCHEDULED: "PreOrder",
    Showing.DOORS: "PreOrder",
    Showing.OPEN: "LimitedAvailability",
    Showing.SOLD_OUT: "SoldOut",
}
_WORDS = "https://schema.org"
Told = dict[str, Any]  # JSON


def of_drop(drop: DropView) -> Told:
    """JSON-LD for a drop's page: the sale, its works, and the way here."""
    way = ((_("Drops"), url_for("shop.drops")), (drop.artist, drop.artist_url), (drop.title, drop.url))
    return _graph(_sale(drop), *(_work(drop, edition) for edition in drop.editions), _breadcrumbs(way))


def of_artist(name: str, url: str, kind: ArtistKind, website: str, image: str) -> Told:
    """JSON-LD for an artist's page."""
    told = _maker(name, url, kind)
    told |= {key: value for key, value in (("sameAs", website), ("image", absolute(image))) if value}
    way = ((_("Artists"), url_for("shop.artists")), (name, url))
    return _graph(told, _breadcrumbs(way))


def _sale(drop: DropView) -> Told:
    told: Told = {
        "@type": "SaleEvent",
        "@id": f"{absolute(drop.url)}#sale",
        "name": _("%(title)s by %(artist)s", title=drop.title, artist=drop.artist),
        "url": absolute(drop.url),
        "startDate": _moment(drop.opens_at, drop.zone),
        "eventStatus": f"{_WORDS}/EventScheduled",
        "eventAttendanceMode": f"{_WORDS}/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": absolute(drop.url)},
        "organizer": {"@type": "Organization", "name": services().settings.shop_name, "url": canonical("shop.home")},
        "performer": _maker(drop.artist, drop.artist_url, drop.artist_kind),
        "workFeatured": [{"@id": _name_of(drop, edition)} for edition in drop.editions],
        "offers": [_offer(drop, edition) for edition in drop.editions],
    }
    end = drop.closed_at or drop.closes_at
    if end is not None and end > drop.opens_at:
        told["endDate"] = _moment(end, drop.zone)
    if drop.main and drop.main.front:
        told["image"] = absolute(drop.main.front.src)
    return told


def _work(drop: DropView, edition: EditionView) -> Told:
    width, height = edition.measures
    told: Told = {
        "@type": ["Product", "VisualArtwork"],
        "@id": _name_of(drop, edition),
        "name": edition.title,
        "url": absolute(drop.url),
        "artform": _("Enamel pin"),
        "artEdition": edition.size,
        "artMedium": edition.material,
        "width": _millimetres(width),
        "height": _millimetres(height),
        "dateCreated": str(edition.year),
        "creator": _maker(drop.artist, drop.artist_url, drop.artist_kind),
        "offers": _offer(drop, edition),
    }
    if edition.front:
        told["image"] = absolute(edition.front.src)
    return told


def _offer(drop: DropView, edition: EditionView) -> Told:
    return {
        "@type": "Offer",
        "url": absolute(drop.url),
        "price": _decimal(edition.price),
        "priceCurrency": edition.price.currency,
        "itemCondition": f"{_WORDS}/NewCondition",
        "availability": f"{_WORDS}/{_AVAILABILITY.get(edition.state, 'OutOfStock')}",
        "availabilityStarts": _moment(drop.opens_at, drop.zone),
    }


def _maker(name: str, url: str, kind: ArtistKind) -> Told:
    """Said again wherever it is named: whoever reads a part of the graph should know who made it."""
    what = "Person" if kind is ArtistKind.PERSON else "Organization"
    return {"@type": what, "@id": f"{absolute(url)}#maker", "name": name, "url": absolute(url)}


def _breadcrumbs(way: Sequence[tuple[str, str]]) -> Told:
    steps = [
        {"@type": "ListItem", "position": place, "name": name, "item": absolute(url)}
        for place, (name, url) in enumerate(way, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _graph(*told: Told) -> Told:
    return {"@context": _WORDS, "@graph": list(told)}


def _name_of(drop: DropView, edition: EditionView) -> str:
    return f"{absolute(drop.url)}#edition-{edition.id}"


def _millimetres(value: float) -> Told:
    return {"@type": "QuantitativeValue", "value": value, "unitCode": "MMT"}


def _moment(at: datetime, zone: str) -> str:
    """With the offset of the drop's home, as its page says it."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def _decimal(price: Money) -> str:
    places = exponent(price.currency)
    whole, rest = divmod(price.minor, 10**places)
    return f"{whole}.{rest:0{places}}" if places else str(whole)
