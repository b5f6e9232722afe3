from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from drafts import PLAN, a_drafted_drop, a_drafted_edition
from factories import NOON, a_buyer, a_key
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import NumberPolicy, list_editions
from storefront.inventory.announcing import announce
from storefront.inventory.placing import DropNotOpen, DropOver, DropPaused, place_hold
from storefront.inventory.running import (
    BroughtForward,
    NotRunning,
    TooLateToCancel,
    TooLateToPutOff,
    cancel,
    close,
    close_due,
    open_due,
    pause,
    put_off,
    resume,
)
from storefront.ledger.chain import list_entries, verify

OPENS = PLAN.opens_at
DAY = timedelta(days=1)
CLOSES = OPENS + DAY


def an_announced_drop(session, **terms):
    drop = a_drafted_drop(session, a_drafted_edition(session, **terms), closes_at=CLOSES)
    announce(session, drop, at=NOON)
    return drop


def ledger_kinds(session, drop):
    return [
        str(entry.kind) for edition in list_editions(session, drop.id) for entry in list_entries(session, edition.ref)
    ]


def hold(session, drop, at):
    return place_hold(session, list_editions(session, drop.id)[0], a_buyer(session).id, key=a_key(), at=at)


def test_a_drop_opens_when_its_time_has_come_and_not_before(session):
    drop = an_announced_drop(session)

    assert open_due(session, at=OPENS - timedelta(milliseconds=1)) == []
    assert open_due(session, at=OPENS) == [drop.id]

    assert (drop.state, drop.opened_at) == (DropState.OPEN, OPENS)
    assert ledger_kinds(session, drop) == ["declared", "opened"]


def test_an_announced_opening_is_put_off_and_calendars_hear_of_it(session):
    drop = an_announced_drop(session)

    put_off(session, drop, OPENS + DAY, CLOSES + DAY, zone=drop.zone, at=OPENS - timedelta(milliseconds=1))

    assert (drop.opens_at, drop.closes_at, drop.sequence) == (OPENS + DAY, CLOSES + DAY, 1)
    assert open_due(session, at=OPENS) == []
    with pytest.raises(DropNotOpen):
        hold(session, drop, OPENS)
    assert open_due(session, at=OPENS + DAY) == [drop.id]


def test_an_opening_is_never_brought_forward_and_not_put_off_once_it_has_come(session):
    drop = an_announced_drop(session)

    with pytest.raises(BroughtForward):
        put_off(session, drop, OPENS - timedelta(minutes=1), None, zone=drop.zone, at=NOON)
    with pytest.raises(TooLateToPutOff):
        put_off(session, drop, OPENS + DAY, None, zone=drop.zone, at=OPENS)
    hold(session, drop, OPENS)
    with pytest.raises(TooLateToPutOff):  # by a clock that was read a moment before the hold came
        put_off(session, drop, OPENS + DAY, None, zone=drop.zone, at=OPENS - timedelta(milliseconds=1))
    assert drop.opens_at == OPENS


def test_a_drop_closes_at_its_end(session):
    drop = an_announced_drop(session)
    open_due(session, at=OPENS)

    assert close_due(session, at=CLOSES - timedelta(milliseconds=1)) == []
    assert close_due(session, at=CLOSES) == [drop.id]

    assert (drop.state, drop.closed_at) == (DropState.CLOSED, CLOSES)
    assert ledger_kinds(session, drop) == ["declared", "opened", "closed"]


def test_a_sealed_edition_shows_its_seed_once_it_has_closed(session):
    drop = an_announced_drop(session, policy=NumberPolicy.SEALED)
    edition = list_editions(session, drop.id)[0]
    open_due(session, at=OPENS)

    close_due(session, at=CLOSES)

    entries = list(list_entries(session, edition.ref))
    assert [str(entry.kind) for entry in entries] == ["declared", "opened", "closed", "seed_revealed"]
    assert edition.seed in entries[-1].body
    assert verify(session, edition.ref) is None


def test_opening_and_closing_twice_changes_nothing(session):
    drop = an_announced_drop(session)

    opened = [open_due(session, at=OPENS) for _ in range(2)]
    closed = [close_due(session, at=CLOSES) for _ in range(2)]

    assert (opened, closed) == ([[drop.id], []], [[drop.id], []])
    assert ledger_kinds(session, drop) == ["declared", "opened", "closed"]


def test_clerks_working_at_once_open_a_drop_once(database):
    with database.transaction() as session:
        drop_id = an_announced_drop(session).id

    def clerk(_):
        with database.transaction() as session:
            return open_due(session, at=OPENS)

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(clerk, range(16)))

    assert [ids for ids in opened if ids] == [[drop_id]]
    with database.transaction() as session:
        assert ledger_kinds(session, session.get(Drop, drop_id)) == ["declared", "opened"]


def test_a_clerk_who_comes_late_opens_and_then_closes(session):
    drop = an_announced_drop(session)

    assert open_due(session, at=CLOSES) == close_due(session, at=CLOSES) == [drop.id]
    assert drop.state is DropState.CLOSED


def test_before_it_opens_a_drop_may_be_cancelled_with_a_reason(session):
    drop = an_announced_drop(session)

    cancel(session, drop, "The factory burnt down.", at=OPENS - timedelta(seconds=1))

    assert (drop.state, drop.cancel_reason) == (DropState.CANCELLED, "The factory burnt down.")
    assert open_due(session, at=OPENS) == []
    with pytest.raises(DropOver):
        hold(session, drop, OPENS)


def test_once_numbers_can_be_held_a_drop_is_not_cancelled_any_more(session):
    drop = an_announced_drop(session)

    with pytest.raises(TooLateToCancel):
        cancel(session, drop, "Too late.", at=OPENS)


def test_a_cancellation_that_waited_for_its_turn_does_not_undo_a_hold(session):
    drop = an_announced_drop(session)
    hold(session, drop, OPENS)

    with pytest.raises(TooLateToCancel):
        cancel(session, drop, "Read the clock a moment too early.", at=OPENS - timedelta(milliseconds=5))


def test_a_pause_stops_new_holds_and_a_resumption_allows_them(session):
    drop = an_announced_drop(session)
    open_due(session, at=OPENS)

    pause(session, drop, "A printer jam.", at=OPENS)
    with pytest.raises(DropPaused):
        hold(session, drop, OPENS)
    assert drop.pause_reason == "A printer jam."

    resume(session, drop, at=OPENS + timedelta(minutes=5))
    assert hold(session, drop, OPENS + timedelta(minutes=5)).number == 1


def test_a_drop_that_sells_by_the_clock_can_be_paused_before_the_clerk_has_come(session):
    drop = an_announced_drop(session)

    pause(session, drop, "Wait.", at=OPENS)

    assert drop.state is DropState.PAUSED
    assert ledger_kinds(session, drop) == ["declared", "opened"]


def test_a_paused_drop_closes_at_its_end_and_is_not_resumed_after_it(session):
    drop = an_announced_drop(session)
    pause(session, drop, "Wait.", at=OPENS)

    with pytest.raises(NotRunning):
        resume(session, drop, at=CLOSES)
    assert close_due(session, at=CLOSES) == [drop.id]


def test_an_artist_may_close_early(session):
    drop = an_announced_drop(session)
    open_due(session, at=OPENS)

    close(session, drop, at=OPENS + timedelta(hours=1))

    assert drop.state is DropState.CLOSED
    assert ledger_kinds(session, drop) == ["declared", "opened", "closed"]


@pytest.mark.parametrize(
    "act",
    [lambda s, d: pause(s, d, "?", at=NOON), lambda s, d: resume(s, d, at=NOON), lambda s, d: close(s, d, at=NOON)],
)
def test_what_has_not_opened_is_not_paused_resumed_or_closed(session, act):
    drop = an_announced_drop(session)

    with pytest.raises(NotRunning):
        act(session, drop)
