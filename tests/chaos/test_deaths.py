"""Deaths at every failpoint and at random, on both databases: the real processes, killed; nothing anybody was told is lost.

All deaths on one database happen in one shop, and what has to be waited for (a lease, a replay, the claim on a mail) is
waited for once. Then each test looks at its own story. F9 and F10, about captures, come with the draw.
"""

import os
import threading
from dataclasses import dataclass, field

import pytest
import requests
from sqlalchemy import inspect

from chaos.history import History
from chaos.load import Load
from chaos.monkey import Monkey
from chaos.real_shop import STRIPE_KEY, RealShop, run_command
from chaos.stories import Teller
from chaos.verdict import TERMINAL_WITHIN, mail_id, mails, problems, sessions_of, wait_until_terminal
from chaos.visitor import Visitor
from sandbox.plain_http import a_session
from schemas import blank_database
from storefront.inventory.holds import HoldState
from storefront.orders.orders import OrderState

# Last what leaves an attempt that is asked for again after a while.
CLOCK = ("clock_f12", "clock_f3", "clock_f4", "clock_f5", "clock_f7", "clock_f8", "clock_f11", "clock_f13")
WEB = ("web_f1", "web_f2", "web_f5", "web_f6", "web_f8", "web_f11")
PATIENT = ("web_f3", "web_f4")
KILLS = 5  # at random, on each database
pytestmark = pytest.mark.timeout(300)


@dataclass
class Campaign:
    """All that happened in one shop."""

    shop: RealShop
    history: History
    stories: dict = field(default_factory=dict)
    kills: list = field(default_factory=list)
    took: float = 0.0
    unfinished: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    def story(self, name):
        """As it was told; or the reason why it was not."""
        found = self.stories[name]
        if isinstance(found, BaseException):
            raise found
        return found

    def tell(self, name, teller):
        try:
            self.stories[name] = story = getattr(teller, name)()
        except Exception as problem:  # noqa: BLE001  the test of this story raises it
            self.stories[name] = problem
            return lambda: None

        def rest():
            try:
                story.rest()
            except Exception as problem:  # noqa: BLE001  as above
                self.stories[name] = problem

        return rest

    def sent(self, told):
        return mails(self.shop)[mail_id(f"order_paid:{told.order}")]


@pytest.fixture(scope="class")
def campaign(request, tmp_path_factory):
    kind, seed = request.cls.kind, int.from_bytes(os.urandom(3))
    history = History()
    with RealShop(kind, tmp_path_factory.mktemp(kind)) as shop:
        all_of_it = Campaign(shop, history)
        teller = Teller(shop, history, *shop.hang(500))
        for name in CLOCK:
            all_of_it.tell(name, teller)()
        for name in WEB:
            all_of_it.tell(name, teller)()
        resting = [threading.Thread(target=all_of_it.tell(name, teller)) for name in PATIENT]
        for thread in resting:
            thread.start()
        with Load(shop, history, seed):
            monkey = Monkey(shop, history, seed)
            monkey.kill("the database")
            monkey.rage(KILLS)
        for thread in resting:
            thread.join()
        all_of_it.kills = monkey.kills
        all_of_it.took, all_of_it.unfinished = wait_until_terminal(shop)
        all_of_it.problems = [f"(seed {seed}) {problem}" for problem in problems(shop, history)]
        yield all_of_it


class Deaths:
    """The same on both databases."""

    def test_before_the_commit_of_a_hold_nothing_has_happened(self, campaign):
        story = campaign.story("web_f1")

        assert story.seen["lost"]
        assert story.seen["placed"] == []
        assert sum(story.seen["free"]) == 500

    def test_after_the_commit_of_a_hold_the_same_key_finds_it(self, campaign):
        story = campaign.story("web_f2")

        assert story.seen["lost"]
        assert story.seen["placed"] == [story.told.hold]

    @pytest.mark.parametrize("process", ["web", "clock"])
    @pytest.mark.parametrize("place", ["F3", "F4"])
    def test_a_session_that_was_being_made_is_made_once(self, campaign, process, place):
        story = campaign.story(f"{process}_{place.lower()}")

        assert len(sessions_of(campaign.shop, story.told)) == 1
        assert story.told.order is not None
        assert campaign.sent(story.told) in (1, 2)

    def test_a_buyer_who_was_not_sent_to_the_payment_page_finds_it_at_the_hold(self, campaign):
        story = campaign.story("web_f5")

        assert story.seen["lost"]
        assert {url.rpartition("/")[2] for url in story.seen["offered"]} == {story.seen["session"]}
        assert sessions_of(campaign.shop, story.told) == [story.seen["session"]]

    def test_a_session_the_clock_wrote_down_before_it_died_is_the_one_that_is_paid(self, campaign):
        story = campaign.story("clock_f5")

        assert sessions_of(campaign.shop, story.told) == [story.seen["session"]]

    @pytest.mark.parametrize("name", ["web_f6", "web_f8", "clock_f7", "clock_f8", "clock_f11", "clock_f12"])
    def test_news_of_a_payment_have_one_effect(self, campaign, name):
        """The process that heard of it died, the buyer never came back, and the provider told it ten times more."""
        story = campaign.story(name)

        assert story.seen["paid_after"] <= TERMINAL_WITHIN
        # The clock's other lanes go on until it dies: it may have been in the midst of this mail, and F12 is just there.
        assert campaign.sent(story.told) in ((2,) if name == "clock_f12" else (1, 2))
        assert len(sessions_of(campaign.shop, story.told)) == 1

    def test_where_each_of_them_died(self, campaign):
        seen = {name: campaign.story(name).seen for name in ("web_f6", "web_f8", "clock_f7", "clock_f8", "clock_f11")}

        assert len(seen["web_f6"]["stored"]) == 0
        assert len(seen["web_f8"]["stored"]) == 1
        assert seen["clock_f7"]["state"] is OrderState.PLACED
        assert seen["clock_f8"]["state"] is OrderState.PAID
        assert seen["clock_f11"]["state"] is OrderState.PAID

    def test_an_order_whose_return_page_died_is_paid_once(self, campaign):
        story = campaign.story("web_f11")

        assert story.seen["lost"]
        assert story.seen["paid"]
        assert campaign.sent(story.told) in (1, 2)

    def test_a_number_whose_session_has_ended_comes_back(self, campaign):
        story = campaign.story("clock_f13")

        assert story.seen["expired"] == "expired"
        assert story.seen["kept"] is HoldState.RELEASING
        assert story.seen["released_after"] <= TERMINAL_WITHIN

    def test_after_each_kill_under_load_buyers_are_served_again(self, campaign):
        assert campaign.kills[0].victim == "the database"
        assert len(campaign.kills) == 1 + KILLS
        assert all(kill.recovered is not None for kill in campaign.kills)

    def test_everything_has_come_to_its_end(self, campaign):
        assert campaign.unfinished == {}
        assert campaign.took <= TERMINAL_WITHIN

    def test_nothing_is_wrong_and_nothing_acknowledged_is_lost(self, campaign):
        assert campaign.problems == []


class TestOnSQLite(Deaths):
    kind = "sqlite"


class TestOnPostgreSQL(Deaths):
    kind = "postgresql"


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_a_migration_that_died_has_changed_nothing(engine_name, tmp_path):
    with blank_database(engine_name, tmp_path) as database:
        url = database.engine.url.render_as_string(hide_password=False)
        keys = {"STRIPE_SECRET_KEY": STRIPE_KEY, "STRIPE_WEBHOOK_SECRET": "whsec_1"}
        environ = {"DATABASE_URL": url, "STOREFRONT_VAR": str(tmp_path), **keys}
        died = run_command({**environ, "FAILPOINT": "F14:kill9"}, "migrate")
        tables = inspect(database.engine).get_table_names()
        again, checked = run_command(environ, "migrate"), run_command(environ, "check")

    assert died.returncode == -9
    assert set(tables) <= {"alembic_version"}
    assert again.returncode == 0
    assert checked.returncode == 0, checked.stderr


def test_what_would_be_wrong_is_seen(tmp_path):
    """The negative control: a database that forgets what it committed, and a payment made twice."""
    history = History()
    with RealShop("postgresql", tmp_path, synchronous_commit="off") as shop:
        slug, edition = shop.hang(10)
        bought, forgotten = Visitor(shop, history, 1), Visitor(shop, history, 2)
        told = bought.hold(slug, edition)
        bought.buy(told)
        wait_until_terminal(shop)
        sound = problems(shop, history)
        pay_once_more(shop, told)
        shop.write_down_no_more()
        forgotten.hold(slug, edition)
        shop.kill_database()
        broken = "\n".join(problems(shop, history))

    assert sound == []
    assert "has 2 sessions" in broken
    assert "has 2 payments" in broken
    assert f"acknowledged and lost: hold {history.told[-1].hold} of number 2" in broken


def pay_once_more(shop, told):
    """As if an attempt had been given a second session, and its buyer had paid that one too."""
    (first,) = [row for row in shop.at_stripe("checkout/sessions") if row["id"] in sessions_of(shop, told)]
    marks = {name: first["metadata"][name] for name in ("attempt", "order")}
    fields = {f"metadata[{name}]": value for name, value in marks.items()}
    fields |= {f"payment_intent_data[metadata][{name}]": value for name, value in marks.items()}
    second = requests.post(
        f"{shop.stripe_url}/v1/checkout/sessions",
        data=a_session(client_reference_id=first["client_reference_id"], **fields),
        headers={"Authorization": f"Bearer {STRIPE_KEY}"},
        timeout=10,
    ).json()
    shop.stand_in("POST", f"/_sandbox/sessions/{second['id']}/pay")
