"""Programs of the shop, kept running: what dies is started again at once, as a supervisor does it."""

import os
import signal
import subprocess
import threading
from contextlib import suppress

import psutil

from storefront import paths

_LOOK = 0.05


class Program:
    """One command, in a session of its own, so that nothing of it is left behind."""

    def __init__(self, name, command, environ, folder):
        self.name = name
        self.log = folder / f"{name}.log"
        self._command, self._environ = command, environ
        self._process = None
        self.deaths = 0

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        """What an earlier start left behind goes first, as with systemd and containers: it would keep the port."""
        self._end_group()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environ, cwd=paths.ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def is_dead(self):
        return self._process.poll() is not None

    def children(self):
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self._process.pid).children(recursive=True)
        return []

    def kill(self):
        """Without warning, and only the process itself: its children find out by themselves."""
        self._process.send_signal(signal.SIGKILL)

    def end(self):
        """For good, with everything it started."""
        self._end_group()
        self._process.wait(timeout=10)

    def _end_group(self):
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Keeper:
    """Starts again whatever dies, until left."""

    def __init__(self, programs):
        self._programs = programs
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self):
        for program in self._programs:
            program.start()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        for program in self._programs:
            program.end()

    def _keep(self):
        while not self._over.wait(_LOOK):
            for program in self._programs:
                if program.is_dead():
                    program.deaths += 1
                    program.start()
