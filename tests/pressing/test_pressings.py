"""The order for a pin's pictures: placed once, worked on by one, called off, taken up again, given up."""

import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from drafts import a_drafted_pin
from factories import NOON, a_drop, an_edition
from shopfront import a_picture
from storefront.catalog.artworks import find_artwork, lay_drawing, write_plan
from storefront.catalog.pins import Metal, PictureRole, Pin
from storefront.media.storage import FolderStorage
from storefront.pressing.fullset import Workshop
from storefront.pressing.press import Press, PressLimits
from storefront.pressing.pressings import (
    MOST_TRIES,
    QUIET,
    PressWords,
    View,
    begin,
    cancel_pressing,
    end,
    find_pressing,
    place_pressing,
    take_up,
    tell,
)
from storefront.progress import ProgressState
from studio import a_new_drawing, a_plan, some_regions

LATER = NOON + QUIET + timedelta(seconds=1)


def words(title="Luna"):
    return PressWords(title, "Ines", {view.value: f"Luna, {view}" for view in View}, ["Green", "Cream"])


@pytest.fixture
def pin(database):
    with database.transaction() as session:
        pin = a_drafted_pin(session)
        lay_drawing(session, pin, a_new_drawing(), at=NOON)
    return pin


@pytest.fixture
def placed(database, pin):
    """`placed()` places the order anew and returns its id."""

    def place(at=NOON, **changes):
        with database.transaction() as session:
            mine = session.get(Pin, pin.id)
            if changes:
                regions = find_artwork(session, pin.id).regions
                write_plan(session, mine, replace(a_plan(), **changes), regions=regions, at=at)
            return place_pressing(session, mine, words(), 96, at=at).id

    return place


def state(database, pin):
    with database.reading() as session:
        return find_pressing(session, pin.id).progress.state


def begun(database, pressing_id, at=NOON):
    with database.transaction() as session:
        return begin(session, pressing_id, at=at)


def test_the_same_order_placed_twice_is_one(placed):
    assert placed() == placed()


def test_another_plan_calls_the_order_before_off(database, pin, placed):
    first = placed()

    second = placed(metal=Metal.SILVER)

    assert second != first
    assert begun(database, first) is None
    assert begun(database, second).plan.metal is Metal.SILVER


def test_of_many_who_begin_at_once_one_does(database, placed):
    pressing_id, found = placed(), []
    threads = [threading.Thread(target=lambda: found.append(begun(database, pressing_id))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([pressing for pressing in found if pressing]) == 1


def test_whoever_works_learns_that_it_was_called_off(database, pin, placed):
    pressing = begun(database, placed())
    with database.transaction() as session:
        assert tell(session, pressing, View.FRONT, 0, at=NOON)
        assert cancel_pressing(session, find_pressing(session, pin.id), at=NOON)

    with database.transaction() as session:
        assert not tell(session, pressing, View.BACK, 1, at=NOON)
        assert not end(session, pressing, ProgressState.DONE, at=NOON, done=10)
        assert not cancel_pressing(session, find_pressing(session, pin.id), at=NOON)
    assert state(database, pin) is ProgressState.CANCELLED


def test_what_somebody_died_over_is_taken_up_again_and_given_up_in_the_end(database, pin, placed):
    pressing_id, at = placed(), NOON
    for _attempt in range(MOST_TRIES):
        dead = begun(database, pressing_id, at)
        with database.transaction() as session:
            assert take_up(session, at=at + QUIET / 2) == []
            at += QUIET + timedelta(seconds=1)
            again = take_up(session, at=at)

    assert dead.progress.tries == MOST_TRIES
    assert again == []
    assert state(database, pin) is ProgressState.FAILED


def test_an_order_lost_on_its_way_is_told_again(database, placed):
    pressing_id = placed()

    with database.transaction() as session:
        told = [take_up(session, at=at) for at in (NOON, LATER, LATER)]

    assert told == [[], [pressing_id], []]


def test_who_came_back_from_the_dead_does_no_harm(database, placed):
    pressing_id = placed()
    dead = begun(database, pressing_id)
    with database.transaction() as session:
        take_up(session, at=LATER)
    alive = begun(database, pressing_id, LATER)

    with database.transaction() as session:
        assert not tell(session, dead, View.FRONT, 0, at=LATER)
        assert tell(session, alive, View.FRONT, 0, at=LATER)
        assert not end(session, dead, ProgressState.FAILED, at=LATER, done=0)


def test_what_was_pressed_before_a_crash_is_not_pressed_again(database, pin, placed, clock):
    pressing_id = placed()
    pressed(database, pin)

    Workshop(SimpleNamespace(database=database), None, clock).work_on(pressing_id)  # there is no press to ask

    assert state(database, pin) is ProgressState.DONE
    with database.reading() as session:
        assert session.get(Pin, pin.id).picture(PictureRole.FRONT).light["metal"] == "gold"


def pressed(database, pin):
    """Every picture of the standing order is there; only hanging is left."""
    with database.transaction() as session:
        pressing = find_pressing(session, pin.id)
        pressing.pictures = {view.value: a_picture(session, name=view.value).id for view in View if view != "light"}
        pressing.light = {"albedo": "a", "surface": "b", "metal": "gold", "enamel": "soft"}


@pytest.mark.parametrize("metal", [Metal.GOLD, Metal.SILVER])
def test_pictures_of_something_else_than_was_announced_meanwhile_are_not_hung(database, pin, placed, clock, metal):
    pressing_id = placed(metal=metal)
    pressed(database, pin)
    with database.transaction() as session:
        mine = session.get(Pin, pin.id)
        promised, before = mine.metal, mine.picture(PictureRole.FRONT).picture_id
        edition = an_edition(session, a_drop(session, mine.artist), pin_id=mine.id)
        assert edition.minted_at

    Workshop(SimpleNamespace(database=database), None, clock).work_on(pressing_id)

    hangs = metal is promised
    assert state(database, pin) is (ProgressState.DONE if hangs else ProgressState.FAILED)
    with database.reading() as session:
        assert (session.get(Pin, pin.id).picture(PictureRole.FRONT).picture_id != before) is hangs


def test_a_drawing_of_lines_alone_keeps_its_one_colour(database, pin):
    with database.transaction() as session:
        artwork = lay_drawing(
            session, session.get(Pin, pin.id), replace(a_new_drawing(), colours=("#101010",), lines=1), at=NOON
        )
        assert artwork.plan.ends() == {1: 1}


def test_a_press_that_breaks_down_is_said_and_nothing_hangs(database, pin, placed, clock, tmp_path):
    pressing_id = placed()
    press = Press(PressLimits(wall_seconds=0.05))  # not even Python starts within it
    originals = FolderStorage(tmp_path)
    with database.transaction() as session:
        find_pressing(session, pin.id).regions = originals.put(some_regions(), "png")
        before = [p.picture_id for p in session.get(Pin, pin.id).pictures]

    made = Workshop(SimpleNamespace(database=database, originals=originals), press, clock).work_on(pressing_id)

    assert made == []
    assert state(database, pin) is ProgressState.FAILED
    with database.reading() as session:
        assert [p.picture_id for p in session.get(Pin, pin.id).pictures] == before
