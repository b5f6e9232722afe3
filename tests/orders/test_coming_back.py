"""Numbers come back as fast as promised, in real time and from the clock's own loop; `make numbers-back` measures 500."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from orders import coming_back
from storefront import jobs
from storefront.inventory.holds import Hold, HoldState
from storefront.orders import attempting
from storefront.orders.till import Till
from storefront.talks import Talks

pytestmark = pytest.mark.timeout(180)


class StuckMail:
    """A mail server that takes its time with everything."""

    def __init__(self):
        self.over = threading.Event()

    def deliver_due(self, *_):
        self.over.wait(60)


@pytest.fixture
def shop(database, sandbox):
    return coming_back.a_shop(database, sandbox)


@pytest.fixture
def stuck_mail():
    mail = StuckMail()
    yield mail
    mail.over.set()


@pytest.mark.parametrize("sessions", [1, 50])
def test_as_many_numbers_as_end_together_are_free_in_time(shop, sessions):
    came = coming_back.lapse_together(shop, sessions)

    assert len(came) == sessions
    assert came[0] >= 0
    assert came[-1] <= coming_back.promised(sessions)
    shop.assert_sound()


def test_a_number_given_back_without_a_payment_page_is_free_within_a_second(shop):
    assert max(coming_back.give_back_together(shop, 50)) <= 1


def test_a_number_given_back_on_its_payment_page_is_free_as_soon_as_stripe_has_answered(shop, sandbox):
    edition = shop.edition(size=1)
    _order, _attempt, (hold,) = shop.checkout(edition)
    sandbox.fault("latency", seconds=coming_back.ANSWERS_IN, times=50)
    with coming_back.the_clock_running(shop):
        asked_at = shop.clock.now()
        assert not shop.give_back(hold)
        came = coming_back.seconds_until_free(shop, 1, asked_at, 10)

    assert came
    assert came[0] <= 3


def come_back_beside(shop, mail, patience):
    """Three numbers end together while the mail is stuck; the loop is told to stop before the mail is."""
    over_at = coming_back.open_pages(shop, 3)
    release = threading.Timer(patience + 2, mail.over.set)
    release.start()
    with coming_back.the_clock_running(shop, mail):
        came = coming_back.seconds_until_free(shop, 3, over_at, patience)
        mail.over.set()
    release.cancel()
    return came


def test_a_mail_server_that_hangs_delays_no_number(shop, stuck_mail):
    assert len(come_back_beside(shop, stuck_mail, 6)) == 3


def test_with_the_mail_in_the_same_lane_it_would(shop, stuck_mail, monkeypatch):
    lanes = jobs.Round._lanes

    def one_lane(self):
        found = lanes(self)
        return {"all": [*found.pop("mail"), *(duty for duties in found.values() for duty in duties)]}

    monkeypatch.setattr(jobs.Round, "_lanes", one_lane)

    assert come_back_beside(shop, stuck_mail, 6) == []


def test_one_answer_that_never_comes_keeps_only_its_own_number(shop, sandbox):
    edition = shop.edition(size=12)
    holds = [shop.checkout(edition)[2][0] for _ in range(12)]
    sandbox.fault("latency", method="POST", path="*/expire", seconds=2.5)
    with coming_back.the_clock_running(shop):
        asked_at = shop.clock.now()
        for hold in holds:
            shop.give_back(hold)
        came = coming_back.seconds_until_free(shop, 12, asked_at, 15)

    assert len(came) == 12
    assert came[10] < 2.3 < came[11]
    with shop.database.reading() as session:
        assert set(session.scalars(select(Hold.state))) == {HoldState.RELEASED}


def calls_for_hanging_creates(shop, sandbox, monkeypatch):
    """Stripe is slow, and five creates are overdue before they are answered. How many calls were taken for them."""
    monkeypatch.setattr(attempting, "REPLAY_AFTER", timedelta(0))
    taken, take_turn = [], Till.take_turn
    monkeypatch.setattr(Till, "take_turn", lambda till, attempt: (take_turn(till, attempt), taken.append(attempt)))
    looked, create = [], jobs.Round.create

    def look(self):
        create(self)
        looked.append(self)

    look.__name__ = "create"
    monkeypatch.setattr(jobs.Round, "create", look)
    edition = shop.edition(size=5)
    for _ in range(5):
        shop.queue(edition)
    sandbox.fault("latency", method="POST", path="/v1/checkout/sessions", seconds=7, times=50)
    until = time.monotonic() + 6.5
    with coming_back.the_clock_running(shop):
        while len(looked) < 4 and time.monotonic() < until:
            time.sleep(0.1)
        found = len(taken)
    assert len(looked) >= 4
    return found


def test_creates_that_hang_take_no_calls_from_others(shop, sandbox, monkeypatch):
    assert calls_for_hanging_creates(shop, sandbox, monkeypatch) == 5


def test_if_they_were_asked_for_again_meanwhile_they_would(shop, sandbox, monkeypatch):
    monkeypatch.setattr(Talks, "is_under_way", lambda *_: False)

    assert calls_for_hanging_creates(shop, sandbox, monkeypatch) > 5
