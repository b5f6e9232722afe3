"""The stage: actors take turns at the protocol's commit points; chance decides who goes on, and who dies there."""

from concurrent.futures import Executor, Future
from contextlib import contextmanager

import greenlet
from sqlalchemy import event

from storefront.db import Database


class Crash(BaseException):
    """The process stops here and never goes on. No `except Exception` may notice."""


class Process:
    """What dies together: an act and everything it does side by side. Without a fuse it lives."""

    def __init__(self, name, fuse=None):
        self.name, self.fuse, self.is_dead = name, fuse, False


class _Awaited(Future):
    """Waiting for it is a turn of the others."""

    def result(self, timeout=None):
        actor = greenlet.getcurrent()
        while not self.done():
            actor.waits_for = self
            actor.parent.switch()
            if actor.process.is_dead:
                raise Crash
        return super().result(timeout)


class _Actor(greenlet.greenlet):
    def __init__(self, process, work):
        super().__init__(self._act)
        self.process, self._work = process, work
        self.future, self.waits_for = _Awaited(), None

    def _act(self):
        try:
            self.future.set_result(self._work())
        except BaseException as problem:  # noqa: BLE001  a Crash included: whoever asks is told
            self.future.set_exception(problem)

    @property
    def is_ready(self):
        return self.waits_for is None or self.waits_for.done() or self.process.is_dead


class Stage:
    """`play()` runs several acts turn by turn; outside of it everything simply happens."""

    def __init__(self, random, say=lambda _line: None):
        self.random, self.say = random, say
        self._actors = []

    def play(self, acts):
        """Each act is a Process and its work. Their futures, when all have ended."""
        began = [self._enter(process, work) for process, work in acts]
        while self._actors:
            ready = [actor for actor in self._actors if actor.is_ready]
            self.random.choice(ready).switch()
            self._actors = [actor for actor in self._actors if not actor.dead]
        return [actor.future for actor in began]

    def turn(self, where=""):
        """Somebody else may go on now; or the process may end here."""
        actor = greenlet.getcurrent()
        if not isinstance(actor, _Actor):
            return
        self._give_way(actor)
        process = actor.process
        if process.fuse is not None:
            process.fuse -= 1
            if process.fuse < 0 and not process.is_dead:
                process.is_dead = True
                self.say(f"    † {process.name} dies {where}")
        self._stop_if_dead(actor)

    def pool(self):
        return _Pool(self)

    def _enter(self, process, work):
        actor = _Actor(process, work)
        self._actors.append(actor)
        return actor

    def _give_way(self, actor):
        actor.parent.switch()
        self._stop_if_dead(actor)

    @staticmethod
    def _stop_if_dead(actor):
        if actor.process.is_dead:
            raise Crash


class _Pool(Executor):
    """As a ThreadPoolExecutor, on the stage: what is submitted are actors of the same process."""

    def __init__(self, stage):
        self._stage = stage

    def submit(self, work, /, *args, **options):
        me = greenlet.getcurrent()
        if not isinstance(me, _Actor):
            return _done(lambda: work(*args, **options))
        child = self._stage._enter(me.process, lambda: work(*args, **options))
        child.parent = me.parent
        return child.future

    def shutdown(self, wait=True, *, cancel_futures=False):  # noqa: FBT002  as the standard library has it
        """Every future was waited for on the way here, or the process is dead."""


def _done(work):
    future = Future()
    try:
        future.set_result(work())
    except BaseException as problem:  # noqa: BLE001  told by the future
        future.set_exception(problem)
    return future


class SteppedDatabase(Database):
    """The real database, with a turn before each transaction and one after its commit."""

    def __init__(self, url):
        super().__init__(url, pool_size=16)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _forget_safety)

    def enter(self, stage):
        self._stage, self.commits = stage, 0

    @contextmanager
    def transaction(self, **how):
        self._stage.turn("before a transaction")
        with super().transaction(**how) as session:
            yield session
        self.commits += 1
        self._stage.turn("after a commit")


def _forget_safety(connection, _record):
    """What the operating system was told survives the death of a process; only the plug would lose it."""
    connection.execute("PRAGMA synchronous=OFF")
