"""The mistakes that would sell a number twice or lose it: each is made here, and seen by the scene that guards against it.

A scene is what the shop promises; it fails with an AssertionError when the promise is broken.
"""

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import update

from storefront.db import locked, move
from storefront.inventory import paying
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.paying import HoldNotPayable, HoldNotSellable
from storefront.inventory.pieces import Piece, PieceState
from storefront.orders import attempting, giving_back, settlement, till
from storefront.orders.attempting import end_attempt
from storefront.orders.orders import OrderState
from storefront.orders.settlement import Outcome
from storefront.orders.till import Till
from storefront.payments.attempts import UNENDED, AttemptState, CheckoutAttempt, find_live_attempt
from storefront.payments.gateway import GatewayRefused, GatewayUnknown


class Died(BaseException):
    """The end of a process."""


def give_back(shop, hold):
    with shop.database.transaction() as session:
        return giving_back.release_hold(session, hold, at=shop.clock.now())


def pay_if_possible(shop, url):
    """The buyer whose browser shows this page presses Pay."""
    if url is not None:
        shop.sandbox.pay(url.rsplit("/", 1)[1], hold=False)


def belongs_to_one(shop, edition):
    """The number is free and unpaid, or sold and paid once."""
    paid = [row for row in shop.sandbox.rows("charge") if row["paid"] and not row["refunded"]]
    assert (shop.free(edition), len(paid)) in (([1], 0), ([], 1))
    assert AttemptState.REVIEW not in shop.all(CheckoutAttempt.state)
    shop.assert_sound()


def paid_in_the_last_second(shop):
    edition = shop.edition(size=1)
    order, attempt, _holds = shop.checkout(edition)
    shop.tick(10 * 60 + 46)
    shop.round.let_go()
    shop.pay(attempt)
    shop.work(1, 3, 11)

    belongs_to_one(shop, edition)
    assert shop.order_state(order) is OrderState.PAID


def given_back_while_the_provider_is_away(shop):
    edition = shop.edition(size=1)
    order, attempt, (hold,) = shop.checkout(edition)
    give_back(shop, hold)
    shop.sandbox.fault("error_before", method="POST", path="*/expire")
    shop.round.expire()
    shop.assert_safe()
    shop.pay(attempt)
    shop.work(3, 11)

    belongs_to_one(shop, edition)
    assert shop.order_state(order) is OrderState.PAID


def dead_while_the_answer_was_written_down(shop):
    edition = shop.edition(size=1)
    _order, attempt, (hold,) = shop.queue(edition)
    with suppress(Died):
        shop.till.open_attempt(attempt)
    shown = shop.read(CheckoutAttempt, attempt).url
    give_back(shop, hold)
    shop.assert_safe()
    pay_if_possible(shop, shown)
    shop.work(3, 11)

    belongs_to_one(shop, edition)


def given_back_before_the_answer(shop):
    edition = shop.edition(size=1)
    _order, attempt, (hold,) = shop.queue(edition)
    gateway = shop.till.gateway
    gateway.before_answer = lambda: [setattr(gateway, "before_answer", lambda: None), give_back(shop, hold)]
    shop.till.open_attempt(attempt)

    shop.assert_safe()
    assert shop.free(edition) == [1]
    pay_if_possible(shop, shop.read(CheckoutAttempt, attempt).url)
    shop.work(3, 11)
    belongs_to_one(shop, edition)


def given_back_while_the_page_was_prepared(shop):
    edition = shop.edition(size=1)
    _order, attempt, (hold,) = shop.queue(edition)
    shop.sandbox.fault("error_before", method="POST", path="/v1/checkout/sessions")
    shop.till.open_attempt(attempt)
    give_back(shop, hold)

    assert shop.free(edition) == [1]
    shop.assert_sound()


def given_back_with_the_page_open(shop):
    edition = shop.edition(size=1)
    _order, _attempt, (hold,) = shop.checkout(edition)
    give_back(shop, hold)
    shop.work(1)

    assert shop.free(edition) == [1]
    shop.assert_sound()


def given_back_in_the_queue(shop):
    edition = shop.edition(size=1)
    _order, _attempt, (hold,) = shop.queue(edition)
    give_back(shop, hold)

    assert shop.free(edition) == [1]
    assert shop.unfinished() == []
    shop.assert_sound()


def a_set_that_broke(shop):
    edition = shop.edition(size=2, per_person=2)
    order, _attempt, (first, second) = shop.checkout(edition, count=2)
    give_back(shop, first)
    shop.work(1)
    assert shop.free(edition) == [1]
    with suppress(HoldNotPayable):
        again = shop.start(order)
        shop.till.open_attempt(again)
        pay_if_possible(shop, shop.read(CheckoutAttempt, again).url)
        shop.work(11)

    assert [row for row in shop.sandbox.rows("charge") if row["paid"]] == []
    assert shop.hold_state(second) is HoldState.ACTIVE
    shop.assert_sound()


def release_without_expire(monkeypatch):
    def ends(self, attempt_id):
        with self.database.transaction() as session:
            end_attempt(session, attempt_id, AttemptState.EXPIRED, at=self.clock.now())
        return Outcome.ENDED

    monkeypatch.setattr(Till, "expire_attempt", ends)


def read_as_expired(monkeypatch, failure):
    def expire(self, attempt_id):
        attempt = self.read(attempt_id)
        if attempt.state is not AttemptState.OPEN:
            return Outcome.WAITING
        try:
            facts = self.gateway.expire_session(attempt.session_id)
        except failure:
            facts = replace(self.gateway.retrieve_session(attempt.session_id), status="expired")
        return self._apply(facts)

    monkeypatch.setattr(Till, "expire_attempt", expire)


def an_error_read_as_expired(monkeypatch):
    read_as_expired(monkeypatch, GatewayUnknown)


def a_400_read_as_expired(monkeypatch):
    read_as_expired(monkeypatch, GatewayRefused)


def dies_before_the_answer_is_committed(monkeypatch):
    """Not a mistake: what the scene's process does at its end, with the right code."""

    def die(*_args, **_options):
        raise Died

    monkeypatch.setattr(till, "opened", die)


def url_before_commit(monkeypatch):
    def show_first(self, attempt_id, facts):
        with self.database.transaction() as session:
            session.execute(update(CheckoutAttempt).where(CheckoutAttempt.id == attempt_id).values(url=facts.url))
        raise Died

    monkeypatch.setattr(Till, "_disclose", show_first)
    keep_the_url(monkeypatch)


def keep_the_url(monkeypatch):
    """What was shown stays shown: the buyer's browser does not forget when the attempt ends."""

    def end(session, attempt_id, to, **how):
        url = session.get_one(CheckoutAttempt, attempt_id).url
        ended = end_attempt(session, attempt_id, to, **how)
        session.get_one(CheckoutAttempt, attempt_id).url = url
        session.flush()
        return ended

    monkeypatch.setattr(giving_back, "end_attempt", end)


def no_recheck_of_a_late_create(monkeypatch):
    def always(session, attempt_id, facts, *, at):
        values = {"state": AttemptState.OPEN, "session_id": facts.id, "url": facts.url, "ended_at": None}
        session.execute(update(CheckoutAttempt).where(CheckoutAttempt.id == attempt_id).values(**values))
        return True

    monkeypatch.setattr(till, "opened", always)


def settle_accepting_only_active(monkeypatch):
    def only_active(session, hold_ids):
        if any(hold.state is not HoldState.ACTIVE for hold in locked(session, Hold, hold_ids)):
            raise HoldNotSellable
        return paying.sell(session, hold_ids)

    monkeypatch.setattr(settlement, "sell", only_active)


def release_keeping_the_attempt(monkeypatch):
    def keep(session, hold_id, *, at):
        session.execute(update(Hold).where(Hold.id == hold_id).values(state=HoldState.RELEASED, in_attempt=False))
        hold = session.get_one(Hold, hold_id, populate_existing=True)
        move(session, Piece, PieceState.AVAILABLE, expect=(PieceState.HELD,), where=[Piece.id == hold.piece_id])
        return True

    monkeypatch.setattr(giving_back, "release_hold", keep)


def forgetting_who_asked(monkeypatch):
    def ask_back(session, hold_id):
        move(session, Hold, HoldState.RELEASING, expect=(HoldState.ACTIVE,), where=[Hold.id == hold_id])

    monkeypatch.setattr(giving_back, "ask_back", ask_back)


def abandoning_only_creating(monkeypatch):
    right = giving_back.release_hold

    def not_queued(session, hold_id, *, at):
        attempt = find_live_attempt(session, hold_id)
        if attempt is not None and attempt.state is AttemptState.QUEUED:
            paying.ask_back(session, hold_id)
            return False
        return right(session, hold_id, at=at)

    monkeypatch.setattr(giving_back, "release_hold", not_queued)


def reusing_an_order_whose_set_broke(monkeypatch):
    def whoever_is_left(session, hold_ids, *, at):
        there = [hold.id for hold in locked(session, Hold, hold_ids) if hold.state is HoldState.ACTIVE]
        session.execute(update(Hold).where(Hold.id.in_(there)).values(in_attempt=True))

    def open_anyway(session, attempt_id, facts, *, at):
        values = {"state": AttemptState.OPEN, "session_id": facts.id, "url": facts.url}
        ours = [CheckoutAttempt.id == attempt_id, CheckoutAttempt.state.in_(UNENDED)]
        session.execute(update(CheckoutAttempt).where(*ours).values(**values))
        return True

    monkeypatch.setattr(attempting, "cancel_orders", lambda *_: [])
    monkeypatch.setattr(attempting, "enter_attempt", whoever_is_left)
    monkeypatch.setattr(giving_back, "list_unpayable", lambda *_args, **_how: [])
    monkeypatch.setattr(till, "opened", open_anyway)


# Releasing on a NOT EXISTS over another table needs two transactions at once: tests/races/test_payment_races.py has it.
MISTAKES = {
    release_without_expire: paid_in_the_last_second,
    an_error_read_as_expired: given_back_while_the_provider_is_away,
    a_400_read_as_expired: paid_in_the_last_second,
    url_before_commit: dead_while_the_answer_was_written_down,
    no_recheck_of_a_late_create: given_back_before_the_answer,
    settle_accepting_only_active: paid_in_the_last_second,
    release_keeping_the_attempt: given_back_while_the_page_was_prepared,
    forgetting_who_asked: given_back_with_the_page_open,
    abandoning_only_creating: given_back_in_the_queue,
    reusing_an_order_whose_set_broke: a_set_that_broke,
}


@pytest.mark.parametrize("scene", dict.fromkeys(MISTAKES.values()), ids=lambda scene: scene.__name__)
def test_the_shop_keeps_its_promise(shop, monkeypatch, scene):
    if scene is dead_while_the_answer_was_written_down:
        dies_before_the_answer_is_committed(monkeypatch)

    scene(shop)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_shop_with_this_mistake_breaks_it(shop, monkeypatch, mistake):
    mistake(monkeypatch)

    with pytest.raises(AssertionError):
        MISTAKES[mistake](shop)
