"""A drop told to search engines in schema.org's words: the works, their editions and what can be bought."""

from typing import Any

from storefront.catalog.artists import ArtistKind
from storefront.inventory.wall import Showing
from storefront.money import Money, exponent
from storefront.web.drop_view import DropView
from storefront.web.edition_view import EditionView
from storefront.web.public import absolute

_AVAILABILITY = {
    Showing.SCHEDULED: "PreOrder",
    Showing.OPEN: "LimitedAvailability",
    Showing.SOLD_OUT: "SoldOut",
}


def linked_data(drop: DropView) -> dict[str, Any]:
    """JSON-LD for the drop's page."""
    return {"@context": "https://schema.org", "@graph": [_work(drop, edition) for edition in drop.editions]}


def _work(drop: DropView, edition: EditionView) -> dict[str, Any]:
    person = drop.artist_kind is ArtistKind.PERSON
    work: dict[str, Any] = {
        "@type": ["Product", "VisualArtwork"],
        "name": edition.title,
        "url": absolute(drop.url),
        "artform": "enamel pin",
        "artEdition": edition.size,
        "artMedium": edition.material,
        "creator": {
            "@type": "Person" if person else "Organization",
            "name": drop.artist,
            "url": absolute(drop.artist_url),
        },
        "offers": {
            "@type": "Offer",
            "url": absolute(drop.url),
            "price": _decimal(edition.price),
            "priceCurrency": edition.price.currency,
            "availability": f"https://schema.org/{_AVAILABILITY.get(edition.state, 'OutOfStock')}",
            "availabilityStarts": drop.opens_at.isoformat(),
        },
    }
    if edition.front:
        work["image"] = absolute(edition.front.src)
    return work


def _decimal(price: Money) -> str:
    places = exponent(price.currency)
    whole, rest = divmod(price.minor, 10**places)
    return f"{whole}.{rest:0{places}}" if places else str(whole)
