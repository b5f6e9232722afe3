"""The monkey: kills what it likes, when it likes, by a seed."""

import random
import time
from dataclasses import dataclass

from chaos.history import now

VICTIMS = ("a web worker", "gunicorn", "the clock", "the stand-in", "the database")
_PAUSE = (0.2, 1.5)
_RECOVERY = 30.0


@dataclass(frozen=True)
class Kill:
    """`recovered` is how many seconds later somebody held a number."""

    victim: str
    recovered: float | None


class Monkey:
    def __init__(self, shop, history, seed, say=lambda _line: None):
        self._shop, self._history, self._say = shop, history, say
        self._random = random.Random(seed)
        self.kills = []

    def rage(self, kills):
        """So many kills; each begins after buyers are served again, so that each meets a shop at work."""
        for _ in range(kills):
            time.sleep(self._random.uniform(*_PAUSE))
            self.kill(self._random.choice(VICTIMS))

    def kill(self, victim):
        moment = now()
        self._do(victim)
        served = self._wait(lambda: self._history.first_after(moment))
        recovered = None if served is None else served - moment
        self.kills.append(Kill(victim, recovered))
        self._say(
            f"{len(self.kills):>4}  {victim:<14} "
            + ("nobody was served" if recovered is None else f"{recovered:5.2f} s")
        )
        if recovered is None:
            self._history.complain(f"nobody was served for {_RECOVERY:.0f} s after {victim} was killed")

    def _do(self, victim):
        shop = self._shop
        if victim == "a web worker":
            shop.kill_a_web_worker(self._random.choice)
        elif victim == "the database":
            shop.kill_database()
        else:
            {"gunicorn": shop.web, "the clock": shop.clock, "the stand-in": shop.stripe}[victim].kill()

    def _wait(self, ask):
        until = now() + _RECOVERY
        while (found := ask()) is None and now() < until:
            time.sleep(0.02)
        return found
