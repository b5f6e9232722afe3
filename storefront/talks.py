"""Talks: conversations that take their time, several side by side, and each thing in one of them at most."""

from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future


class Talks:
    """Nobody waits here: one that takes long keeps its own thing under way, and the rest of the pool goes on."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._under_way: set[Hashable] = set()

    def is_under_way(self, about: Hashable) -> bool:
        return about in self._under_way

    def begin(self, talk: Callable[[], object], about: Hashable) -> None:
        """Begin it as soon as somebody is free, unless a talk about the same has not ended yet. One caller at a time."""
        if about in self._under_way:
            return
        self._under_way.add(about)

        def over(_talk: Future[object]) -> None:
            self._under_way.discard(about)

        self._pool.submit(talk).add_done_callback(over)
