"""Where a press comes from."""

import pytest

from storefront.inventory.places import block_of, place_for

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
