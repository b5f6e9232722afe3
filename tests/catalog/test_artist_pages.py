from dataclasses import replace

import pytest

from drafts import ARTIST, a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON, an_artist
from storefront.catalog.artist_pages import CurrencyFixed, OnlyPersonsAreBorn, create_artist, edit_artist
from storefront.catalog.artists import ArtistKind, ShippingZone
from storefront.catalog.shipping import CountryTwice, ShippingTerms, set_shipping
from storefront.inventory.announcing import announce


def test_only_a_person_has_a_birth_year(session):
    with pytest.raises(OnlyPersonsAreBorn):
        create_artist(session, replace(ARTIST, kind=ArtistKind.MUSEUM, birth_year=1991), at=NOON)


def test_the_address_follows_the_name_until_the_first_announcement(session):
    artist = create_artist(session, ARTIST, at=NOON)

    edit_artist(session, artist, replace(ARTIST, name="Ines of Porto"), at=NOON)

    assert artist.slug == "ines-of-porto"


def test_the_address_and_the_currency_stay_after_the_first_announcement(session):
    artist = an_artist(session)
    announce(session, a_drafted_drop(session, a_drafted_edition(session, a_drafted_pin(session, artist))), at=NOON)
    slug = artist.slug

    edit_artist(session, artist, replace(ARTIST, name="Somebody else"), at=NOON)
    with pytest.raises(CurrencyFixed):
        edit_artist(session, artist, replace(ARTIST, currency="USD"), at=NOON)

    assert (artist.slug, artist.name, artist.currency) == (slug, "Somebody else", "EUR")


def test_another_currency_keeps_the_figures_that_were_typed(session):
    artist = an_artist(session)
    edition = a_drafted_edition(session, a_drafted_pin(session, artist))

    edit_artist(session, artist, replace(ARTIST, currency="JPY"), at=NOON)

    assert (edition.price_minor, edition.currency) == (28, "JPY")
    assert artist.zones[0].first_minor == 4
    assert artist.currency == "JPY"


def test_a_country_stands_in_one_zone_only(session):
    artist = an_artist(session)
    iberia = ShippingZone("Iberia", ("PT", "ES"), 450, 100)
    europe = ShippingZone("Europe", ("FR", "ES"), 900, 100)

    with pytest.raises(CountryTwice) as refusal:
        set_shipping(session, artist, ShippingTerms(zones=(iberia, europe)))

    assert refusal.value.country == "ES"


def test_a_country_is_not_both_posted_to_and_excluded(session):
    with pytest.raises(CountryTwice):
        set_shipping(session, an_artist(session), ShippingTerms((ShippingZone("Home", ("PT",), 1, 1),), ("PT",)))


def test_shipping_terms_are_kept(session):
    artist = an_artist(session)
    zones = (ShippingZone("Home", ("PT",), 450, 100), ShippingZone("Elsewhere", ("*",), 1200, 300))

    set_shipping(session, artist, ShippingTerms(zones, ("RU", "AQ"), {"PT": 2300}, 14))
    session.refresh(artist)

    assert artist.zones == list(zones)
    assert artist.excluded_countries == ["AQ", "RU"]
    assert (artist.tax_rates, artist.ships_within_days) == ({"PT": 2300}, 14)
