"""A light, constant load: a handful of buyers, each coming, holding, paying or giving back, and coming again as somebody new.

The first of them never pays: nobody but the shop keeps them waiting, so that their holds tell when it is back.
"""

import random
import threading
import time
from itertools import count

from chaos.visitor import Refused, Unanswered, Visitor

_FAIR = ("all_held", "sold_out", "limit")  # what a shop may say to anybody


class Load:
    """Under way while entered; leaving lets every visit come to its end."""

    def __init__(self, shop, history, seed, *, buyers=4, pause=0.3):
        self._large, self._small = shop.hang(5_000), shop.hang(12)
        self._shop, self._history = shop, history
        self._random = random.Random(seed)
        self._pause = pause
        self._numbers = count(1)
        self._buyers = buyers

    def __enter__(self):
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._come_and_go, args=(n > 0,), name=f"buyer {n}", daemon=True)
            for n in range(self._buyers)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _come_and_go(self, pays):
        while not self._over.is_set():
            try:
                self._visit(Visitor(self._shop, self._history, next(self._numbers)), pays)
            except Refused as refused:
                if str(refused) not in _FAIR:
                    self._history.complain(f"a buyer was refused: {refused}")
            except Unanswered as unanswered:
                self._history.complain(f"nobody answered: {unanswered}")
            except Exception as problem:  # noqa: BLE001  a buyer who cannot go on is one more thing that is wrong
                self._history.complain(f"a buyer could not go on: {problem!r}")
            time.sleep(self._random.uniform(0, 2 * self._pause))

    def _visit(self, visitor, pays):
        """Half of them buy; the others give back, with a payment page open or without, or press twice."""
        what = self._random.random() if pays else 0.75
        slug, edition = self._small if what > 0.8 else self._large
        key = visitor.come(slug)
        told = visitor.hold(slug, edition, key)
        if self._random.random() < 0.2 and (again := visitor.hold(slug, edition, key).hold) != told.hold:
            self._history.complain(f"pressed twice: holds {told.hold} and {again}")
        if what < 0.5:
            visitor.buy(told)
            return
        if what < 0.7:
            visitor.check_out(told)
        visitor.give_back(told)
