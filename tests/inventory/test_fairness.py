"""What may be held without buying, and how long it is remembered. `test_griefing` shows what comes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from factories import NOON, a_buyer, a_key, an_edition
from storefront.ids import new_token
from storefront.inventory.dealing import Identity, Missed, Request, Table, deal
from storefront.inventory.fairness import Asker, CoolDown, allowance, list_held_back
from storefront.inventory.holds import HoldState
from storefront.inventory.paying import enter_attempt, sell
from storefront.inventory.placing import AllHeld, LimitReached, PlacedHold, SoldOut, place_hold
from storefront.inventory.rekeying import rekey
from storefront.inventory.releasing import extend, release


@pytest.fixture
def edition(session):
    """The guests of one place may hold six of it an hour without buying."""
    return an_edition(session, size=240)


def hold(session, edition, buyer=None, *, place=None, at=NOON):
    buyer_id = (buyer or a_buyer(session)).id
    return place_hold(session, edition, buyer_id, key=a_key(), at=at, place=place).hold_id


def hold_all_they_may(session, edition, *, place="café", at=NOON):
    return [hold(session, edition, place=place, at=at) for _ in range(allowance(edition.size, edition.per_person))]


def buy(session, holds, at=NOON):
    enter_attempt(session, holds, at=at)
    sell(session, holds)


def give_back(session, *holds):
    assert release(session, list(holds), expect=(HoldState.ACTIVE,)) == sorted(holds)


def refusal(session, edition, buyer=None, *, place=None, at=NOON):
    with pytest.raises(CoolDown) as refused:
        hold(session, edition, buyer, place=place, at=at)
    return refused.value


@pytest.mark.parametrize(
    ("size", "per_person", "most"),
    [(500, 1, 12), (1000, 1, 25), (100_000, 1, 2500), (100, 1, 5), (10, 1, 5), (4, 1, 2), (1, 1, 1), (100, 20, 20)],
)
def test_the_allowance_of_a_place_grows_with_the_edition(size, per_person, most):
    assert allowance(size, per_person) == most


def test_a_place_that_holds_all_it_may_waits_for_its_holds_to_end(session, edition):
    hold_all_they_may(session, edition)

    told = refusal(session, edition, place="café")

    assert told.shared
    assert told.wait == timedelta(minutes=10, seconds=45)


def test_other_places_and_those_who_answer_for_themselves_hold_on(session, edition):
    hold_all_they_may(session, edition)

    assert hold(session, edition, place="museum")
    assert hold(session, edition, place=None)


def test_other_editions_do_not_count(session, edition):
    hold_all_they_may(session, edition)

    assert hold(session, an_edition(session, size=240), place="café")


def test_each_purchase_makes_room_for_two_more(session, edition):
    first, *_rest = hold_all_they_may(session, edition)

    buy(session, [first])

    for _ in range(3):  # its own place, and two
        hold(session, edition, place="café")
    refusal(session, edition, place="café")


def test_a_place_full_of_buyers_is_never_held_back_for_long(session, edition):
    for minute in range(8):
        at = NOON + timedelta(minutes=minute)
        buy(session, hold_all_they_may(session, edition, at=at), at=at)

    assert len(hold_all_they_may(session, edition, at=at)) == 6


def test_what_was_let_go_counts_for_an_hour_but_two_at_a_time_are_always_left(session, edition):
    holds = hold_all_they_may(session, edition)
    give_back(session, *holds)
    an_hour_later = NOON + timedelta(minutes=70)

    for _ in range(2):
        hold(session, edition, place="café")
    refusal(session, edition, place="café")

    assert len(hold_all_they_may(session, edition, at=an_hour_later)) == 6


def test_a_lengthened_hold_counts_once_more_for_each_time(session, edition):
    holds = [hold(session, edition, place="café") for _ in range(2)]
    extend(session, holds, at=NOON)
    extend(session, holds, at=NOON)

    told = refusal(session, edition, place="café")

    assert told.wait == timedelta(minutes=30, seconds=45)


def test_a_hold_that_has_lapsed_counts_as_let_go_even_before_anybody_releases_it(session, edition):
    hold_all_they_may(session, edition)
    lapsed = NOON + timedelta(minutes=10, seconds=45)

    hold(session, edition, place="café", at=lapsed)
    hold(session, edition, place="café", at=lapsed)

    refusal(session, edition, place="café", at=lapsed)


def test_many_who_ask_together_get_no_more_than_one_by_one(session, edition):
    hold(session, edition, place="café")
    askers = [Asker(None, "café") for _ in range(8)]
    askers.insert(3, Asker(None, "museum"))
    askers.append(Asker(None, None))

    answers = list_held_back(session.connection(), edition, askers, at=NOON)

    assert [answer is None for answer in answers] == [True] * 6 + [False] * 3 + [True]


def dealt(session, edition, places):
    table = Table(edition.drop.slug, edition.id, Identity.GUEST)
    requests = [Request(new_token(), a_key(), place) for place in places]
    return [type(answer) for answer in deal(session.connection(), table, requests, at=NOON).answers]


def test_claims_dealt_with_together_are_held_back_while_something_is_free(session, edition):
    session.refresh(edition)
    rest = edition.size - 7

    assert dealt(session, edition, ["café"] * 7 + ["museum"]) == [PlacedHold] * 6 + [CoolDown, PlacedHold]
    assert dealt(session, edition, ["café", *[None] * (rest - 1)]) == [CoolDown] + [PlacedHold] * (rest - 1)
    assert dealt(session, edition, ["café", None, None]) == [Missed, PlacedHold, Missed]


@pytest.mark.parametrize(("per_person", "most"), [(1, 2), (3, 6)])
def test_a_buyer_who_lets_numbers_go_pauses(session, per_person, most):
    edition, buyer = an_edition(session, size=240, per_person=per_person), a_buyer(session)
    for _ in range(most):
        give_back(session, hold(session, edition, buyer))

    told = refusal(session, edition, buyer)

    assert not told.shared
    assert told.wait == timedelta(minutes=20)  # the hold's own ten, and ten more
    refusal(session, edition, buyer, at=NOON + told.wait - timedelta(seconds=1))
    assert hold(session, edition, buyer, at=NOON + told.wait)


def test_after_the_pause_each_number_let_go_is_a_pause_again_until_an_hour_has_passed(session, edition):
    buyer = a_buyer(session)
    for minute in (0, 0, 20):
        give_back(session, hold(session, edition, buyer, at=NOON + timedelta(minutes=minute)))

    refusal(session, edition, buyer, at=NOON + timedelta(minutes=39))
    give_back(session, hold(session, edition, buyer, at=NOON + timedelta(minutes=70)))

    assert hold(session, edition, buyer, at=NOON + timedelta(minutes=91))


def test_it_counts_for_who_pressed_not_for_whose_address_was_given(session, edition):
    guest, victim = a_buyer(session), a_buyer(session)
    for _ in range(2):
        placed = hold(session, edition, guest)
        rekey(session, [placed], victim.id)
        give_back(session, placed)

    assert hold(session, edition, victim)
    refusal(session, edition, guest)


def test_nobody_is_told_to_wait_for_what_they_could_not_have_anyway(session):
    edition, buyer, owner = an_edition(session, size=2), a_buyer(session), a_buyer(session)
    for who in (buyer, buyer, owner, owner):
        give_back(session, hold(session, edition, who))
    holds = [hold(session, edition), hold(session, edition)]

    with pytest.raises(AllHeld):
        hold(session, edition, buyer)
    buy(session, holds)
    with pytest.raises(SoldOut):
        hold(session, edition, buyer)
    rekey(session, holds[:1], owner.id)
    with pytest.raises(LimitReached):
        hold(session, edition, owner)


def test_a_batch_is_judged_by_one_statement_that_walks_over_no_table(session, edition):
    connection, is_postgres = session.connection(), session.get_bind().dialect.name == "postgresql"
    askers = [Asker(a_buyer(session).id, f"place {n}") for n in range(16)]
    if is_postgres:
        session.execute(text("SET LOCAL enable_seqscan = off"))  # so small a table would be read as a whole
    plans = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        cursor.execute(("EXPLAIN " if is_postgres else "EXPLAIN QUERY PLAN ") + statement, parameters)
        plans.append("\n".join(str(row) for row in cursor.fetchall()))

    event.listen(connection, "before_cursor_execute", explain)
    list_held_back(connection, edition, askers, at=NOON)
    event.remove(connection, "before_cursor_execute", explain)

    (plan,) = plans
    assert "ix_hold_place" in plan
    assert ("uq_hold_key" if is_postgres else "(placed_by=?)") in plan
    assert "SCAN hold" not in plan
    assert "Seq Scan on hold" not in plan
