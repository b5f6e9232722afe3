from datetime import timedelta

import pytest

from factories import NOON, a_buyer, a_drop, a_key, an_edition
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import HOLD_FOR, Hold, HoldState
from storefront.inventory.pieces import PieceState
from storefront.inventory.placing import (
    AllHeld,
    DropNotOpen,
    DropOver,
    DropPaused,
    LimitReached,
    NumberTaken,
    SoldOut,
    place_hold,
)
from storefront.inventory.stock import counts


def hold(session, edition, buyer=None, at=NOON, key=None, number=None):
    return place_hold(session, edition, (buyer or a_buyer(session)).id, key=key or a_key(), at=at, number=number)


def test_holds_take_the_lowest_free_number_and_skip_reserved_ones(session):
    edition = an_edition(session, size=4, reserved=[1, 3])

    numbers = [hold(session, edition).number for _ in range(2)]

    assert numbers == [2, 4]


def test_a_hold_lasts_ten_minutes_and_keeps_the_price_of_its_moment(session):
    edition = an_edition(session)

    placed = session.get(Hold, hold(session, edition).hold_id)

    assert placed.held_until == NOON + HOLD_FOR
    assert (placed.price_minor, placed.currency) == (2800, "EUR")
    assert counts(session, edition.id)[PieceState.HELD] == 1


def test_the_same_key_from_the_same_buyer_is_the_same_hold(session):
    edition, buyer, key = an_edition(session, per_person=5), a_buyer(session), a_key()

    first = hold(session, edition, buyer, key=key)
    second = hold(session, edition, buyer, key=key)

    assert second.hold_id == first.hold_id
    assert second.replayed


def test_one_buyers_key_says_nothing_to_another(session):
    edition, key = an_edition(session), a_key()

    first = hold(session, edition, key=key)
    second = hold(session, edition, key=key)

    assert second.hold_id != first.hold_id


def test_a_person_cannot_hold_more_than_the_limit(session):
    edition, buyer = an_edition(session, per_person=2), a_buyer(session)
    hold(session, edition, buyer)
    hold(session, edition, buyer)

    with pytest.raises(LimitReached):
        hold(session, edition, buyer)


def test_a_click_before_the_opening_is_told_how_long_to_wait(session):
    edition = an_edition(session, a_drop(session, state=DropState.ANNOUNCED, opens_at=NOON + timedelta(seconds=3)))

    with pytest.raises(DropNotOpen) as refused:
        hold(session, edition)

    assert refused.value.wait_ms == 3000


def test_an_announced_drop_sells_from_its_opening_on_without_anybody_opening_it(session):
    edition = an_edition(session, a_drop(session, state=DropState.ANNOUNCED))

    assert hold(session, edition).number == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"state": DropState.PAUSED}, DropPaused),
        ({"state": DropState.CLOSED}, DropOver),
        ({"state": DropState.CANCELLED}, DropOver),
        ({"state": DropState.DRAFT}, DropOver),
        ({"closes_at": NOON + timedelta(seconds=1), "opens_at": NOON - timedelta(hours=1)}, None),
        ({"closes_at": NOON, "opens_at": NOON - timedelta(hours=1)}, DropOver),
    ],
)
def test_only_a_running_drop_sells(session, changes, refusal):
    edition = an_edition(session, a_drop(session, **changes))

    if refusal is None:
        assert hold(session, edition).number == 1
    else:
        with pytest.raises(refusal):
            hold(session, edition)


def test_all_held_is_not_sold_out(session):
    edition = an_edition(session, size=1)
    first = hold(session, edition)

    with pytest.raises(AllHeld):
        hold(session, edition)

    session.get(Hold, first.hold_id).piece.state = PieceState.SOLD
    session.flush()
    with pytest.raises(SoldOut):
        hold(session, edition)


def test_an_overdue_hold_is_given_to_whoever_asks_next(session):
    edition = an_edition(session, size=1)
    first = hold(session, edition)

    with pytest.raises(AllHeld):
        hold(session, edition, at=NOON + HOLD_FOR + timedelta(seconds=44))
    second = hold(session, edition, at=NOON + HOLD_FOR + timedelta(seconds=45))

    assert second.number == first.number
    session.expire_all()
    assert session.get(Hold, first.hold_id).state is HoldState.RELEASED


def test_a_buyers_own_overdue_hold_does_not_block_its_limit(session):
    edition, buyer = an_edition(session), a_buyer(session)
    hold(session, edition, buyer)

    again = hold(session, edition, buyer, at=NOON + timedelta(minutes=11))

    assert again.number == 1


def test_an_overdue_hold_in_an_attempt_is_left_alone(session):
    edition = an_edition(session, size=1)
    session.get(Hold, hold(session, edition).hold_id).in_attempt = True
    session.flush()

    with pytest.raises(AllHeld):
        hold(session, edition, at=NOON + timedelta(hours=2))


def test_a_picked_number_that_is_taken_is_refused_and_nothing_is_substituted(session):
    edition = an_edition(session, policy=NumberPolicy.PICK)
    hold(session, edition, number=7)

    with pytest.raises(NumberTaken):
        hold(session, edition, number=7)
