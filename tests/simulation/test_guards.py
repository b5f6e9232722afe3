"""The simulator can fail: with a guard of the protocol removed, one of the first two hundred seeds tells of it."""

import pytest

from orders.test_mistakes import (
    a_400_read_as_expired,
    abandoning_only_creating,
    an_error_read_as_expired,
    forgetting_who_asked,
    no_recheck_of_a_late_create,
    release_keeping_the_attempt,
    release_without_expire,
    settle_accepting_only_active,
)
from simulation.story import tell

MISTAKES = (
    release_without_expire,
    an_error_read_as_expired,
    a_400_read_as_expired,
    no_recheck_of_a_late_create,
    settle_accepting_only_active,
    release_keeping_the_attempt,
    forgetting_who_asked,
    abandoning_only_creating,
)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_without_this_guard_a_seed_fails(empty_url, monkeypatch, mistake):
    mistake(monkeypatch)

    problems = (tell(seed, empty_url(), 100) for seed in range(1, 201))

    assert next((problem[0] for problem in problems if problem), "").startswith("Broken")
