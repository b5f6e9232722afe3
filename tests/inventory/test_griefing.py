"""The promise of `fairness`, shown on the whole: griefers cannot keep an edition from those who buy."""

from datetime import timedelta

import pytest

from inventory.griefing import CALM, NOON, TACTICS, an_hour
from storefront.inventory import placing

KEEPS_TRYING = timedelta(minutes=10)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_griefers_keep_little_of_the_unsold_and_every_buyer_gets_one(database):
    outcome = an_hour(database, TACTICS)

    assert outcome.share <= 0.20
    assert outcome.waits[-1] <= KEEPS_TRYING


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_nor_do_those_who_hold_for_as_long_as_they_can_when_it_counts_most(database):
    outcome = an_hour(database, ["lengthen"], since=CALM)

    assert outcome.share <= 0.20
    assert outcome.waits[-1] <= KEEPS_TRYING


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_without_the_rule_the_same_griefers_keep_nearly_all(database, monkeypatch):
    monkeypatch.setattr(placing, "list_held_back", lambda _c, _e, askers, *, at: [None] * len(askers))

    outcome = an_hour(database, ["lengthen"], until=NOON + timedelta(minutes=25))

    assert outcome.share > 0.9
    assert outcome.waits[-1] > KEEPS_TRYING
