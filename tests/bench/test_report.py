"""What is written to bench.json."""

from bench.__main__ import report
from bench.truth import Truth

QUICK = {"hold": 4000.0, "pgbench": 8000.0, "hold_p99_ms": 40.0, "hello": 5000.0}
SLOW = {"hold": 1000.0, "pgbench": 4000.0, "hold_p99_ms": 90.0, "hello": 6000.0}


def test_a_ratio_is_the_median_of_the_rounds_own_ratios():
    told = report([QUICK, SLOW, QUICK], [Truth(0, 0, 1, 0), Truth(0, 0, 2, 0)])

    assert told["ratios"]["hold_vs_pgbench"] == 0.5
    assert told["rates"] == {"hold": 4000.0, "pgbench": 8000.0, "hello": 5000.0}
    assert set(told) == {"date", "machine", "ratios", "rates"}


def test_what_has_a_limit_stands_among_the_ratios_and_mistakes_add_up():
    ratios = report([QUICK, SLOW, SLOW], [Truth(0, 0, 1, 0), Truth(0, 0, 2, 0)])["ratios"]

    assert ratios["hold_p99_ms"] == 90.0
    assert (ratios["oversold"], ratios["duplicate_numbers"], ratios["false_sold_out"], ratios["lost"]) == (0, 0, 3, 0)


def test_what_was_not_measured_is_not_told():
    assert "page_vs_hello" not in report([QUICK], [])["ratios"]
    assert "oversold" not in report([QUICK], [])["ratios"]
