"""`make simulate`: seeds in both cores; the failing ones are printed, and one alone is told line by line."""

import gc
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg

from postgres import Postgres
from simulation.story import empty_database, migrated, tell

_FRESH = []


def main():
    kind, steps = os.environ.get("DB", "sqlite"), int(os.environ.get("STEPS", "100"))
    with Postgres() if kind == "postgresql" else nullcontext() as server:
        if seed := os.environ.get("SEED"):
            return replay(int(seed), steps, kind, server)
        first, count = int(os.environ.get("FIRST_SEED", "1")), int(os.environ.get("SEEDS", "200"))
        return run(range(first, first + count), steps, kind, server)


def run(seeds, steps, kind, server):
    began, failed = time.monotonic(), []
    addresses = [_new_database(server, n) for n in range(2)] if server else []
    with ExitStack() as stack:
        pools = [
            stack.enter_context(
                ProcessPoolExecutor(1, initializer=_begin, initargs=(kind, addresses[n] if server else None))
            )
            for n in range(2)
        ]
        running = [(seed, pools[place % 2].submit(_one, seed, steps)) for place, seed in enumerate(seeds)]
        for seed, future in running:
            if (problem := future.result()) is not None:
                failed.append(seed)
                _print(f"seed {seed}: {problem}\n  make simulate SEED={seed} STEPS={steps} DB={kind}", flush=True)
    took = time.monotonic() - began
    _print(f"{len(seeds)} seeds × {steps} steps on {kind}: {len(failed)} failed, {took:.0f} s")
    return 1 if failed else 0


def replay(seed, steps, kind, server):
    with empty_database(kind, _new_database(server, 0) if server else None) as fresh:
        found = tell(seed, fresh(), steps, say=_print)
    _print(found[0] if found else "all is well")
    return 1 if found else 0


def _begin(kind, url):
    stack = ExitStack()
    _FRESH.append(stack.enter_context(empty_database(kind, url)))
    _FRESH.append(stack)
    tell(0, _FRESH[0](), 5)
    gc.collect()
    gc.freeze()  # everything imported stays: looking through it again and again would cost a sixth of the time
    gc.set_threshold(50_000, 20, 50)


def _one(seed, steps):
    found = tell(seed, _FRESH[0](), steps)
    return found[0] if found else None


def _new_database(server, number):
    name = f"simulation_{number}"
    with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    migrated(server.url(name))
    return server.url(name)


def _print(line, **how):
    print(line, **how)  # noqa: T201  a command tells its user


if __name__ == "__main__":
    sys.exit(main())
