import pytest
from sqlalchemy import select

from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.pieces import Piece, PieceState
from storefront.ledger.chain import EntryKind, list_entries, verify
from storefront.orders.orders import LineState, Order, OrderLine, OrderState
from storefront.orders.settlement import Outcome
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import AttemptHold, AttemptState, CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund


def session_of(shop, attempt_id):
    return shop.read(CheckoutAttempt, attempt_id).session_id


def test_a_paid_session_sells_the_piece_and_says_so_once(shop, sandbox):
    edition = shop.edition()
    order, attempt, (hold,) = shop.checkout(edition)
    sandbox.pay(session_of(shop, attempt))

    outcomes = [shop.till.settle(session_of(shop, attempt)) for _ in range(3)]

    assert outcomes == [Outcome.PAID] * 3
    assert shop.order_state(order) is OrderState.PAID
    assert shop.read(Hold, hold).state is HoldState.SOLD
    with shop.database.reading() as session:
        assert session.scalars(select(Piece.state).where(Piece.number == 1, Piece.edition_id == edition.id)).all() == [
            PieceState.SOLD
        ]
        assert [entry.kind for entry in list_entries(session, edition.ref)] == [EntryKind.DECLARED, EntryKind.SOLD]
        assert verify(session, edition.ref) is None
        assert session.scalars(select(OutboxMessage.kind)).all() == ["order_paid"]
        payment = session.scalars(select(Payment)).one()
        assert (payment.captured_minor, payment.currency) == (3250, "EUR")


def test_a_declined_card_leaves_everything_as_it_was(shop, sandbox):
    order, attempt, (hold,) = shop.checkout(shop.edition())
    sandbox.pay(session_of(shop, attempt), "4000000000000002")

    outcome = shop.till.settle(session_of(shop, attempt))

    assert outcome is Outcome.WAITING
    assert shop.read(Hold, hold).state is HoldState.ACTIVE
    assert shop.order_state(order) is OrderState.PLACED


def test_pressing_pay_twice_is_one_attempt(shop):
    order, attempt, _holds = shop.checkout(shop.edition())

    assert shop.start(order) == attempt


def test_several_pieces_are_one_order_with_shipping_once(shop, sandbox):
    edition = shop.edition(per_person=3)
    order, attempt, _holds = shop.checkout(edition, count=3)
    sandbox.pay(session_of(shop, attempt))

    shop.till.settle(session_of(shop, attempt))

    with shop.database.reading() as session:
        paid = session.get_one(Order, order)
        assert (paid.shipping_minor, paid.total_minor) == (650, 3 * 2800 + 650)
        assert session.scalars(select(OrderLine.state)).all() == [LineState.SOLD] * 3


def test_money_for_an_attempt_that_had_ended_goes_back(shop, sandbox, till):
    order, attempt, _holds = shop.checkout(shop.edition())
    sandbox.pay(session_of(shop, attempt))
    with shop.database.transaction() as session:  # what should be impossible: the attempt is over, the money is there
        session.get_one(CheckoutAttempt, attempt).state = AttemptState.EXPIRED
        session.execute(AttemptHold.__table__.update().values(live=False))
        session.execute(Hold.__table__.update().values(in_attempt=False, state="released"))
        session.execute(Piece.__table__.update().where(Piece.state == PieceState.HELD).values(state="available"))
        session.get_one(Order, order).state = OrderState.CANCELLED

    assert till.settle(session_of(shop, attempt)) is Outcome.LATE
    assert till.settle(session_of(shop, attempt)) is Outcome.LATE

    with shop.database.reading() as session:
        refund = session.scalars(select(Refund)).one()
        assert (refund.amount_minor, refund.number_returns) == (3250, False)


@pytest.mark.parametrize("change", [{"amount_minor": 999}, {"currency": "USD"}, {"reference": None}])
def test_a_payment_that_is_not_what_was_asked_waits_for_a_person(shop, sandbox, change):
    order, attempt, (hold,) = shop.checkout(shop.edition())
    sandbox.pay(session_of(shop, attempt))
    with shop.database.transaction() as session:
        row = session.get_one(CheckoutAttempt, attempt)
        if change == {"reference": None}:
            session.get_one(Order, order).code = row.reference = "ANOTHERCODE2"
        else:
            for name, value in change.items():
                setattr(row, name, value)

    outcome = shop.till.settle(session_of(shop, attempt))

    assert outcome is Outcome.REVIEW
    assert shop.order_state(order) is OrderState.REVIEW
    assert shop.read(Hold, hold).state is HoldState.ACTIVE
