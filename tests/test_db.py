"""What the database module promises of values on their way."""

import pytest
from sqlalchemy import select

from factories import NOON
from storefront.accounts.buyers import Buyer
from storefront.db import among

ODD = ["", "null", "NULL", 'a"b', "a\\b", '\\"', "{a,b}", "a'b", "ä€", " a ", "a\nb", "%s"]


@pytest.mark.parametrize("value", ODD)
def test_many_values_arrive_as_they_were_sent(session, value):
    session.add_all(Buyer(guest_hash=odd, created_at=NOON) for odd in ODD)
    session.flush()
    query = select(Buyer.guest_hash).where(among(Buyer.guest_hash, "asked"))

    assert session.scalars(query, {"asked": [value, "another"]}).all() == [value]


def test_among_no_values_there_is_none(session):
    session.add(Buyer(guest_hash="a", created_at=NOON))
    session.flush()

    assert session.scalars(select(Buyer.id).where(among(Buyer.id, "asked")), {"asked": []}).all() == []
