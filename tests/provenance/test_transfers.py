"""A piece passes to whoever opens its link, once, and only while nothing about its sale is in question."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from factories import NOON, a_buyer, an_account, an_edition
from sales import a_refund, a_sale
from storefront.accounts.buyers import Buyer
from storefront.ids import token_hash
from storefront.inventory.pieces import Piece, PieceState
from storefront.ledger.chain import LedgerEntry, list_piece_entries, verify
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.outbox.messages import OutboxMessage
from storefront.payments.money_moved import Dispute, Payment
from storefront.provenance.certificates import Certificate, Standing, find_certificate, show_name
from storefront.provenance.issuing import Issuer, issue
from storefront.provenance.keys import Vault, list_keys
from storefront.provenance.owning import owned_by
from storefront.provenance.records import check_document
from storefront.provenance.transfers import (
    LASTS,
    AlreadyOffered,
    NobodyTakes,
    NotTransferable,
    OfferOver,
    OwnOffer,
    Transfer,
    TransferState,
    call_off,
    end_old,
    get_offer,
    offer,
    take,
    write_out,
)

KEY = b"a key of the shop"
ISSUER = Issuer("Vitrine", Vault(["a secret of the shop"]))


@pytest.fixture
def engine_name():
    """PostgreSQL alone: the same operations run on SQLite under the pages' tests."""
    return "postgresql"


@pytest.fixture
def sold(session):
    """The certificate of a paid piece, not passed on yet."""
    order = a_sale(session)
    return issue(session, [order.lines[0].id], ISSUER, at=NOON)[order.lines[0].id]


def a_person(session):
    """A buyer with an account."""
    return a_buyer(session, guest_hash=None, account_id=an_account(session).id)


def offered(session, certificate, *, at=NOON, email=None):
    """The token of a new link."""
    made = offer(session, certificate.id, certificate.line.order.buyer_id, key=KEY, at=at, email=email)
    return write_out(made, [KEY])


def taken(session, token, *, at=NOON):
    return take(session, token, a_person(session).id, ISSUER, at=at)


def owners(session, line_id):
    """Which of everybody who ever bought or took something owns the piece."""
    line = session.get_one(OrderLine, line_id)
    ids = session.scalars(select(Order.buyer_id).union(select(Certificate.owner_id))).all()
    query = select(func.count()).select_from(OrderLine).join(Order).where(OrderLine.id == line.id)
    return [
        buyer for buyer in filter(None, ids) if session.scalar(query.where(owned_by(Order.buyer_id == buyer, [buyer])))
    ]


def test_whoever_opens_the_link_owns_the_piece_and_its_certificate(session, sold):
    show_name(sold, "Maria")
    token = offered(session, sold)
    fresh = taken(session, token)

    assert (sold.standing, fresh.standing) == (Standing.MOVED, Standing.GENUINE)
    assert sold.shown_name is None
    assert fresh.code != sold.code
    assert owners(session, sold.line_id) == [fresh.owner_id]
    said = check_document(fresh.document, [key.public_key for key in list_keys(session)])
    assert said["piece"] == {"kind": "numbered", "number": 1}
    assert said["passed_on_at"] == said["issued_at"]
    ref = said["edition"]["ref"]
    kinds = [entry.kind for entry in list_piece_entries(session, ref, "numbered", 1)]
    assert kinds == ["sold", "certified", "transferred", "certified"]
    assert session.scalars(select(LedgerEntry.hash).where(LedgerEntry.seq == said["ledger"]["seq"])).one()
    assert verify(session, ref) is None


def test_the_old_record_can_still_be_checked(session, sold):
    taken(session, offered(session, sold))
    assert check_document(sold.document, [key.public_key for key in list_keys(session)])["code"] == sold.code


def test_nobody_is_named_in_the_ledger_or_in_the_record(session, sold):
    show_name(sold, "Maria")
    fresh = taken(session, offered(session, sold, email="taker@example.org"))
    show_name(fresh, "Rui Prado")
    session.flush()
    written = " ".join(session.scalars(select(LedgerEntry.body))) + fresh.document + sold.document
    for word in ("Maria", "Rui", "@", str(fresh.line.order.code)):
        assert word not in written


def test_it_can_be_passed_on_again_and_again(session, sold):
    second = taken(session, offered(session, sold))
    third = taken(session, offered(session, second))
    assert owners(session, sold.line_id) == [third.owner_id]
    with pytest.raises(NotTransferable):
        offered(session, second)


def test_a_link_works_once(session, sold):
    token = offered(session, sold)
    taken(session, token)
    for ask in (get_offer, taken):
        with pytest.raises(OfferOver):
            ask(session, token, at=NOON)


def test_a_link_ends_when_it_is_called_off_or_old(session, sold):
    first = offered(session, sold, email="taker@example.org")
    assert call_off(session, sold.id, at=NOON)
    assert not call_off(session, sold.id, at=NOON)
    second = offered(session, sold, email="taker@example.org")
    late = NOON + LASTS
    for token in (first, second, "x", ""):
        with pytest.raises(OfferOver):
            get_offer(session, token, at=late)
        with pytest.raises(OfferOver):
            taken(session, token, at=late)
    end_old(session, at=late)
    assert set(session.execute(select(Transfer.state, Transfer.email))) == {(TransferState.OVER, None)}
    assert get_offer(session, offered(session, sold, at=late), at=late)


def test_there_is_one_link_at_a_time_and_its_token_is_not_kept(session, sold):
    token = offered(session, sold)
    with pytest.raises(AlreadyOffered):
        offered(session, sold)
    row = session.query(Transfer).one()
    assert row.token_hash == token_hash(token)
    assert token not in {row.nonce, row.token_hash}
    assert write_out(row, [b"another key"]) is None
    assert offered(session, sold, at=NOON + LASTS) != token  # a new one takes the place of one that is too old


def test_its_owner_does_not_take_it_from_themselves(session, sold):
    token, owner_id = offered(session, sold), sold.line.order.buyer_id
    session.get_one(Buyer, owner_id).account_id = an_account(session).id
    with pytest.raises(OwnOffer):
        take(session, token, owner_id, ISSUER, at=NOON)


def test_nobody_takes_it_without_an_account(session, sold):
    with pytest.raises(NobodyTakes):
        take(session, offered(session, sold), a_buyer(session).id, ISSUER, at=NOON)


DOUBTS = {
    "unpaid": lambda session, sold: session.execute(update(Order).values(state=OrderState.REVIEW)),
    "being refunded": lambda session, sold: session.execute(update(OrderLine).values(state=LineState.REFUNDING)),
    "refunded": lambda session, sold: a_refund(session, sold.line.order),
    "disputed": lambda session, sold: a_dispute(session, "needs_response"),
    "lost to a bank": lambda session, sold: a_dispute(session, "lost"),
}


def a_dispute(session, status):
    payment = session.query(Payment).one()
    dispute = Dispute(
        payment_id=payment.id, provider_id="dp_1", status=status, reason="fraudulent", amount_minor=1, currency="EUR",
        opened_at=NOON,
    )  # fmt: skip
    session.add(dispute)
    session.flush()


@pytest.mark.parametrize("doubt", DOUBTS)
def test_nothing_passes_on_while_its_sale_is_in_question(session, sold, doubt):
    token = offered(session, sold)
    DOUBTS[doubt](session, sold)
    session.expire_all()
    with pytest.raises(NotTransferable):
        taken(session, token)
    with pytest.raises(NotTransferable):
        get_offer(session, token, at=NOON)
    with pytest.raises(NotTransferable):
        offer(session, sold.id, sold.line.order.buyer_id, key=KEY, at=NOON)


def test_a_dispute_that_was_won_is_no_obstacle(session, sold):
    token = offered(session, sold)
    a_dispute(session, "won")
    assert taken(session, token).standing is Standing.GENUINE


def test_a_refund_after_a_transfer_takes_the_piece_back_from_its_new_owner(session, sold):
    fresh = taken(session, offered(session, sold))
    a_refund(session, sold.line.order)
    assert {sold.standing, fresh.standing} == {Standing.REVOKED}
    assert session.get_one(Piece, fresh.line.piece_id).state is PieceState.WITHHELD


def test_both_are_told_and_the_taker_is_mailed_where_that_was_asked_for(session, sold):
    taken(session, offered(session, sold, email="taker@example.org"))
    kinds = list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))
    assert kinds == ["order_paid", "transfer_offered", "transfer_link", "transfer_given", "transfer_taken"]
    assert "taker" not in str(list(session.scalars(select(OutboxMessage.refs))))


def test_of_two_pieces_of_an_order_one_passes_on(session):
    order = a_sale(session, an_edition(session, per_person=2), pieces=2)
    first, second = (line.id for line in order.lines)
    sold = issue(session, [first, second], ISSUER, at=NOON)
    fresh = taken(session, offered(session, sold[second]), at=NOON + timedelta(days=1))
    assert owners(session, first) == [order.buyer_id]
    assert owners(session, second) == [fresh.owner_id]
    assert issue(session, [first, second], ISSUER, at=NOON)[second].code == sold[second].code  # as the buyer got it
    assert find_certificate(session, sold[second].code).standing is Standing.MOVED
