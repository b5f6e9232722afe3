"""The press: one warm child process that draws pins, so that no web worker ever loads what drawing needs.

It starts when it is first asked, is limited in memory and time, leaves by itself after some idle minutes, and takes one
order at a time. Sockets and locks only: under gevent others go on while somebody waits here.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from storefront.pressing.wire import HungUp, Message, receive, send

_HOME = Path(__file__).resolve().parents[2]


class PressBusy(Exception):
    """Too many wait for the press already; ask again in a moment."""


class PressTookTooLong(Exception):
    """The child was ended for using up its time."""


class PressBroke(Exception):
    """The child died over an order: out of memory, or worse."""


@dataclass(frozen=True)
class PressLimits:
    """For one order, unless it says otherwise: `queue` is how many may wait, `idle_seconds` how long the child stays."""

    memory_bytes: int = 1536 * 2**20  # of address space; libraries alone map some hundred megabytes
    cpu_seconds: int = 30
    wall_seconds: float = 25
    queue: int = 4
    patience_seconds: float = 8
    idle_seconds: float = 300


@dataclass
class _Child:
    process: subprocess.Popen[bytes]
    wire: socket.socket


class Press:
    """One for each process of the shop; making it starts nothing."""

    def __init__(self, limits: PressLimits | None = None) -> None:
        self.limits = limits or PressLimits()
        self._child: _Child | None = None
        self._turn = threading.Lock()
        self._waiting = 0

    def ask(self, work: str, told: Message, *blobs: bytes) -> tuple[Message, tuple[bytes, ...]]:
        """The child's answer to one order. Raises PressBusy, PressTookTooLong, PressBroke."""
        with self._in_turn():
            warm = self._child is not None
            try:
                return self._ask(work, told, blobs)
            except HungUp:
                self._end()
                if not warm:
                    raise PressBroke(work) from None
            try:  # it had left, idle, in just this moment; or this order kills whoever takes it
                return self._ask(work, told, blobs)
            except HungUp:
                self._end()
                raise PressBroke(work) from None

    def warm(self) -> None:
        """Begin with the child if there is none, for an order that may come soon; nobody waits for it."""
        if self._turn.acquire(blocking=False):
            try:
                if self._child is not None and self._child.process.poll() is not None:
                    self._end()  # it had left, idle
                self._child = self._child or self._begin()
            finally:
                self._turn.release()

    def close(self) -> None:
        """End the child, if there is one; the next order starts another."""
        with self._turn:
            self._end()

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child else None

    @contextmanager
    def _in_turn(self) -> Generator[None]:
        if self._waiting >= self.limits.queue:
            raise PressBusy
        self._waiting += 1
        try:
            if not self._turn.acquire(timeout=self.limits.patience_seconds):
                raise PressBusy
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    def _ask(self, work: str, told: Message, blobs: tuple[bytes, ...]) -> tuple[Message, tuple[bytes, ...]]:
        self._child = child = self._child or self._begin()
        until = time.monotonic() + self.limits.wall_seconds
        child.wire.settimeout(self.limits.wall_seconds)
        try:
            send(child.wire, {**told, "work": work}, blobs)
            return receive(child.wire, until)
        except TimeoutError:
            self._end()
            raise PressTookTooLong(work) from None
        except BaseException:
            self._end()  # whoever gave up waiting leaves no answer behind for the next
            raise

    def _begin(self) -> _Child:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module; nothing of an order is on the command line
                [sys.executable, "-m", "storefront.pressing.anvil", json.dumps(asdict(self.limits))],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=_HOME,
                env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},  # none of the shop's secrets
                start_new_session=True,
            )
        return _Child(process, ours)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.wire.close()
            child.process.kill()
            child.process.wait()
