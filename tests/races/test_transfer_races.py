"""Races for a piece that is being passed on: one new owner, and never one after its refund."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, true

from factories import NOON, a_buyer, an_account
from sales import a_refund, a_sale
from storefront.accounts.buyers import Buyer
from storefront.ledger.chain import EntryKind, LedgerEntry
from storefront.orders.orders import Order
from storefront.orders.refunding import NotRefundable
from storefront.privacy.erasing import erase_person
from storefront.provenance.certificates import Certificate, show_name
from storefront.provenance.issuing import Issuer, issue
from storefront.provenance.keys import Vault
from storefront.provenance.owning import find_own_certificate
from storefront.provenance.transfers import (
    AlreadyOffered,
    NobodyTakes,
    NotTransferable,
    OfferOver,
    Transfer,
    TransferState,
    call_off,
    offer,
    take,
    write_out,
)

KEY = b"a key of the shop"
ISSUER = Issuer("Vitrine", Vault(["a secret of the shop"]))
REFUSALS = (AlreadyOffered, NotTransferable, OfferOver, NotRefundable)
PASSED = [EntryKind.TRANSFERRED, EntryKind.CERTIFIED]


@pytest.fixture
def link(database):
    """The token of a link to a sold piece, and the buyers with an account who have it."""
    with database.transaction() as session:
        order = a_sale(session)
        certificate = issue(session, [order.lines[0].id], ISSUER, at=NOON)[order.lines[0].id]
        token = write_out(offer(session, certificate.id, order.buyer_id, key=KEY, at=NOON), [KEY])
        takers = [a_buyer(session, guest_hash=None, account_id=an_account(session).id).id for _ in range(6)]
    return token, takers


def history(database):
    """What the ledger says of the piece since it was certified for its buyer."""
    with database.reading() as session:
        kinds = list(session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)))
    return kinds[kinds.index(EntryKind.CERTIFIED) + 1 :]


def test_of_many_who_open_one_link_one_takes_the_piece(database, crowd, link):
    token, takers = link

    def one(i):
        with database.transaction() as session:
            return take(session, token, takers[i], ISSUER, at=NOON).code

    outcomes = crowd(len(takers), one, REFUSALS)

    codes = [code for code in outcomes if isinstance(code, str)]
    assert len(codes) == 1
    assert {type(other) for other in outcomes if not isinstance(other, str)} == {OfferOver}
    assert history(database) == PASSED
    with database.reading() as session:
        present = session.scalars(select(Certificate).where(Certificate.moved_at.is_(None))).one()
        done = session.scalars(select(Transfer).where(Transfer.state == TransferState.DONE)).one()
    assert (present.code, present.owner_id) == (codes[0], done.taker_id)


def test_a_piece_never_passes_on_after_its_refund(database, crowd, link):
    token, takers = link

    def one(i):
        with database.transaction() as session:
            if i:
                return take(session, token, takers[i], ISSUER, at=NOON).code
            return a_refund(session, session.query(Order).one()).id

    crowd(3, one, REFUSALS)

    assert history(database) in ([EntryKind.REFUNDED], [*PASSED, EntryKind.REFUNDED])


def test_a_link_that_was_called_off_in_time_is_not_taken(database, crowd, link):
    token, takers = link

    def one(i):
        with database.transaction() as session:
            if i:
                return take(session, token, takers[i], ISSUER, at=NOON).code
            certificate_id = session.scalars(select(Transfer.certificate_id)).one()
            return call_off(session, certificate_id, at=NOON)

    was_called_off, *others = crowd(3, one, REFUSALS)

    taken = [code for code in others if isinstance(code, str)]
    assert len(taken) == (0 if was_called_off else 1)
    assert history(database) == ([] if was_called_off else PASSED)


def takes_it_while_the_account_goes(database, link):
    """Whoever has the link presses while another tab deletes their account: what came of it, and who owns the piece."""
    token, takers = link
    asks = threading.Event()

    def press():
        with database.transaction() as session:
            asks.set()
            return take(session, token, takers[0], ISSUER, at=NOON).owner_id

    with ThreadPoolExecutor(1) as other:
        with database.transaction() as session:
            erase_person(session, session.get_one(Buyer, takers[0]).account_id, at=NOON)
            session.flush()
            taken = other.submit(press)
            asks.wait(2)
            time.sleep(0.3)  # it has asked, and waits
        try:
            return taken.result(timeout=30)
        except NobodyTakes as refusal:
            return refusal


def test_a_piece_never_passes_to_an_account_that_was_just_deleted(database, link):
    assert isinstance(takes_it_while_the_account_goes(database, link), NobodyTakes)

    assert history(database) == []
    with database.transaction() as session:
        assert take(session, link[0], link[1][1], ISSUER, at=NOON).owner_id == link[1][1]


def names_it_while_it_is_taken(database, link):
    """The giver asks for a name to be shown while the piece is passing on: whether there was still one to name."""
    token, takers = link
    asks = threading.Event()

    def name():
        with database.transaction() as session:
            asks.set()
            order = session.scalars(select(Order)).one()
            code = session.scalars(select(Certificate.code).order_by(Certificate.id)).first()
            found = find_own_certificate(session, code, true(), [order.buyer_id], to_change=True)
            if found is not None:
                show_name(found, "Ada")
            return found is not None

    with ThreadPoolExecutor(1) as other:
        with database.transaction() as session:
            take(session, token, takers[0], ISSUER, at=NOON)
            session.flush()
            named = other.submit(name)
            asks.wait(2)
            time.sleep(0.3)  # it has asked, and waits
        return named.result(timeout=30)


def test_a_name_that_comes_while_the_piece_passes_on_is_shown_nowhere(database, link):
    assert names_it_while_it_is_taken(database, link) is False

    with database.reading() as session:
        assert session.scalars(select(Certificate.shown_name)).all() == [None, None]
