"""The provider does not answer for half an hour of a drop: nobody loses a number for it, and nothing paid is given away."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront.inventory.holds import Hold, HoldState
from storefront.orders.orders import Order, OrderState
from storefront.payments import attempts
from storefront.payments.attempts import AT_THE_PROVIDER, AttemptState, CheckoutAttempt, is_provider_away
from storefront.payments.gateway import GatewayUnknown


class Unplugged:
    """The gateway, and a plug: out, every call fails as if nobody listened."""

    def __init__(self, gateway):
        self._gateway, self.is_out, self.asked = gateway, False, 0

    def __getattr__(self, name):
        call = getattr(self._gateway, name)

        def called(*args, **options):
            self.asked += 1
            if self.is_out:
                raise GatewayUnknown("nobody listens")
            return call(*args, **options)

        return called


@pytest.fixture
def gateway(gateway):
    return Unplugged(gateway)


def half_an_hour(shop):
    """The clock goes on, and after every step the shop is as safe as before."""
    for step in [1] * 60 + [20] * 87:
        shop.work(step)
        shop.assert_safe()


def count(shop, state):
    return shop.all(CheckoutAttempt.state).count(state)


def is_away(shop):
    with shop.database.reading() as session:
        return is_provider_away(session)


def test_half_an_hour_without_stripe_costs_nobody_a_number_and_gives_no_paid_one_away(shop, gateway):
    edition = shop.edition(size=40)
    paid = [shop.checkout(edition) for _ in range(3)]
    undecided = [shop.checkout(edition) for _ in range(3)]
    shop.tick(60)
    for _order, attempt, _holds in paid:
        shop.pay(attempt)  # on their page, in the last second before
    gateway.is_out = True
    waiting = [shop.queue(edition) for _ in range(30)]

    half_an_hour(shop)

    assert {shop.hold_state(hold) for _o, _a, holds in [*paid, *undecided] for hold in holds} == {HoldState.RELEASING}
    assert {shop.hold_state(hold) for _o, _a, holds in waiting for hold in holds} == {HoldState.ACTIVE}
    assert count(shop, AttemptState.CREATING) == AT_THE_PROVIDER
    assert count(shop, AttemptState.QUEUED) == 30 - AT_THE_PROVIDER
    assert is_away(shop)
    assert shop.free(edition) == [37, 38, 39, 40]

    gateway.is_out = False
    shop.work(60, 15, 2, 2, 2, 5, 15)

    assert {shop.order_state(order) for order, *_ in paid} == {OrderState.PAID}
    assert {shop.hold_state(hold) for _o, _a, holds in undecided for hold in holds} == {HoldState.RELEASED}
    assert {shop.attempt_state(attempt) for _o, attempt, _h in waiting} == {AttemptState.OPEN}
    with shop.database.reading() as session:
        left = session.scalars(select(Hold.held_until).where(Hold.state == HoldState.ACTIVE)).all()
    assert min(left) >= shop.clock.now() + timedelta(minutes=3)
    assert not is_away(shop)
    shop.assert_sound()


def test_without_room_for_a_few_only_everybody_would_leave_the_queue(shop, gateway, monkeypatch):
    monkeypatch.setattr(attempts, "AT_THE_PROVIDER", 1000)
    edition = shop.edition(size=40)
    gateway.is_out = True
    for _ in range(30):
        shop.queue(edition)

    shop.work(*[1] * 60)

    assert count(shop, AttemptState.QUEUED) == 0


def test_a_provider_that_is_away_is_asked_ever_less_often(shop, gateway):
    edition = shop.edition(size=40)
    gateway.is_out = True
    for _ in range(30):
        shop.queue(edition)
    shop.work(*[1] * 60)
    before = gateway.asked

    shop.work(*[1] * 60)

    # Twenty creates every fifteen seconds, and the list of events every ten.
    assert gateway.asked - before <= 20 * 5 + 7


@pytest.mark.parametrize("minutes", [5, 20])
def test_a_create_that_is_not_answered_costs_the_buyer_no_time(shop, gateway, minutes):
    order, attempt, (hold,) = shop.queue(shop.edition(size=1))
    gateway.is_out = True
    shop.till.open_attempt(attempt)

    shop.work(*[15] * (4 * minutes))
    assert shop.attempt_state(attempt) is AttemptState.CREATING
    gateway.is_out = False
    shop.work(15, 15)

    assert shop.attempt_state(attempt) is AttemptState.OPEN
    assert shop.read(Hold, hold).held_until - shop.clock.now() > timedelta(minutes=4)
    assert shop.order_state(order) is OrderState.PLACED


def test_who_gives_a_number_back_meanwhile_need_not_wait_for_stripe(shop, gateway):
    edition = shop.edition(size=2)
    gateway.is_out = True
    queued, asked = shop.queue(edition), shop.queue(edition)
    shop.till.open_attempt(queued[1])

    assert [shop.give_back(holds[0]) for _o, _a, holds in (queued, asked)] == [True, True]
    assert shop.free(edition) == [1, 2]
    assert shop.all(Order.state) == [OrderState.CANCELLED] * 2
    shop.assert_sound()
