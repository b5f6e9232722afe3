from dataclasses import replace

import pytest

from drafts import PIN, a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON, an_artist
from shopfront import a_picture
from storefront.catalog.pin_details import PROMISED, PinFrozen, create_pin, edit_pin, write_steps
from storefront.catalog.pin_pictures import (
    MAX_PHOTOS,
    FrontNeeded,
    TooManyPhotos,
    WordsMissing,
    describe_picture,
    hang_picture,
    illustrate_step,
    move_picture,
    remove_picture,
)
from storefront.catalog.pins import Backing, Metal, PictureRole, StepKind, Technique, Texture
from storefront.inventory.announcing import announce

OTHERWISE = {
    "year": 1999,
    "technique": Technique.HARD,
    "shape": "round",
    "width_tenths": 1,
    "height_tenths": 1,
    "thickness_tenths": 1,
    "metal": Metal.COPPER,
    "texture": Texture.SANDBLASTED,
    "colours": (),
    "backing": Backing.MAGNET,
    "posts": 1,
}


@pytest.fixture
def announced_pin(session):
    pin = a_drafted_pin(session)
    announce(session, a_drafted_drop(session, a_drafted_edition(session, pin)), at=NOON)
    return pin


def test_a_new_pin_has_its_six_making_steps(session):
    pin = create_pin(session, an_artist(session), PIN, at=NOON)

    assert [step.kind for step in pin.steps] == list(StepKind)
    assert [step.position for step in pin.steps] == [1, 2, 3, 4, 5, 6]


def test_two_artists_may_each_have_a_pin_of_the_same_address(session):
    slugs = {create_pin(session, an_artist(session), PIN, at=NOON).slug for _ in range(2)}

    assert slugs == {"luna"}


def test_before_the_announcement_everything_of_a_pin_may_change(session):
    pin = a_drafted_pin(session)

    edit_pin(session, pin, replace(PIN, title="Sol", **OTHERWISE), at=NOON)

    assert (pin.title, pin.slug, pin.technique, pin.colours) == ("Sol", "sol", Technique.HARD, [])


def test_after_the_announcement_its_words_may_change(session, announced_pin):
    edit_pin(session, announced_pin, replace(PIN, title="Luna, again", story="Better words.", quote="Night!"), at=NOON)

    assert (announced_pin.title, announced_pin.story, announced_pin.slug) == ("Luna, again", "Better words.", "luna")


@pytest.mark.parametrize("fact", PROMISED)
def test_after_the_announcement_what_was_promised_stays(session, announced_pin, fact):
    with pytest.raises(PinFrozen):
        edit_pin(session, announced_pin, replace(PIN, **{fact: OTHERWISE[fact]}), at=NOON)


def test_steps_are_told_one_by_one(session):
    pin = a_drafted_pin(session)

    write_steps(session, pin, {StepKind.STRIKE: "Sixty tonnes."}, at=NOON)

    assert [step.text for step in pin.steps] == ["", "Sixty tonnes.", "", "", "", ""]


def test_a_new_front_takes_the_old_ones_place(session):
    pin = a_drafted_pin(session)
    better = a_picture(session)

    hang_picture(session, pin, better.id, PictureRole.FRONT, "A greener moth")

    assert [(p.picture_id, p.alt) for p in pin.pictures] == [(better.id, "A greener moth")]


def test_pictures_hang_in_the_order_they_are_given(session):
    pin = a_drafted_pin(session)
    first, second = (hang_picture(session, pin, a_picture(session).id, PictureRole.PHOTO, alt) for alt in "ab")

    move_picture(session, pin, second, -1)
    move_picture(session, pin, first, 1)

    assert [p.alt for p in pin.pictures] == ["A green moth", "b", "a"]


def test_no_picture_hangs_without_words(session):
    pin = a_drafted_pin(session)

    with pytest.raises(WordsMissing):
        hang_picture(session, pin, a_picture(session).id, PictureRole.PHOTO, "  ")
    with pytest.raises(WordsMissing):
        describe_picture(session, pin.pictures[0], "")
    with pytest.raises(WordsMissing):
        illustrate_step(session, pin.steps[0], a_picture(session).id, "")


def test_a_pin_has_no_more_photographs_than_its_page_can_show(session):
    pin = a_drafted_pin(session)
    for _ in range(MAX_PHOTOS):
        hang_picture(session, pin, a_picture(session).id, PictureRole.PHOTO, "Another")

    with pytest.raises(TooManyPhotos):
        hang_picture(session, pin, a_picture(session).id, PictureRole.PHOTO, "One more")


def test_the_front_of_an_announced_pin_is_replaced_but_not_removed(session, announced_pin):
    front = announced_pin.picture(PictureRole.FRONT)

    hang_picture(session, announced_pin, a_picture(session).id, PictureRole.FRONT, "Better light")
    with pytest.raises(FrontNeeded):
        remove_picture(session, announced_pin, front)

    assert front.alt == "Better light"


def test_a_photograph_comes_down_again(session, announced_pin):
    photo = hang_picture(session, announced_pin, a_picture(session).id, PictureRole.PHOTO, "On a jacket")

    remove_picture(session, announced_pin, photo)

    assert [p.role for p in announced_pin.pictures] == [PictureRole.FRONT]
