import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from drafts import TERMS, a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON, an_artist
from storefront.catalog.drops import Drop
from storefront.catalog.edition_terms import (
    CurrencyMissing,
    EditionFrozen,
    PriceMissing,
    ReservedRefused,
    edit_edition,
    remove_edition,
)
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.announcing import announce


def test_an_edition_is_priced_in_its_artists_currency(session):
    edition = a_drafted_edition(session, a_drafted_pin(session, an_artist(session, currency="SEK")))

    assert str(edition.price) == "Money(minor=2800, currency='SEK')"


def test_an_artist_without_a_currency_can_not_price_an_edition(session):
    with pytest.raises(CurrencyMissing):
        a_drafted_edition(session, a_drafted_pin(session, an_artist(session, currency=None)))


def test_an_edition_costs_something(session):
    with pytest.raises(PriceMissing):
        a_drafted_edition(session, price_minor=0)


@pytest.mark.parametrize(
    ("reserved", "note", "reason"),
    [
        ((0,), "Archive", "outside"),
        ((11,), "Archive", "outside"),
        (range(1, 11), "Archive", "all"),
        ((1,), " ", "note"),
    ],
)
def test_reserved_numbers_belong_to_the_edition_and_say_why(session, reserved, note, reason):
    with pytest.raises(ReservedRefused) as refusal:
        a_drafted_edition(session, reserved=tuple(reserved), reserved_note=note)

    assert refusal.value.reason == reason


def test_before_the_announcement_every_term_may_change(session):
    edition = a_drafted_edition(session)

    edit_edition(session, edition, replace(TERMS, size=3, proofs=1, reserved=(3, 1, 3), reserved_note="For the museum"))

    assert (edition.size, edition.proofs, edition.reserved) == (3, 1, [1, 3])


def test_an_announced_edition_is_frozen_in_python_and_in_the_database(database):
    with database.transaction() as session:
        edition = a_drafted_edition(session)
        announce(session, a_drafted_drop(session, edition), at=NOON)

    with database.transaction() as session, pytest.raises(EditionFrozen):
        edit_edition(session, session.get(Edition, edition.id), replace(TERMS, size=11))
    with database.transaction() as session, pytest.raises(EditionFrozen):
        remove_edition(session, session.get(Edition, edition.id))
    for change in ({"size": 11}, {"price_minor": 1}, {"policy": NumberPolicy.PICK}, {"per_person": 2}, {"proofs": 5}):
        with pytest.raises(DBAPIError, match="frozen"), database.transaction() as session:
            session.execute(update(Edition).values(**change))


def test_a_draft_can_be_removed(session):
    edition = a_drafted_edition(session)

    remove_edition(session, edition)

    assert session.get(Edition, edition.id) is None


def test_an_edit_that_waited_for_an_announcement_finds_the_edition_frozen(database):
    with database.transaction() as session:
        edition = a_drafted_edition(session)
        drop = a_drafted_drop(session, edition)
    started = Event()

    def edit():
        started.set()
        with database.transaction() as session:
            edit_edition(session, session.get(Edition, edition.id), replace(TERMS, size=11))

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            announce(session, session.get(Drop, drop.id), at=NOON)
            edited = pool.submit(edit)
            started.wait(5)
            time.sleep(0.3)  # until it stands before the lock
        with pytest.raises(EditionFrozen):
            edited.result(5)
