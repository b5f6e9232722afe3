"""The queue after selling out: who has which place, what is offered to whom, for how long, and what nobody can do."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from factories import NOON, a_buyer, a_drop, a_key, an_account, an_edition
from queues import KEY, a_joiner, a_turn, hold_all, token_of
from storefront.accounts.joining import join_address
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.fairness import Asker, list_held_back
from storefront.inventory.holds import GRACE, MORE_TIME, Hold, HoldState
from storefront.inventory.paying import PAYING_TIME, enter_attempt, give_paying_time, sell, take_back
from storefront.inventory.piece_states import relist
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import AllHeld, LimitReached, NumberTaken, PlacedHold, place_hold
from storefront.inventory.rekeying import rekey_all
from storefront.inventory.releasing import NoMoreTime, extend, release
from storefront.inventory.turns import Turn, TurnState
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import MessageState, OutboxMessage
from storefront.waitlist import ending, joining
from storefront.waitlist.joining import LAST_OFFER, ListClosed, NumbersFree, TurnUnknown, ask, confirm
from storefront.waitlist.leaving import NotWaiting, forget_buyers, leave
from storefront.waitlist.offering import (
    OFFER_FOR,
    OFFER_FOR_IN_RUSH,
    end_if_closed,
    forget_addresses,
    list_due,
    note_answers,
    offer_one,
)
from storefront.waitlist.standing import Queue, find_place, look_at_queue

DAY = timedelta(days=1)


def give_back(session, *placed):
    assert release(session, [one.hold_id for one in placed], expect=(HoldState.ACTIVE,))


def work(session, edition, at=NOON):
    """What the clock does for one queue; the turns that got an offer."""
    note_answers(session, edition.id, at=at)
    end_if_closed(session, edition.id, at=at)
    offered = []
    while (turn := offer_one(session, edition.id, at=at)) is not None:
        offered.append(turn)
    return offered


def walk_in(session, edition, at=NOON, **options):
    return place_hold(session, edition, a_buyer(session).id, key=a_key(), at=at, **options)


def paid(session, hold_id, at=NOON):
    enter_attempt(session, [hold_id], at=at)
    return sell(session, [hold_id])


def posted(session):
    return [message.kind for message in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))]


def test_what_comes_back_goes_to_whoever_joined_first_and_to_no_walk_in(session):
    edition = an_edition(session, size=2)
    held = hold_all(session, edition)
    first, second = a_turn(session, edition), a_turn(session, edition)

    give_back(session, held[1])
    with pytest.raises(AllHeld):
        walk_in(session, edition)
    offered = work(session, edition)

    assert offered == [first]
    assert first.hold.piece.number == 2
    assert (first.state, second.state) == (TurnState.OFFERED, TurnState.WAITING)
    assert first.hold.buyer_id == first.buyer_id
    with pytest.raises(AllHeld):
        walk_in(session, edition)


def test_more_numbers_than_people_who_wait_are_anybodys(session):
    edition = an_edition(session, size=3)
    held = hold_all(session, edition)
    turn = a_turn(session, edition)

    give_back(session, *held)
    offered = work(session, edition)

    assert offered == [turn]
    assert sorted(walk_in(session, edition).number for _ in range(2)) == [2, 3]


def test_a_picked_number_that_came_back_is_offered_and_cannot_be_picked(session):
    edition = an_edition(session, size=3, policy=NumberPolicy.PICK)
    held = hold_all(session, edition)
    turn = a_turn(session, edition)

    give_back(session, held[1])

    with pytest.raises(NumberTaken):
        walk_in(session, edition, number=2)
    work(session, edition)
    assert turn.hold.piece.number == 2


@pytest.mark.parametrize("rush", [True, False])
def test_an_offer_lasts_a_day_and_half_an_hour_while_others_still_hold(session, rush):
    edition = an_edition(session, size=2)
    kept, back = hold_all(session, edition)
    turn = a_turn(session, edition)
    if not rush:
        paid(session, kept.hold_id)

    give_back(session, back)
    work(session, edition)

    assert turn.hold.held_until == NOON + (OFFER_FOR_IN_RUSH if rush else OFFER_FOR)


def test_an_offer_never_lasts_beyond_the_sales_end_and_more_time_does_not_take_it_there(session):
    closes = NOON + timedelta(minutes=25)
    edition = an_edition(session, a_drop(session, closes_at=closes), size=2)
    held = hold_all(session, edition)
    turn = a_turn(session, edition)

    give_back(session, held[0])
    work(session, edition)

    assert turn.hold.held_until == closes
    with pytest.raises(NoMoreTime):
        extend(session, [turn.hold_id], at=NOON)


def test_an_offer_may_be_lengthened_as_any_hold(session):
    edition = an_edition(session, size=2)
    held = hold_all(session, edition)
    turn = a_turn(session, edition)
    give_back(session, held[0])
    work(session, edition)
    until = turn.hold.held_until

    extend(session, [turn.hold_id], at=until)

    assert turn.hold.held_until == until + MORE_TIME


def test_who_begins_to_pay_in_the_last_minute_of_a_day_has_time_for_it(session):
    edition = an_edition(session, size=1)
    (held,) = hold_all(session, edition)
    turn = a_turn(session, edition)
    give_back(session, held)
    work(session, edition)
    late = turn.hold.held_until - timedelta(seconds=10)

    enter_attempt(session, [turn.hold_id], at=late)
    give_paying_time(session, [turn.hold_id], at=late)

    session.refresh(turn.hold)
    assert turn.hold.held_until == late + PAYING_TIME


def test_an_offer_that_runs_out_is_the_next_ones(session):
    edition = an_edition(session, size=1)
    (held,) = hold_all(session, edition)
    first, second = a_turn(session, edition), a_turn(session, edition)
    give_back(session, held)
    work(session, edition)
    in_time, late = first.hold.held_until + GRACE - timedelta(seconds=1), first.hold.held_until + GRACE

    assert work(session, edition, in_time) == []
    assert work(session, edition, late) == [second]
    note_answers(session, edition.id, at=late)

    session.refresh(first)
    assert (first.state, first.ended_at) == (TurnState.PASSED, late)
    assert second.hold.piece.number == 1


def test_an_offer_that_is_paid_is_taken_and_one_given_back_is_passed_on(session):
    edition = an_edition(session, size=2)
    held = hold_all(session, edition)
    first, second, third = (a_turn(session, edition) for _ in range(3))
    give_back(session, *held)
    work(session, edition)

    paid(session, first.hold_id)
    release(session, [second.hold_id], expect=(HoldState.ACTIVE,))
    work(session, edition)

    for turn in (first, second):
        session.refresh(turn)
    assert [turn.state for turn in (first, second, third)] == [TurnState.TAKEN, TurnState.PASSED, TurnState.OFFERED]


def test_a_refunded_number_that_is_put_on_sale_again_is_offered_first(session):
    edition = an_edition(session, size=1)
    (held,) = hold_all(session, edition)
    (piece,) = paid(session, held.hold_id)
    turn = a_turn(session, edition)

    take_back(session, [held.hold_id])
    assert work(session, edition) == []
    relist(session, piece.id, reason="returned", at=NOON)
    with pytest.raises(AllHeld):
        walk_in(session, edition)

    assert work(session, edition) == [turn]


def test_nothing_is_offered_while_the_sale_is_paused_or_when_it_is_over(session):
    edition = an_edition(session, a_drop(session, closes_at=NOON + DAY), size=2)
    held = hold_all(session, edition)
    turn = a_turn(session, edition)
    give_back(session, held[0])

    edition.drop.state = DropState.PAUSED
    session.flush()
    assert work(session, edition) == []
    edition.drop.state = DropState.CLOSED
    session.flush()
    assert work(session, edition) == []

    session.refresh(turn)
    assert turn.state is TurnState.OVER


def test_the_queue_ends_when_an_offer_would_be_too_short_to_be_used_and_the_rest_is_anybodys(session):
    closes = NOON + DAY
    edition = an_edition(session, a_drop(session, closes_at=closes), size=1)
    (held,) = hold_all(session, edition)
    turn = a_turn(session, edition)
    last = closes - LAST_OFFER

    work(session, edition, last - timedelta(seconds=1))
    session.refresh(turn)
    assert turn.state is TurnState.OFFERED, "the overdue hold is back"
    assert turn.hold.held_until == closes

    with pytest.raises(ListClosed):
        a_turn(session, edition, at=last)
    assert held.number == 1


def test_who_waits_when_the_queue_ends_is_over_and_walk_ins_may_buy(session):
    closes = NOON + DAY
    edition = an_edition(session, a_drop(session, closes_at=closes), size=1)
    hold_all(session, edition)
    turn = a_turn(session, edition)

    work(session, edition, closes - LAST_OFFER)

    session.refresh(turn)
    assert turn.state is TurnState.OVER
    assert isinstance(walk_in(session, edition, at=closes - timedelta(minutes=1)), PlacedHold)


def test_who_waited_to_the_end_is_told_once_and_who_left_is_not(session):
    edition = an_edition(session, a_drop(session, closes_at=NOON + DAY), size=1)
    hold_all(session, edition)
    stays, leaves, goes = (a_turn(session, edition) for _ in range(3))
    leave(session, leaves, at=NOON)

    assert not ending.is_any_untold(session)
    work(session, edition, NOON + DAY)
    forget_buyers(session, [goes.buyer_id], at=NOON + DAY)
    told = [ending.tell_some(session, at=NOON + DAY) for _ in range(2)]

    assert told == [1, 0]
    assert not ending.is_any_untold(session)
    query = select(OutboxMessage.refs).where(OutboxMessage.kind == Kind.WAITLIST_OVER)
    assert session.scalars(query).all() == [{"turn_id": stays.id}]


def test_a_crowd_is_told_of_the_end_a_few_at_a_time(session):
    edition = an_edition(session, a_drop(session, closes_at=NOON + DAY), size=1)
    hold_all(session, edition)
    for _ in range(50):
        a_turn(session, edition)
    work(session, edition, NOON + DAY)

    assert [ending.tell_some(session, at=NOON + DAY) for _ in range(2)] == [40, 0]
    session.execute(update(OutboxMessage).values(state=MessageState.SENT))
    assert ending.tell_some(session, at=NOON + DAY) == 10


def test_who_has_as_many_as_one_person_may_cannot_join_and_is_passed_over(session):
    edition = an_edition(session, size=3)
    held = hold_all(session, edition)
    owner = session.get(Hold, held[0].hold_id).buyer_id
    paid(session, held[0].hold_id)
    waiting, next_one = a_turn(session, edition), a_turn(session, edition)

    with pytest.raises(LimitReached):
        joining.join(session, edition, joining.Joiner(owner, "owner@example.org", "en"), key=KEY, at=NOON)
    session.execute(update(Hold).where(Hold.id == held[1].hold_id).values(buyer_id=waiting.buyer_id))
    give_back(session, held[2])

    assert work(session, edition) == [next_one]
    session.refresh(waiting)
    assert waiting.state is TurnState.OVER


def test_nobody_waits_while_a_number_is_free_or_before_the_opening(session):
    edition = an_edition(session, size=1)
    early = an_edition(session, a_drop(session, state=DropState.ANNOUNCED, opens_at=NOON + DAY), size=1)

    with pytest.raises(NumbersFree):
        a_turn(session, edition)
    with pytest.raises(ListClosed):
        a_turn(session, early)


def test_an_address_has_its_place_when_it_is_confirmed_and_not_before(session):
    edition = an_edition(session, size=1)
    hold_all(session, edition)
    asked = ask(session, edition, a_joiner(session), key=KEY, at=NOON)
    sooner = a_turn(session, edition)

    turn = confirm(session, token_of(asked), at=NOON + timedelta(hours=1))

    assert (find_place(session, sooner), find_place(session, turn)) == (1, 2)
    assert confirm(session, token_of(asked), at=NOON + DAY).seq == turn.seq, "pressed twice"
    assert posted(session).count("waitlist_asked") == 1
    assert posted(session).count("waitlist_joined") == 2


def test_a_link_that_nobody_pressed_is_forgotten(session):
    edition = an_edition(session, size=1)
    hold_all(session, edition)
    token = token_of(ask(session, edition, a_joiner(session), key=KEY, at=NOON))

    with pytest.raises(TurnUnknown):
        confirm(session, token, at=NOON + joining.ASKED_LASTS)
    joining.forget_unconfirmed(session, at=NOON + joining.ASKED_LASTS)

    assert session.scalars(select(Turn)).all() == []


def test_asking_twice_is_one_turn_and_a_second_mail_a_minute_later(session):
    edition, buyer = an_edition(session, size=1), a_buyer(session)
    hold_all(session, edition)

    turns = {
        ask(session, edition, a_joiner(session, buyer), key=KEY, at=NOON + timedelta(seconds=s)).id for s in (0, 1, 61)
    }

    assert len(turns) == 1
    assert posted(session) == ["waitlist_asked"] * 2


def test_a_place_never_grows_and_leaving_moves_the_others_up(session):
    edition = an_edition(session, size=1)
    hold_all(session, edition)
    first, second, third = (a_turn(session, edition) for _ in range(3))

    leave(session, second, at=NOON)

    assert [find_place(session, turn) for turn in (first, second, third)] == [1, None, 2]
    assert look_at_queue(session, edition) == Queue(waiting=2, came_back=0, size=1)
    with pytest.raises(NotWaiting):
        leave(session, second, at=NOON)


def test_who_passed_may_join_again_at_the_end(session):
    edition, buyer = an_edition(session, size=1), a_buyer(session)
    (held,) = hold_all(session, edition)
    turn = a_turn(session, edition, buyer)
    other = a_turn(session, edition)
    give_back(session, held)
    work(session, edition)
    release(session, [turn.hold_id], expect=(HoldState.ACTIVE,))
    work(session, edition)

    again = a_turn(session, edition, buyer)

    assert (again.id != turn.id, again.seq > other.seq) == (True, True)
    assert look_at_queue(session, edition).came_back == 1, "one number, twice"


def test_letting_an_offer_go_is_no_griefing(session):
    edition, buyer = an_edition(session, size=4), a_buyer(session)
    for _ in range(3):
        held = [one for one in hold_all(session, edition) if one]
        turn = a_turn(session, edition, buyer)
        give_back(session, *held)
        work(session, edition)
        release(session, [turn.hold_id], expect=(HoldState.ACTIVE,))
        work(session, edition)

    assert list_held_back(session.connection(), edition, [Asker(buyer.id, None)], at=NOON) == [None]


def test_who_confirms_an_address_keeps_the_better_of_two_places(session):
    edition = an_edition(session, size=1)
    hold_all(session, edition)
    account = an_account(session, confirmed_at=None)
    own, of_address = a_buyer(session, account_id=account.id), a_buyer(session, email_key=account.email_key)
    better, worse = a_turn(session, edition, own), a_turn(session, edition, of_address)

    buyer = join_address(session, account, rekey=rekey_all, at=NOON)

    for turn in (better, worse):
        session.refresh(turn)
    assert (better.state, better.buyer_id, worse.state) == (TurnState.WAITING, buyer.id, TurnState.LEFT)
    assert worse.ended_at == NOON, "or its address would never be forgotten"


def test_the_clock_has_nothing_to_do_until_something_happened(session):
    edition = an_edition(session, size=2)
    held = hold_all(session, edition)
    a_turn(session, edition)
    assert list_due(session, at=NOON) == []

    give_back(session, held[0])
    assert list_due(session, at=NOON) == [edition.id]
    work(session, edition)

    assert list_due(session, at=NOON) == []
    assert list_due(session, at=NOON + DAY + GRACE) == [edition.id]


def test_the_address_of_a_turn_that_ended_is_forgotten(session):
    edition = an_edition(session, size=1)
    hold_all(session, edition)
    gone, waiting = a_turn(session, edition), a_turn(session, edition)
    leave(session, gone, at=NOON)

    forget_addresses(session, at=NOON + 31 * DAY)

    assert (gone.email, waiting.email) == (None, "waiting@example.org")


def test_pieces_are_held_by_one_and_the_arithmetic_stays(session):
    edition = an_edition(session, size=3)
    held = hold_all(session, edition)
    for _ in range(2):
        a_turn(session, edition)
    give_back(session, *held)
    work(session, edition)

    states = session.scalars(select(Piece.state).where(Piece.edition_id == edition.id).order_by(Piece.number)).all()
    assert states == [PieceState.HELD, PieceState.HELD, PieceState.AVAILABLE]
