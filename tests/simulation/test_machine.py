"""The whole life of a shop, rule by rule, as hypothesis likes it: what it finds, it shrinks to the shortest story."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from simulation.story import WEIGHTS, Story
from simulation.town import one_chance

randoms = st.randoms(use_true_random=False)


class ShopMachine(RuleBasedStateMachine):
    """Each rule is one act. It may die at a turn; the next rule is done by whoever is left."""

    fresh_url = None  # set by the test: the address of an empty database

    @initialize(seed=st.integers(0, 2**32))
    def settle_in(self, seed):
        self.chance = one_chance(Random(seed))
        self.alarms = self.chance.__enter__()
        self.story = Story(seed, type(self).fresh_url())
        self.is_well = True

    @rule(random=randoms, dies_at=st.none() | st.integers(0, 8))
    def two_at_once(self, random, dies_at):
        names = [random.choice(sorted(WEIGHTS)) for _ in range(2)]
        self.do(names, random, dies_at)

    @rule(random=randoms)
    def somebody_goes_to_pay(self, random):
        """Chance alone seldom gets so far."""
        for name in ("hold", "order", "open", "pay"):
            self.do([name], random, None)

    def do(self, names, random, dies_at):
        self.story.random = self.story.town.stage.random = random
        acts = [act for name in names if (act := getattr(self.story.acts, name)(random)) is not None]
        self.is_well = False
        self.story.perform(acts, dies_at=dies_at)
        self.is_well = True

    def teardown(self):
        if not hasattr(self, "story"):
            return
        try:
            if self.is_well:
                self.story.end()
                assert self.alarms.unfair() == []
        finally:
            self.story.town.close()
            self.chance.__exit__(None, None, None)


def _rule_for(name):
    def act(self, random, dies_at):
        self.do([name], random, dies_at)

    act.__name__ = name
    return rule(random=randoms, dies_at=st.none() | st.none() | st.integers(0, 8))(act)


for _name in WEIGHTS:
    setattr(ShopMachine, f"act_{_name}", _rule_for(_name))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("engine_name", "examples"), [("sqlite", 25), ("postgresql", 8)], indirect=["engine_name"])
def test_no_order_of_events_breaks_a_promise(empty_url, examples):
    machine = type("Machine", (ShopMachine,), {"fresh_url": staticmethod(empty_url)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
