"""Where a press comes from."""

from datetime import timedelta

import pytest

from factories import NOON, a_buyer, a_key, an_edition
from storefront.inventory import places
from storefront.inventory.holds import HOLD_FOR, Hold
from storefront.inventory.places import block_of, forget_old, place_for
from storefront.inventory.placing import place_hold

KEY = b"a key of the shop"


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("20.0.7.255", "20.0.7.0/24"),
        ("::ffff:20.0.7.1", "20.0.7.0/24"),
        ("2a01:4f8:c0c:1234:5678::1", "2a01:4f8:c0c::/48"),
        ("127.0.0.1", None),
        ("10.1.2.3", None),
        ("100.64.0.1", None),
        ("fe80::1", None),
        ("unix:", None),
        ("", None),
        (None, None),
    ],
)
def test_a_block_is_what_one_person_may_well_have_to_themselves(address, block):
    assert block_of(address) == block


def test_one_block_has_one_place_in_an_edition_and_another_in_the_next():
    place = place_for("20.0.7.1", 1, key=KEY)

    assert place == place_for("20.0.7.2", 1, key=KEY)
    assert place != place_for("20.0.8.1", 1, key=KEY)
    assert place != place_for("20.0.7.1", 2, key=KEY)
    assert place != place_for("20.0.7.1", 1, key=b"another key")


def test_a_day_after_a_hold_nobody_knows_where_it_came_from(session, monkeypatch):
    monkeypatch.setattr(places, "_AT_ONCE", 2)
    edition = an_edition(session)

    def placed(at):
        return place_hold(session, edition, a_buyer(session).id, key=a_key(), at=at, place="a place").hold_id

    old = [placed(NOON) for _ in range(3)]
    fresh = placed(NOON + timedelta(seconds=1))
    a_day_later = NOON + HOLD_FOR + timedelta(days=1)

    assert [forget_old(session, at=a_day_later) for _ in range(2)] == [True, False]
    session.expire_all()
    assert [session.get(Hold, hold_id).place for hold_id in (*old, fresh)] == [None, None, None, "a place"]
