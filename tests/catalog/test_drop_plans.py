from dataclasses import replace
from datetime import timedelta

import pytest

from drafts import PLAN, a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON, an_artist
from storefront.catalog.drop_plans import (
    ClosesTooEarly,
    DropFrozen,
    NotForThisDrop,
    edit_drop,
    list_free_editions,
    plan_of,
)
from storefront.catalog.drops import WhoMayHold
from storefront.catalog.editions import list_editions
from storefront.catalog.previews import may_preview, new_preview
from storefront.catalog.readiness import Gap, Need, missing_for_announcement
from storefront.inventory.announcing import announce
from storefront.inventory.running import cancel


def two_editions(session):
    artist = an_artist(session)
    return [a_drafted_edition(session, a_drafted_pin(session, artist)) for _ in range(2)]


def test_editions_stand_on_the_page_in_the_order_of_the_plan(session):
    luna, sol = two_editions(session)

    drop = a_drafted_drop(session, luna, sol)
    edit_drop(session, drop, replace(plan_of(session, drop), editions=(sol.id, luna.id)), at=NOON)

    assert list_editions(session, drop.id) == [sol, luna]


def test_an_edition_stands_in_one_drop_at_a_time(session):
    luna, sol = two_editions(session)
    a_drafted_drop(session, luna)

    with pytest.raises(NotForThisDrop):
        a_drafted_drop(session, sol, luna)


def test_an_edition_of_another_artist_is_refused(session):
    drop = a_drafted_drop(session)
    foreign = a_drafted_edition(session)

    with pytest.raises(NotForThisDrop):
        edit_drop(session, drop, replace(plan_of(session, drop), editions=(foreign.id,)), at=NOON)


def test_an_edition_taken_out_is_free_for_another_drop(session):
    luna, sol = two_editions(session)
    drop = a_drafted_drop(session, luna, sol)

    edit_drop(session, drop, replace(plan_of(session, drop), editions=(sol.id,)), at=NOON)

    assert luna in list_free_editions(session, luna.pin.artist_id)
    assert sol not in list_free_editions(session, luna.pin.artist_id)


def test_editions_of_a_cancelled_drop_are_free_again(session):
    edition = a_drafted_edition(session)
    drop = a_drafted_drop(session, edition)
    announce(session, drop, at=NOON)
    cancel(session, drop, "The factory burnt down.", at=NOON)

    again = a_drafted_drop(session, edition, title="Luna, at last")
    announce(session, again, at=NOON)

    assert list_editions(session, again.id) == [edition]


def test_a_drop_closes_after_it_opens(session):
    with pytest.raises(ClosesTooEarly):
        a_drafted_drop(session, closes_at=PLAN.opens_at)


def test_an_announced_drop_keeps_its_plan_but_may_change_its_title(session):
    drop = a_drafted_drop(session)
    announce(session, drop, at=NOON)
    plan = plan_of(session, drop)

    edit_drop(session, drop, replace(plan, title="Luna, the moth"), at=NOON)
    for change in (
        {"opens_at": plan.opens_at + timedelta(hours=1)},
        {"zone": "Europe/Paris"},
        {"closes_at": plan.opens_at + timedelta(days=1)},
        {"who_may_hold": WhoMayHold.ACCOUNTS},
        {"editions": ()},
    ):
        with pytest.raises(DropFrozen):
            edit_drop(session, drop, replace(plan, **change), at=NOON)

    assert (drop.title, drop.slug) == ("Luna, the moth", "luna")


def test_a_draft_that_lacks_nothing_may_be_announced(session):
    assert missing_for_announcement(session, a_drafted_drop(session), at=NOON) == []


def test_the_checklist_names_everything_that_is_missing(session):
    artist = an_artist(session, shipping_zones=[])
    pin = a_drafted_pin(session, artist, story=" ")
    pin.pictures.clear()
    drop = a_drafted_drop(session, a_drafted_edition(session, pin))
    empty = a_drafted_drop(session, a_drafted_edition(session), editions=())

    gaps = missing_for_announcement(session, drop, at=PLAN.opens_at)

    assert gaps == [Gap(Need.FRONT, pin.id), Gap(Need.STORY, pin.id), Gap(Need.SHIPPING), Gap(Need.OPENING)]
    assert missing_for_announcement(session, empty, at=NOON) == [Gap(Need.EDITION)]


def test_a_preview_link_opens_its_own_drop_only_and_ends_with_the_next_one(session):
    drop, other = a_drafted_drop(session), a_drafted_drop(session)
    first = new_preview(session, drop)

    assert may_preview(drop, first)
    assert not may_preview(other, first)
    assert not may_preview(drop, "")

    second = new_preview(session, drop)

    assert may_preview(drop, second)
    assert not may_preview(drop, first)
