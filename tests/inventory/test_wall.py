"""What an edition's wall says to everybody."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from factories import NOON, a_buyer, a_drop, a_key, an_edition
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import GRACE, HOLD_FOR, Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import place_hold
from storefront.inventory.wall import Showing, find_piece_state, list_walls, showing


def the_wall(session, edition, at=NOON):
    return list_walls(session, [edition], at=at)[edition.id]


def hold_one(session, edition, **values):
    return place_hold(session, edition, a_buyer(session).id, key=a_key(), at=NOON, **values)


def sell(session, *holds):
    ids = [hold.hold_id for hold in holds]
    session.execute(update(Hold).where(Hold.id.in_(ids)).values(state=HoldState.SOLD))
    session.execute(update(Piece).where(Piece.id.in_([hold.piece_id for hold in holds])).values(state=PieceState.SOLD))


def test_a_wall_tells_each_piece_by_one_digit(session):
    edition = an_edition(session, size=6, proofs=2, reserved=[4])
    sell(session, hold_one(session, edition))
    hold_one(session, edition)

    wall = the_wall(session, edition)

    assert wall.numbered == "210300"
    assert wall.proofs == "33"
    assert (wall.sold, wall.held, wall.free, wall.withheld) == (1, 1, 3, 1)
    assert wall.next_free == 3


def test_one_query_reads_the_walls_of_several_editions(session, database):
    drop = a_drop(session)
    editions = [an_edition(session, drop, size=size) for size in (3, 5)]

    walls = list_walls(session, editions, at=NOON)

    assert [walls[edition.id].numbered for edition in editions] == ["000", "00000"]


def test_a_sealed_wall_has_no_digits_and_no_next_number_while_a_number_may_still_be_had(session):
    edition = an_edition(session, size=5, proofs=1, policy=NumberPolicy.SEALED)
    sell(session, hold_one(session, edition))
    hold_one(session, edition)

    wall = the_wall(session, edition)

    assert (wall.numbered, wall.next_free) == ("", None)
    assert (wall.sold, wall.held, wall.free) == (1, 1, 3)
    assert wall.proofs == "3"


def test_a_sealed_wall_is_shown_once_its_last_number_is_sold(session):
    edition = an_edition(session, size=2, policy=NumberPolicy.SEALED)
    sell(session, hold_one(session, edition), hold_one(session, edition))

    wall = the_wall(session, edition)

    assert wall.numbered == "22"
    assert wall.is_sold_out


def test_a_wall_of_more_than_two_thousand_pieces_is_told_in_counts(session):
    edition = an_edition(session, size=2001)

    wall = the_wall(session, edition)

    assert wall.numbered == ""
    assert (wall.free, wall.next_free) == (2001, 1)


def test_returning_numbers_are_told_by_the_last_hold_to_end_and_overdue_ones_are_among_the_held(session):
    edition = an_edition(session, size=2)
    hold_one(session, edition)
    later = place_hold(session, edition, a_buyer(session).id, key=a_key(), at=NOON + timedelta(minutes=1))

    wall = the_wall(session, edition, at=NOON + HOLD_FOR + GRACE)

    assert wall.returns_at == session.get(Hold, later.hold_id).held_until
    assert (wall.held, wall.overdue, wall.free) == (2, 1, 0)


def test_a_sold_hold_returns_nothing(session):
    edition = an_edition(session, size=1)
    sell(session, hold_one(session, edition))

    wall = the_wall(session, edition)

    assert wall.returns_at is None
    assert wall.overdue == 0


def test_an_edition_not_minted_yet_shows_what_is_planned(session):
    edition = an_edition(session, minted=False, size=4, reserved=[1], proofs=2)

    wall = the_wall(session, edition)

    assert (wall.numbered, wall.proofs, wall.next_free) == ("3000", "33", 2)


def test_one_number_can_be_asked_for_unless_the_edition_is_sealed(session):
    pick = an_edition(session, size=3, policy=NumberPolicy.PICK)
    sealed = an_edition(session, size=3, policy=NumberPolicy.SEALED)
    hold_one(session, pick, number=2)

    assert find_piece_state(session, pick, 2) is PieceState.HELD
    assert find_piece_state(session, pick, 4) is None
    assert find_piece_state(session, sealed, 2) is None


@pytest.mark.parametrize(
    ("values", "at", "expected"),
    [
        ({"state": DropState.DRAFT}, NOON, Showing.DRAFT),
        ({"state": DropState.ANNOUNCED}, NOON - timedelta(seconds=1), Showing.SCHEDULED),
        ({"state": DropState.ANNOUNCED}, NOON, Showing.OPEN),
        ({"state": DropState.PAUSED}, NOON, Showing.PAUSED),
        ({"closes_at": NOON + timedelta(hours=1)}, NOON + timedelta(hours=1), Showing.CLOSED),
        ({"state": DropState.CLOSED}, NOON, Showing.CLOSED),
        ({"state": DropState.CANCELLED}, NOON, Showing.CANCELLED),
    ],
)
def test_a_drop_shows_its_state_and_the_time(session, values, at, expected):
    drop = a_drop(session, **values)
    edition = an_edition(session, drop)

    assert showing(drop, [the_wall(session, edition)], at) is expected


def test_a_drop_is_all_held_while_every_number_is_taken_but_some_may_return(session):
    edition = an_edition(session, size=2)
    sell(session, hold_one(session, edition))
    hold_one(session, edition)

    assert showing(edition.drop, [the_wall(session, edition)], NOON) is Showing.ALL_HELD


def test_a_drop_is_sold_out_when_all_its_editions_are_even_after_it_closed(session):
    drop = a_drop(session)
    editions = [an_edition(session, drop, size=1) for _ in range(2)]
    holds = [hold_one(session, edition) for edition in editions]
    sell(session, holds[0])
    before = showing(drop, list(list_walls(session, editions, at=NOON).values()), NOON)

    sell(session, holds[1])
    drop.state = DropState.CLOSED

    assert before is Showing.ALL_HELD
    assert showing(drop, list(list_walls(session, editions, at=NOON).values()), NOON) is Showing.SOLD_OUT
