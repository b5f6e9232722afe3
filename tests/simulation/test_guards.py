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

# Each with a seed that told of it when last looked for: one to begin with, since most seeds do not.
MISTAKES = {
    release_without_expire: 3,
    an_error_read_as_expired: 10,
    a_400_read_as_expired: 3,
    no_recheck_of_a_late_create: 50,
    settle_accepting_only_active: 6,
    release_keeping_the_attempt: 1,
    forgetting_who_asked: 1,
    abandoning_only_creating: 26,
}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_without_this_guard_a_seed_fails(empty_url, monkeypatch, mistake):
    mistake(monkeypatch)

    problems = (tell(seed, empty_url(), 100) for seed in (MISTAKES[mistake], *range(1, 201)))

    assert next((problem[0] for problem in problems if problem), "").startswith("Broken")
