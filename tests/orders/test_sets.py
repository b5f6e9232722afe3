"""Several numbers in one payment, two guests of one address, and money that goes back."""

import pytest

from storefront.accounts.buyers import Buyer
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import HoldNotPayable
from storefront.inventory.pieces import Piece, PieceState
from storefront.inventory.placing import LimitReached
from storefront.inventory.releasing import NoMoreTime
from storefront.ledger.chain import EntryKind, LedgerEntry
from storefront.orders.giving_back import more_time
from storefront.orders.orders import LineState, OrderLine, OrderState
from storefront.orders.settlement import Outcome
from storefront.outbox.messages import OutboxMessage
from storefront.payments.attempts import AttemptState, CheckoutAttempt
from storefront.payments.money_moved import Payment, Refund, RefundState


def longer(shop, hold):
    with shop.database.transaction() as session:
        more_time(session, hold, at=shop.clock.now())


def until(shop, hold):
    return shop.read(Hold, hold).held_until


def test_a_set_is_counted_against_the_address_in_whole_or_not_at_all(shop):
    edition = shop.edition(per_person=3)
    one, two, address = shop.buyer(), shop.buyer(), shop.buyer()
    shop.order([shop.hold(edition, one), shop.hold(edition, one)], one, to_buyer=address)
    holds = [shop.hold(edition, two) for _ in range(2)]

    with pytest.raises(LimitReached):
        shop.order(holds, two, to_buyer=address)

    assert [(shop.read(Hold, hold).buyer_id, shop.hold_state(hold)) for hold in holds] == [(two, HoldState.ACTIVE)] * 2
    shop.order(holds[:1], two, to_buyer=address)
    assert [shop.read(Hold, hold).buyer_id for hold in holds] == [address, two]
    shop.assert_sound()


def test_while_a_payment_runs_its_address_is_fixed(shop):
    edition, one, address, another = shop.edition(), shop.buyer(), shop.buyer(), shop.buyer()
    hold = shop.hold(edition, one)
    order = shop.order([hold], one, to_buyer=address)
    shop.start(order)

    assert shop.order([hold], one, to_buyer=another) == order

    assert shop.read(Hold, hold).buyer_id == address


def test_of_a_set_the_lapsed_and_the_asked_back_go_and_the_other_stays(shop):
    edition = shop.edition(size=3, per_person=3)
    buyer = shop.buyer()
    early = shop.hold(edition, buyer)
    shop.tick(5 * 60)
    asked, late = shop.hold(edition, buyer), shop.hold(edition, buyer)
    order = shop.order([early, asked, late], buyer)
    attempt = shop.start(order)
    shop.till.open_attempt(attempt)
    shop.tick(5 * 60 + 46)  # five minutes for the page are given to whoever has less
    shop.give_back(asked)

    shop.work(0, 1)

    assert [shop.hold_state(hold) for hold in (early, asked, late)] == [
        HoldState.RELEASED,
        HoldState.RELEASED,
        HoldState.ACTIVE,
    ]
    assert shop.order_state(order) is OrderState.CANCELLED
    with pytest.raises(HoldNotPayable):
        shop.start(order)
    again = shop.order([late], buyer)
    shop.till.open_attempt(shop.start(again))
    shop.assert_sound()


def test_more_time_is_for_every_short_hold_of_the_set_or_for_none(shop):
    edition = shop.edition(size=2, per_person=2)
    _order, _attempt, (first, second) = shop.checkout(edition, count=2)
    before = until(shop, second)

    longer(shop, first)
    assert until(shop, second) > before
    longer(shop, second)
    assert [shop.read(Hold, hold).extensions for hold in (first, second)] == [1, 2]
    shop.tick(20 * 60 + 10)  # the first is in its grace, the second short as well, and has had all there is

    with pytest.raises(NoMoreTime):
        longer(shop, first)
    assert [shop.read(Hold, hold).extensions for hold in (first, second)] == [1, 2]


def test_an_order_in_review_stays_locked_for_an_hour_and_then_the_money_goes_back(shop, till):
    edition = shop.edition(size=1)
    order, attempt, (hold,) = shop.checkout(edition)
    shop.pay(attempt)
    with shop.database.transaction() as session:
        session.get_one(CheckoutAttempt, attempt).amount_minor = 1
    assert till.settle(shop.session_of(attempt)) is Outcome.REVIEW
    shop.work(50 * 60)
    assert (shop.order_state(order), shop.hold_state(hold)) == (OrderState.REVIEW, HoldState.ACTIVE)
    assert shop.free(edition) == []

    shop.work(11 * 60, 60)

    assert shop.order_state(order) is OrderState.REFUNDED
    assert shop.attempt_state(attempt) is AttemptState.FAILED
    assert shop.all(Refund.reason) == ["review"]
    assert [row["refunded"] for row in shop.sandbox.rows("charge")] == [True]
    assert shop.hold_state(hold) is HoldState.RELEASED
    assert shop.free(edition) == [1]
    shop.assert_safe()


def test_a_refund_withholds_the_numbers_frees_the_slots_and_is_written_everywhere_once(shop):
    edition = shop.edition(size=3, per_person=2)
    order, _attempt, holds = shop.sale(edition, count=2)
    buyer = shop.read(Hold, holds[0]).buyer_id
    with pytest.raises(LimitReached):
        shop.hold(edition, buyer)

    shop.request_refund(order)
    assert shop.all(OrderLine.state) == [LineState.REFUNDING] * 2
    shop.work(1, 31, 11)

    assert shop.order_state(order) is OrderState.REFUNDED
    assert shop.all(OrderLine.state) == [LineState.REFUNDED] * 2
    assert shop.all(Piece.state).count(PieceState.WITHHELD) == 2
    assert shop.all(LedgerEntry.kind).count(EntryKind.REFUNDED) == 2
    assert shop.all(OutboxMessage.kind).count("order_refunded") == 1
    assert [(row.captured_minor, row.refunded_minor) for row in shop.all(Payment)] == [(6150, 6150)]
    assert shop.read(Hold, shop.hold(edition, buyer)).slot == 1
    shop.assert_sound()


def test_a_refund_the_bank_refuses_leaves_the_order_as_it_was(shop, sandbox):
    order, _attempt, (hold,) = shop.sale(shop.edition(), "4000000000007726")
    shop.request_refund(order)
    shop.work(1)
    assert shop.all(Refund.state) == [RefundState.PENDING]
    sandbox.settle_refund(sandbox.rows("refund")[0]["id"], succeeded=False)

    shop.work(31)

    assert shop.all(Refund.state) == [RefundState.FAILED]
    assert (shop.order_state(order), shop.hold_state(hold)) == (OrderState.PAID, HoldState.SOLD)
    assert shop.all(OrderLine.state) == [LineState.SOLD]
    shop.assert_sound()


def test_a_disputed_payment_is_not_refunded(shop):
    order, _attempt, _holds = shop.sale(shop.edition(), "4000000000000259")
    shop.request_refund(order)

    shop.work(1)

    assert shop.all(Refund.state) == [RefundState.FAILED]
    assert shop.order_state(order) is OrderState.PAID
    shop.assert_sound()


def test_money_that_comes_late_and_slowly_sells_the_number_or_frees_it(shop, sandbox):
    for succeeded in (True, False):
        edition = shop.edition(size=1)
        order, attempt, _holds = shop.checkout(edition)
        shop.pay(attempt, "delayed")
        assert shop.till.settle(shop.session_of(attempt)) is Outcome.WAITING
        shop.work(12 * 60)
        assert (shop.attempt_state(attempt), shop.free(edition)) == (AttemptState.PROCESSING, [])

        sandbox.finish_delayed(shop.session_of(attempt), succeeded=succeeded)
        shop.work(11, 61)

        assert shop.order_state(order) is (OrderState.PAID if succeeded else OrderState.CANCELLED)
        shop.assert_sound()
    assert len(shop.all(Buyer)) == 2
