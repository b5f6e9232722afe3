"""`make chaos`: kills at random under a light load, round after round; after each round everything has to come to its end.

The seed draws what is killed and when; what the processes are doing at that moment is their own affair.
"""

import os
import random
import signal
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from chaos.history import End, History, now
from chaos.load import Load
from chaos.monkey import VICTIMS, Monkey
from chaos.real_shop import RealShop
from chaos.verdict import problems, wait_until_terminal

ROUND = 20  # kills
_MOST_OF_A_FAULT = 3_000  # characters
_A_KILL = 15  # seconds, at most, on average
_AN_END = 180


class TimeIsUp(Exception):
    """It ends here, whatever state it is in."""


def main():
    kills, kind = int(os.environ.get("KILLS") or "200"), os.environ.get("DB") or "sqlite"
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(kills * _A_KILL + _AN_END)
    _print(f"{kills} kills on {kind}, seed {seed}")
    try:
        with tempfile.TemporaryDirectory(prefix="vitrine-chaos-") as folder, RealShop(kind, Path(folder)) as shop:
            return 1 if rage(shop, kills, seed) else 0
    except TimeIsUp:
        _print(f"the time is up: seed {seed}")
    except KeyboardInterrupt:
        _print("stopped")
    return 1


def rage(shop, kills, seed):
    """Everything that went wrong."""
    history, began, ends, wrong = History(), now(), [], []
    monkey = Monkey(shop, history, seed, _print)
    load = Load(shop, history, seed)
    while len(monkey.kills) < kills and not wrong:
        told_before = len(history.told)
        with load:
            monkey.rage(min(ROUND, kills - len(monkey.kills)))
        took, unfinished = wait_until_terminal(shop)
        ends.append(took)
        wrong = [f"after {took:.0f} s not ended: {unfinished}"] if unfinished else []
        wrong += problems(shop, history, since=told_before if len(monkey.kills) < kills else 0)
        _print(f"      {len(history.told)} holds, {len(wrong)} violations; everything had ended after {took:.1f} s")
    _report(monkey.kills, history, ends, now() - began)
    for problem in wrong:
        _print(f"BROKEN  {problem}")
    if wrong:
        _show_faults(shop)
    _print(f"{len(wrong)} violations" + (f"; make chaos KILLS={kills} DB={shop.kind} SEED={seed}" if wrong else ""))
    return wrong


def _show_faults(shop):
    """What the programs wrote when something in them failed: their files are gone afterwards."""
    for program in shop.programs:
        for fault in program.log.read_text(errors="replace").split("Traceback (most recent call last):")[1:][-3:]:
            _print(f"{program.name}: {fault[:_MOST_OF_A_FAULT]}")


def _report(kills, history, ends, took):
    by_victim = defaultdict(list)
    for kill in kills:
        by_victim[kill.victim].append(kill.recovered)
    _print(f"\n{'killed':<14} times   served again after: median, longest")
    for victim in VICTIMS:
        if times := [time for time in by_victim[victim] if time is not None]:
            _print(f"{victim:<14} {len(times):>5}   {statistics.median(times):5.2f} s {max(times):6.2f} s")
    bought = sum(told.end is End.BOUGHT for told in history.told)
    _print(f"everything had ended after {statistics.median(ends):.1f} s, {max(ends):.1f} s at the longest")
    _print(
        f"{len(history.told)} holds acknowledged, {bought} bought, {history.lost} requests unanswered and sent again"
    )
    _print(f"{len(kills)} kills in {took:.0f} s")


def _stop(*_):
    raise TimeIsUp


def _print(line):
    print(line, flush=True)  # noqa: T201  a command tells its user


if __name__ == "__main__":
    sys.exit(main())
