"""The bench's own judge must be able to say no."""

from datetime import UTC, datetime, timedelta

import pytest

from bench import truth
from bench.databases import slug
from bench.load import Ran
from factories import NOON, a_buyer, a_drop, a_key, an_edition
from storefront.inventory.placing import place_hold


def ran(placed, refusals=()):
    refused = [at.timestamp() for at in refusals]
    return Ran(placed + len(refused), 1.0, len(refused), 0, 0, 1.0, 1.0, refused)


@pytest.fixture
def rushed(database):
    """Two pieces, held one after the other."""
    with database.transaction() as session:
        edition = an_edition(session, a_drop(session, slug=slug(1)), size=2)
        for seconds in (0, 10):
            place_hold(session, edition, a_buyer(session).id, key=a_key(), at=NOON + timedelta(seconds=seconds))


def test_a_run_in_which_all_is_well(rushed, database_url):
    told = truth.look(database_url, ran(2, [NOON + timedelta(seconds=11)]))

    assert told == truth.Truth(oversold=0, duplicate_numbers=0, false_sold_out=0, lost=0)


def test_a_refusal_before_the_last_number_went_was_false(rushed, database_url):
    told = truth.look(database_url, ran(2, [NOON + timedelta(seconds=s) for s in (5, 9, 11)]))

    assert told.false_sold_out == 2


def test_every_refusal_is_false_while_a_number_is_left(database, database_url):
    with database.transaction() as session:
        edition = an_edition(session, a_drop(session, slug=slug(1)), size=2)
        place_hold(session, edition, a_buyer(session).id, key=a_key(), at=NOON)

    assert truth.look(database_url, ran(1, [datetime.now(UTC)])).false_sold_out == 1


def test_a_hold_that_was_acknowledged_and_is_not_there_is_lost(rushed, database_url):
    assert truth.look(database_url, ran(5)).lost == 3
