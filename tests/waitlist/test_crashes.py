"""A clock that dies while it offers: what was committed is true, and the next round does the rest."""

import pytest

from queues import a_turn, hold_all
from storefront import jobs
from storefront.failpoints import Reached
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.releasing import release
from storefront.inventory.turns import Turn, TurnState
from storefront.outbox.messages import OutboxMessage


@pytest.fixture(params=["sqlite"])
def engine_name(request):
    return request.param


def offers(shop):
    return [until for until in shop.all(Hold.offered_until) if until is not None]


@pytest.mark.parametrize(("place", "done"), [("F1", 0), ("F2", 1)])
def test_a_clock_that_dies_has_offered_or_has_not_and_nothing_is_offered_twice(shop, monkeypatch, place, done):
    edition = shop.edition(size=2)
    with shop.database.transaction() as session:
        held = hold_all(session, edition, at=shop.clock.now())
        for _ in range(2):
            a_turn(session, edition, at=shop.clock.now())
        release(session, [one.hold_id for one in held], expect=(HoldState.ACTIVE,))

    def die(name):
        if name == place:
            raise Reached(name)

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "reach", die)
        shop.round.offer()
    assert len(offers(shop)) == done

    shop.round.offer()
    shop.round.offer()

    assert shop.all(Turn.state) == [TurnState.OFFERED] * 2
    assert len(offers(shop)) == 2
    assert shop.all(OutboxMessage.kind).count("waitlist_offer") == 2
