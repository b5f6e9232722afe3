"""gunicorn with production's configuration and settings, around one of the bench's applications."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from bench.guests import HOST, SECRET_KEY

SHOP = "storefront.wsgi:app"
WITHOUT_DATABASE = "bench.without_database:app"
HELLO = "bench.hello:app"
_TESTS = Path(__file__).parent.parent
_PATIENCE = 30


class Server:
    """Use as a context manager: it is up when every worker has loaded the application and come to rest."""

    def __init__(self, application, var, database_url):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._application, self._log = application, var / "server.log"
        self._environ = environment(var, database_url)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        command = [sys.executable, "-m", "gunicorn", "-c", "python:storefront.gunicorn"]
        command += ["--bind", f"127.0.0.1:{self.port}", self._application]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=self._environ, cwd=_TESTS.parent, stdout=log, stderr=log)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc):
        self._process.terminate()
        try:
            self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def look(self, path):
        """One answer's bytes, to see that what is measured is what was meant."""
        request = urllib.request.Request(
            self.address + path.lstrip("/"), headers={"Host": HOST, "X-Forwarded-Proto": "https"}
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return answer.read()

    def largest_worker_mb(self):
        return max(worker.memory_info().rss for worker in self._workers()) / 2**20

    def _workers(self):
        return psutil.Process(self._process.pid).children()

    def _wait(self):
        deadline = time.monotonic() + _PATIENCE
        spent = None
        while time.monotonic() < deadline:
            time.sleep(0.3)
            if self._process.poll() is not None:
                break
            before, spent = spent, self._spent()
            if before is not None and spent and spent.keys() == before.keys() and self._at_rest(before, spent):
                return
        raise RuntimeError(f"the server did not start: {self._log.read_text()[-2000:]}")

    def _spent(self):
        """Seconds of processor each worker has used: importing the shop takes some, waiting for requests none."""
        times = {worker.pid: worker.cpu_times() for worker in self._workers()}
        return {pid: spent.user + spent.system for pid, spent in times.items()}

    def _at_rest(self, before, spent):
        if any(spent[pid] - before[pid] > 0.05 or spent[pid] < 0.02 for pid in spent):
            return False
        try:
            self.look("/healthz")
        except urllib.error.HTTPError:
            return True  # it answers
        except OSError:
            return False
        return True


def environment(var, database_url):
    """A production shop behind one proxy."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(_TESTS), str(_TESTS.parent)]),
        "STOREFRONT_ENV": "production",
        "STOREFRONT_VAR": str(var),
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "ADDRESS_KEY": "the bench's own address key, 32 characters or more",
        "BASE_URL": f"https://{HOST}",
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_WEBHOOK_SECRET": "whsec_bench",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "TRUSTED_PROXIES": "1",
    }
