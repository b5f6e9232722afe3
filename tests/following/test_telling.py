"""One mail to each follower, once, in small batches by the clock; none about what is no longer so."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from factories import NOON, a_drop, an_artist
from storefront.catalog.drops import Drop, DropState
from storefront.following import follows, telling
from storefront.following.follows import CANCELLED_IS_NEWS, Follow, Reader, Subject
from storefront.inventory.running import cancel
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import MessageState, OutboxMessage

KEY = b"a key"
FRIDAY = NOON + timedelta(days=3)


@pytest.fixture
def artist(session):
    return an_artist(session)


@pytest.fixture
def drop(session, artist):
    return a_drop(session, artist, state=DropState.ANNOUNCED, opens_at=FRIDAY)


def a_follower(session, name, **subject):
    reader = Reader(f"{name}@example.org", f"key of {name}")
    follows.follow_at_once(session, Subject(**subject), reader, token_key=KEY, at=NOON)


def rounds(session, at=NOON, most=9):
    for _ in range(most):
        telling.note_due(session, at=at)
        telling.tell_some(session, at=at)


def told(session, kind):
    """To whom messages of this kind are addressed, in the order they were written."""
    query = select(OutboxMessage.refs).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return [session.get(Follow, refs["follow_id"]).email for refs in session.scalars(query)]


def move(session, drop, opens_at):
    session.execute(update(Drop).where(Drop.id == drop.id).values(opens_at=opens_at))
    session.refresh(drop)


def test_each_follower_is_told_of_a_new_drop_once_and_nobody_else(session, artist, drop):
    for name in ("ada", "bea"):
        a_follower(session, name, artist_id=artist.id)
    a_follower(session, "carl", artist_id=an_artist(session).id)
    follows.ask_to_follow(session, Subject(artist_id=artist.id), Reader("x@example.org", "x"), token_key=KEY, at=NOON)

    assert telling.is_due(session, at=NOON)
    rounds(session)

    assert told(session, Kind.DROP_ANNOUNCED) == ["ada@example.org", "bea@example.org"]
    assert not telling.is_due(session, at=NOON)


def test_a_moved_opening_is_told_once_to_those_who_follow_and_those_who_want_to_be_reminded(session, artist, drop):
    a_follower(session, "ada", artist_id=artist.id)
    a_follower(session, "ada", drop_id=drop.id)
    a_follower(session, "bea", drop_id=drop.id)
    rounds(session)

    move(session, drop, FRIDAY + timedelta(hours=1))
    rounds(session)
    move(session, drop, FRIDAY)
    rounds(session)

    assert told(session, Kind.DROP_ANNOUNCED) == ["ada@example.org"]
    assert told(session, Kind.DROP_MOVED) == ["ada@example.org", "bea@example.org"] * 2


def test_the_reminder_comes_ten_minutes_before_and_moves_with_the_opening(session, drop):
    a_follower(session, "ada", drop_id=drop.id)
    rounds(session, FRIDAY - timedelta(minutes=10, seconds=1))
    assert told(session, Kind.DROP_REMINDER) == []

    rounds(session, FRIDAY - timedelta(minutes=10))
    assert told(session, Kind.DROP_REMINDER) == ["ada@example.org"]

    move(session, drop, FRIDAY + timedelta(days=1))
    rounds(session, FRIDAY)
    assert told(session, Kind.DROP_REMINDER) == ["ada@example.org"]
    rounds(session, FRIDAY + timedelta(days=1, minutes=-10))
    assert told(session, Kind.DROP_REMINDER) == ["ada@example.org"] * 2


@pytest.mark.parametrize("state", [DropState.CANCELLED, DropState.DRAFT])
def test_nobody_is_told_of_a_drop_that_is_not_announced(session, artist, drop, state):
    a_follower(session, "ada", artist_id=artist.id)
    a_follower(session, "ada", drop_id=drop.id)
    session.execute(update(Drop).where(Drop.id == drop.id).values(state=state))

    rounds(session, FRIDAY - timedelta(minutes=5))

    assert told(session, Kind.DROP_ANNOUNCED) + told(session, Kind.DROP_REMINDER) == []


def test_a_drop_that_was_called_off_is_told_once_to_all_who_hear_of_it(session, artist, drop):
    a_follower(session, "ada", artist_id=artist.id)
    a_follower(session, "ada", drop_id=drop.id)
    a_follower(session, "bea", drop_id=drop.id)
    rounds(session)

    cancel(session, drop, "The enamel cracked.", at=NOON)
    follows.forget_old(session, at=NOON + timedelta(hours=1))
    rounds(session, NOON + timedelta(hours=1))

    assert told(session, Kind.DROP_CANCELLED) == ["ada@example.org", "bea@example.org"]
    assert told(session, Kind.DROP_REMINDER) == []


def test_who_stopped_the_mails_hears_of_no_end_and_an_old_one_is_no_news(session, artist, drop):
    a_follower(session, "ada", drop_id=drop.id)
    rounds(session)
    cancel(session, drop, "", at=NOON)

    follows.end_all(session, "key of ada")
    rounds(session, NOON + timedelta(minutes=1), most=1)
    assert told(session, Kind.DROP_CANCELLED) == []

    other = a_drop(session, artist, state=DropState.ANNOUNCED, opens_at=FRIDAY)
    a_follower(session, "bea", drop_id=other.id)
    rounds(session)
    cancel(session, other, "", at=NOON)
    assert not telling.is_due(session, at=NOON + CANCELLED_IS_NEWS)
    follows.forget_old(session, at=NOON + CANCELLED_IS_NEWS)
    assert session.scalars(select(Follow)).all() == []


def test_a_crowd_is_told_a_few_at_a_time_so_that_a_receipt_need_not_wait(session, artist, drop):
    for n in range(90):
        a_follower(session, f"reader{n}", artist_id=artist.id)

    rounds(session)
    assert len(told(session, Kind.DROP_ANNOUNCED)) == 40  # they wait in the outbox, so no more are written

    for _ in range(3):
        session.execute(update(OutboxMessage).values(state=MessageState.SENT))
        rounds(session, most=1)
    everybody = told(session, Kind.DROP_ANNOUNCED)
    assert (len(everybody), len(set(everybody))) == (90, 90)


def test_what_nobody_agreed_to_and_what_is_over_is_forgotten(session, artist, drop):
    a_follower(session, "ada", artist_id=artist.id)
    a_follower(session, "ada", drop_id=drop.id)
    follows.ask_to_follow(session, Subject(artist_id=artist.id), Reader("x@example.org", "x"), token_key=KEY, at=NOON)

    follows.forget_old(session, at=NOON + timedelta(days=7))
    assert (
        len(session.scalars(select(Follow)).all()) == 2
    )  # the wish goes at the end of its week, the reminder after its drop
    follows.forget_old(session, at=NOON + timedelta(days=7, seconds=1))

    assert [follow.artist_id for follow in session.scalars(select(Follow))] == [artist.id]


def test_an_artists_readers_are_counted_once_they_agreed_each_for_what_they_follow(session, artist, drop):
    for name in ("ada", "bea"):
        a_follower(session, name, artist_id=artist.id)
    a_follower(session, "ada", drop_id=drop.id)
    a_follower(session, "carl", artist_id=an_artist(session).id)
    follows.ask_to_follow(session, Subject(artist_id=artist.id), Reader("x@example.org", "x"), token_key=KEY, at=NOON)
    later = a_drop(session, artist)

    subjects = [Subject(artist_id=artist.id), Subject(drop_id=drop.id), Subject(drop_id=later.id)]

    assert [follows.count_confirmed(session, subjects)[subject] for subject in subjects] == [2, 1, 0]
