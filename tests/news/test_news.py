"""What a studio and the admins hear, each once: opened, sold out, yesterday's sales, a check that fails."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from factories import NOON, an_account
from shopfront import hang, hold, sell
from storefront.accounts.people import ArtistMember
from storefront.catalog.drops import Drop, DropState
from storefront.inventory.pieces import Piece, PieceState
from storefront.news import checks, studios
from storefront.outbox.messages import OutboxMessage


@pytest.fixture
def hung(session):
    return hang(session, {"size": 2, "per_person": 2}, opened_at=NOON)


@pytest.fixture
def maker(session, hung):
    maker = an_account(session)
    session.add(ArtistMember(account_id=maker.id, artist_id=hung.artist.id, joined_at=NOON))
    session.flush()
    return maker


def tell(session, at=NOON + timedelta(minutes=5)):
    for drop, kind in studios.list_news(session, at=at):
        studios.tell(session, drop.id, kind, at=at)
    return told(session)


def told(session):
    return [
        (row.kind, row.refs["account_id"]) for row in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    ]


def test_a_studio_hears_once_that_its_drop_is_open_and_once_that_it_is_sold_out(session, hung, maker):
    assert tell(session) == [("drop_opened", maker.id)]
    sell(session, hung.edition)
    held = hold(session, hung.edition)
    assert tell(session) == [("drop_opened", maker.id)]  # the last number is only held

    session.execute(update(Piece).where(Piece.id == held.piece_id).values(state=PieceState.SOLD))

    assert tell(session) == tell(session) == [("drop_opened", maker.id), ("drop_sold_out", maker.id)]


def test_nobody_hears_of_a_draft_of_an_opening_long_ago_or_of_another_studio(session, hung, maker):
    other = an_account(session)
    session.execute(update(Drop).values(opened_at=NOON - timedelta(days=2)))
    assert tell(session) == []

    session.execute(update(Drop).values(state=DropState.DRAFT, opened_at=None))
    assert tell(session) == []
    assert other.id != maker.id


def test_a_failing_check_is_told_each_admin_once_a_day(session, hung):
    admin, _buyer = an_account(session, is_admin=True), an_account(session)
    assert checks.list_broken(session, at=NOON) == {}
    session.execute(update(Piece).where(Piece.number == 1).values(state=PieceState.SOLD))  # nobody bought it

    broken = checks.list_broken(session, at=NOON)
    for at in (NOON, NOON + timedelta(hours=1), NOON + timedelta(days=1)):
        checks.tell_admins(session, broken, at=at)

    assert broken
    assert told(session) == [("check_failed", admin.id)] * 2
