from datetime import timedelta

import pytest
from sqlalchemy import select

from drafts import a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON, an_artist
from storefront.catalog.drops import DropState
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.readiness import Need
from storefront.inventory.announcing import NotADraft, NotReady, announce
from storefront.inventory.pieces import Piece, PieceKind, PieceState
from storefront.ledger.chain import EntryKind, list_entries, verify


def pieces_of(session, edition):
    return session.scalars(select(Piece).where(Piece.edition_id == edition.id).order_by(Piece.kind, Piece.number)).all()


def test_announcing_mints_every_edition_and_makes_the_drop_public(session):
    artist = an_artist(session)
    luna = a_drafted_edition(session, a_drafted_pin(session, artist), proofs=2)
    sol = a_drafted_edition(
        session, a_drafted_pin(session, artist), size=3, reserved=(1,), reserved_note="For the museum"
    )
    drop = a_drafted_drop(session, luna, sol)

    announce(session, drop, at=NOON)

    assert (drop.state, drop.announced_at, drop.is_public) == (DropState.ANNOUNCED, NOON, True)
    assert [p.kind for p in pieces_of(session, luna)] == [PieceKind.NUMBERED] * 10 + [PieceKind.PROOF] * 2
    assert [p.state for p in pieces_of(session, sol)] == [PieceState.WITHHELD, *[PieceState.AVAILABLE] * 2]
    for edition in (luna, sol):
        assert [e.kind for e in list_entries(session, edition.ref)] == [EntryKind.DECLARED]
        assert verify(session, edition.ref) is None


def test_a_drop_with_gaps_is_not_announced(session):
    drop = a_drafted_drop(session, opens_at=NOON)

    with pytest.raises(NotReady) as refusal:
        announce(session, drop, at=NOON)

    assert [gap.need for gap in refusal.value.gaps] == [Need.OPENING]
    assert drop.state is DropState.DRAFT


def test_a_drop_is_announced_once(session):
    drop = a_drafted_drop(session)
    announce(session, drop, at=NOON)

    with pytest.raises(NotADraft):
        announce(session, drop, at=NOON + timedelta(seconds=1))


def test_the_seed_of_a_sealed_edition_is_declared_by_its_hash_only(session):
    edition = a_drafted_edition(session, policy=NumberPolicy.SEALED)

    announce(session, a_drafted_drop(session, edition), at=NOON)

    declared = next(iter(list_entries(session, edition.ref)))
    assert edition.seed_hash in declared.body
    assert edition.seed not in declared.body
