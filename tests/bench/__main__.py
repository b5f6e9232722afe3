"""`make bench`: the shop beside what the machine can do, in alternating rounds; a table, and var/bench.json.

    make bench                                        everything, 3 rounds of 5 s each
    make bench ONLY=pgbench,nodb,hold ROUNDS=1 SECONDS=3

Rates are medians over the rounds, ratios medians of each round's own ratio: what else the machine does meanwhile hits
both sides of a round alike.
"""

import json
import os
import platform
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import databases, load
from bench.measures import Measures

# What is compared stands side by side.
MEASURES = (
    "settle", "pgbench", "hold", "nodb", "reject", "rush", "sizes", "snapshot", "buyers", "hello", "page", "live", "windows",
    "sqlite", "queries", "press",
)  # fmt: skip
LOADED = set(MEASURES) - {"press"}  # need a database, and wrk
RATIOS = {
    "hold_vs_pgbench": ("hold", "pgbench", 0.45),
    "hold_vs_nodb_post": ("hold", "nodb_post", 0.55),
    "reject_vs_nodb_post": ("reject", "nodb_post", 0.70),
    "page_vs_hello": ("page", "hello", 0.90),
    "live_vs_hello": ("live", "hello", 0.90),
    "snapshot_last_vs_first": ("snapshot_last_second", "snapshot_first_second", 0.70),
    "size_100k_vs_1k": ("hold", "hold_of_1000", 0.80),
    "sqlite_vs_nodb_post": ("sqlite_hold", "sqlite_nodb_post", 0.45),
    "settle_vs_pgbench": ("settle", "pgbench", 0.02),
    "press_1200_soft_vs_ref": ("press_soft_1200_ms", "press_reference_ms", None),
    "press_1200_hard_vs_ref": ("press_hard_1200_ms", "press_reference_ms", None),
    "press_360_vs_ref": ("press_soft_360_ms", "press_reference_ms", None),
    "press_2400_vs_1200": ("press_soft_2400_ms", "press_soft_1200_ms", None),
    "press_100_backs_vs_ref": ("press_backs_ms", "press_reference_ms", None),
    "press_preview_vs_ref": ("press_preview_ms", "press_reference_ms", None),
}
COSTS = {
    "press_1200_soft_vs_ref": 0.75, "press_1200_hard_vs_ref": 0.50, "press_360_vs_ref": 0.06, "press_2400_vs_1200": 4.6,
    "press_100_backs_vs_ref": 2.2, "press_preview_vs_ref": 0.43, "press_peak_mb": 300,
}  # fmt: skip
MOST = COSTS | {
    "hold_p99_ms": 60,
    "worker_rss_mb": 150,
    "oversold": 0,
    "duplicate_numbers": 0,
    "false_sold_out": 0,
    "lost": 0,
}
OUT = Path(__file__).parent.parent.parent / "var" / "bench.json"


def main():
    only = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(MEASURES)
    rounds, seconds = int(os.environ.get("ROUNDS") or 3), int(os.environ.get("SECONDS") or 5)
    if unknown := set(only) - set(MEASURES):
        raise SystemExit(f"There is no measure {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}.")
    try:
        if LOADED & set(only):
            load.need_wrk()
        found, truths = measure(only, rounds, seconds)
    except load.NoLoad as problem:
        raise SystemExit(str(problem)) from problem
    told = report(found, truths)
    show(told)
    if set(only) == set(MEASURES):  # a part must not replace the record of the whole
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(told, indent=2) + "\n")
        say(f"\nwritten to {OUT.relative_to(OUT.parent.parent)}")


def measure(only, rounds, seconds):
    """One dictionary of rates for each round, and the truths of all its rushes."""
    found = []
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder, ExitStack() as stack:
        server = stack.enter_context(databases.postgres()) if LOADED & set(only) else None
        stock = databases.Databases(Path(folder), server) if server else None
        measures = Measures(Path(folder), stock, seconds)
        for number in range(1, rounds + 1):
            rates = {}
            for name in only:
                began = time.monotonic()
                rates |= (new := getattr(measures, name)())
                words = ", ".join(f"{name} {value:,.1f}" for name, value in new.items())
                say(f"round {number}, {name}: {words}  ({time.monotonic() - began:.0f} s)")
            found.append(rates)
    return found, measures.truths


def report(found, truths):
    rates = {name: median(rates[name] for rates in found) for name in found[0]}
    ratios = {
        name: median(rates[top] / rates[base] for rates in found)
        for name, (top, base, _target) in RATIOS.items()
        if top in rates and base in rates
    }
    ratios |= {name: rates.pop(name) for name in ("hold_p99_ms", "worker_rss_mb", "press_peak_mb") if name in rates}
    if truths:
        ratios |= {name: sum(getattr(truth, name) for truth in truths) for name in MOST if hasattr(truths[0], name)}
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "ratios": {name: round(value, 4) for name, value in ratios.items()},
        "rates": {name: round(value, 1) for name, value in rates.items()},
    }


def machine():
    words = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    models = {line.split(":", 1)[1].strip() for line in words if line.startswith("model name")}
    return f"{os.cpu_count()} cores, {' / '.join(sorted(models)) or platform.machine()}, Python {platform.python_version()}"


def show(told):
    say(f"\n{told['date']}   {told['machine']}\n")
    for name, value in told["rates"].items():
        say(f"  {name:<28}{value:>12,.1f}")
    say("")
    for name, value in told["ratios"].items():
        low, high = RATIOS[name][2] if name in RATIOS else None, MOST.get(name)
        wanted = f"≥ {low}" if low is not None else f"≤ {high}" if high is not None else ""
        missed = (low is not None and value < low) or (high is not None and value > high)
        say(f"  {name:<28}{value:>12,.4f}   {wanted}{'   missed' if missed else ''}")


def say(line):
    print(line, flush=True)  # noqa: T201  a command tells its user


if __name__ == "__main__":
    main()
