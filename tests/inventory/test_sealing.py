"""A sealed order: its fingerprint first, its secret last, and anyone can recompute who was given what."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from factories import NOON, a_buyer, a_drop, a_key, an_edition
from storefront import paths
from storefront.catalog.drops import Drop
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import GRACE, HOLD_FOR, Hold, HoldState
from storefront.inventory.pieces import Piece
from storefront.inventory.placing import place_hold
from storefront.inventory.running import close
from storefront.inventory.sealing import SealBroken, check_seal, fingerprint, reveal_due, shuffled
from storefront.inventory.wall import list_walls
from storefront.ledger.chain import EntryKind, list_entries


def sealed(session, **values):
    return an_edition(session, a_drop(session), policy=NumberPolicy.SEALED, **{"size": 40, **values})


def hold(session, edition):
    placed = place_hold(session, edition, a_buyer(session).id, key=a_key(), at=NOON)
    return session.get_one(Hold, placed.hold_id)


def closed(session, edition, at=NOON):
    close(session, session.get_one(Drop, edition.drop_id), at=at)
    return edition


def secret_of(session, edition):
    return [json.loads(e.body)["seed"] for e in list_entries(session, edition.ref) if e.kind is EntryKind.SEED_REVEALED]


def test_what_was_published_is_enough_to_recompute_the_order(session):
    edition = sealed(session)
    numbers = [hold(session, edition).piece.number for _ in range(3)]
    session.execute(update(Hold).values(state=HoldState.RELEASED))
    closed(session, edition)

    words = {entry.kind: json.loads(entry.body) for entry in list_entries(session, edition.ref)}
    secret, size = words[EntryKind.SEED_REVEALED]["seed"], words[EntryKind.DECLARED]["size"]
    assert hashlib.sha256(secret.encode()).hexdigest() == words[EntryKind.DECLARED]["seed_hash"]
    order = sorted(range(1, size + 1), key=lambda n: hashlib.sha256(f"{secret}:{n}".encode()).hexdigest())
    assert order[:3] == numbers
    assert check_seal(session, edition.ref).startswith("the secret fits the seal")


def test_the_secret_waits_for_whoever_may_still_pay(session):
    edition = sealed(session)
    held = hold(session, edition)
    over_at = NOON + HOLD_FOR + GRACE

    closed(session, edition)
    reveal_due(session, at=over_at - timedelta(seconds=1))
    assert secret_of(session, edition) == []
    assert list_walls(session, [edition], at=NOON)[edition.id].numbered == ""
    held.in_attempt = True
    session.flush()
    reveal_due(session, at=over_at)
    assert secret_of(session, edition) == []
    held.in_attempt = False
    session.flush()

    reveal_due(session, at=over_at)
    reveal_due(session, at=over_at)

    assert secret_of(session, edition) == [edition.seed]
    assert len(list_walls(session, [edition], at=NOON)[edition.id].numbered) == 40


def test_while_the_drop_is_open_nothing_is_revealed(session):
    edition = sealed(session)

    assert reveal_due(session, at=NOON + timedelta(days=1)) == []
    assert check_seal(session, edition.ref).startswith(f"sealed as {edition.seed_hash[:12]}")


def test_an_edition_that_is_not_sealed_has_no_seal_to_check(session):
    assert check_seal(session, an_edition(session).ref) is None


def test_another_secret_than_the_sealed_one_is_noticed(session):
    edition = closed(session, sealed(session))
    forged = [*list_entries(session, edition.ref)]
    forged[-1].body = json.dumps({"seed": "another"})  # in memory only: the database would not let it be written

    with session.no_autoflush, pytest.raises(SealBroken):
        check_seal(session, edition.ref)
    session.expunge_all()


def test_numbers_that_were_not_handed_out_in_the_sealed_order_are_noticed(database):
    with database.transaction() as session:
        edition = closed(session, sealed(session, size=3))
        session.flush()
        # What the database itself forbids: the guard is taken away for as long as the mistake takes.
        name = "guard_piece_frozen"
        if database.is_sqlite:
            session.connection().exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            session.connection().exec_driver_sql("SET LOCAL session_replication_role = replica")
        for piece in session.scalars(select(Piece).where(Piece.edition_id == edition.id)):
            session.execute(update(Piece).where(Piece.id == piece.id).values(rank=piece.number + 100))
        first = check_after(session, edition)
        session.rollback()

    assert first


def check_after(session, edition):
    """Whether the seal is broken now; an order that happens to be the sealed one is turned round first."""
    try:
        check_seal(session, edition.ref)
    except SealBroken:
        return True
    pieces = list(session.scalars(select(Piece).where(Piece.edition_id == edition.id).order_by(Piece.rank)))
    for rank, piece in enumerate(reversed(pieces), start=200):
        session.execute(update(Piece).where(Piece.id == piece.id).values(rank=rank))
    with pytest.raises(SealBroken):
        check_seal(session, edition.ref)
    return True


def test_the_program_on_the_page_computes_the_same_order(capsys):
    """Run as a visitor would run it, with a secret and a size put in."""
    words = (paths.TEMPLATES / "shop" / "fairness.html").read_text()
    program = eval(re.search(r"set program = (\[.*?\]) -%}", words, re.DOTALL).group(1))
    program[2] = 'secret, size = "moth", 7'

    exec("\n".join(program), {})

    assert capsys.readouterr().out.split("\n")[:2] == [fingerprint("moth"), str(shuffled("moth", 7))]
