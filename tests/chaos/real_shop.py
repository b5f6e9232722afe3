"""The whole shop as processes: gunicorn as production runs it, the worker, the Stripe stand-in, and a database that may die."""

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import psutil
import requests
from sqlalchemy import update

from chaos.programs import Keeper, Program
from factories import a_drop, an_artist, an_edition
from mail_server import MailServer
from postgres import Postgres
from storefront import paths
from storefront.db import Database
from storefront.inventory.minting import mint
from storefront.leases import Lease
from storefront.outbox.messages import MessageState, OutboxMessage

STRIPE_KEY = "sk_test_chaos"
# What the server is told nowhere: these are PostgreSQL's own defaults, and what was committed is kept.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_WRITERS = ("walwriter", "background writer", "checkpointer")  # of PostgreSQL, beside those who commit
_HOOK_SECRET = "whsec_chaos"
_PATIENCE = 60.0


class RealShop:
    """Running while entered. `web`, `clock` and `stripe` are its programs; what dies is started again."""

    def __init__(self, kind, folder, **postgres):
        self.kind, self.folder = kind, folder
        self._postgres = Postgres(**{**DURABLE, **postgres}) if kind == "postgresql" else None
        self._stack = ExitStack()

    def __enter__(self):
        with ExitStack() as stack:
            self.mail = stack.enter_context(MailServer())
            if self._postgres:
                stack.enter_context(self._postgres)
            self._settle()
            self.run("migrate")
            stack.enter_context(Keeper(self.programs))
            stack.callback(self.database.dispose)
            self._wait_until_ready()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def hang(self, size, **edition):
        """A drop of one edition that is open: its slug and the edition's id."""
        at = datetime.now(UTC) - timedelta(minutes=1)
        with self.database.transaction() as session:
            artist = an_artist(session)
            drop = a_drop(session, artist, opens_at=at, announced_at=at, created_at=at)
            made = an_edition(session, drop, minted=False, created_at=at, size=size, **edition)
            mint(session, made, at=at)
            return drop.slug, made.id

    def arm(self, process, line):
        """The next process of this kind ("web" or "clock") that comes by that failpoint does what the line says, once."""
        path = self._failpoint(process)
        part = path.with_suffix(".part")
        part.write_text(line)
        part.rename(path)

    def is_armed(self, process):
        return self._failpoint(process).exists()

    def disarm(self, process):
        self._failpoint(process).unlink(missing_ok=True)

    def run(self, *command):
        """One of the operator's commands: the ended process."""
        return run_command(self._environ, *command)

    def kill_database(self):
        """PostgreSQL with every process of it, and it is started again; of SQLite, every process that writes it."""
        if self._postgres:
            self._postgres.stop(kill=True)
            self._postgres.start()
        else:
            for process in self.web.children():
                _kill(process)
            self.clock.kill()

    def write_down_no_more(self):
        """PostgreSQL keeps what was committed until now; what commits without waiting for the disk stays in its memory."""
        with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        for process in self._postgres.processes():
            if any(writer in " ".join(process.cmdline()) for writer in _WRITERS):
                process.suspend()

    def kill_a_web_worker(self, choose):
        until = time.monotonic() + _PATIENCE
        while not (workers := self.web.children()) and time.monotonic() < until:
            time.sleep(0.05)  # gunicorn itself has just begun
        _kill(choose(workers))

    def end_lease(self):
        """Whoever leads next need not wait until the dead one's lease is over."""
        with self.database.transaction() as session:
            session.execute(update(Lease).values(until=datetime.now(UTC)))

    def end_claims(self):
        """Whoever sends next need not wait until a mail is given back by the one who died with it."""
        pending = OutboxMessage.state == MessageState.PENDING
        with self.database.transaction() as session:
            session.execute(update(OutboxMessage).where(pending).values(next_try_at=datetime.now(UTC)))

    def stand_in(self, method, path, /, **given):
        """Ask the stand-in something, as often as needed: it may be dead just now."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return requests.request(
                    method,
                    self.stripe_url + path,
                    headers={"Authorization": f"Bearer {STRIPE_KEY}"},
                    timeout=10,
                    **({"params": given} if method == "GET" else {"json": given}),
                ).json()
            except requests.RequestException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def at_stripe(self, what):
        """Everything of a kind that the stand-in has: "checkout/sessions", "payment_intents", "refunds"."""
        rows, page = [], {"has_more": True}
        while page["has_more"]:
            after = {"starting_after": rows[-1]["id"]} if rows else {}
            page = self.stand_in("GET", f"/v1/{what}", limit=100, **after)
            rows += page["data"]
        return rows

    def _settle(self):
        port, stripe_port = _free_port(), _free_port()
        self.url, self.stripe_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{stripe_port}"
        url = self._postgres.url() if self._postgres else f"sqlite:///{self.folder / 'vitrine.db'}"
        self._environ = {
            "PATH": os.environ["PATH"],
            "PYTHONUNBUFFERED": "1",
            "STOREFRONT_VAR": str(self.folder),
            "DATABASE_URL": url,
            "PORT": str(port),
            "STRIPE_SECRET_KEY": STRIPE_KEY,
            "STRIPE_WEBHOOK_SECRET": _HOOK_SECRET,
            "STRIPE_API_BASE": self.stripe_url,
            "SMTP_URL": self.mail.url,
            "TRUSTED_PROXIES": "1",  # each buyer has an address of their own
        }
        self.database = Database(url)
        bind = ["--bind", f"127.0.0.1:{port}"]
        stand_in = ["--port", str(stripe_port), "--state", str(self.folder / "stripe.db")]
        hook = ["--webhook-url", f"{self.url}/hooks/stripe", "--webhook-secret", _HOOK_SECRET]
        self.web = self._program("web", "gunicorn", "-c", "python:storefront.gunicorn", *bind, "storefront.wsgi:app")
        self.clock = self._program("clock", "storefront.cli", "worker")
        self.stripe = self._program("stripe", "storefront.sandbox", *stand_in, *hook)
        self.programs = [self.stripe, self.web, self.clock]

    def _program(self, name, *words):
        environ = {**self._environ, "FAILPOINT": f"@{self._failpoint(name)}"}
        return Program(name, [sys.executable, "-m", *words], environ, self.folder)

    def _failpoint(self, name):
        return self.folder / f"{name}.failpoint"

    def _wait_until_ready(self):
        until = time.monotonic() + _PATIENCE
        for url in (f"{self.url}/readyz", f"{self.stripe_url}/_sandbox/clock"):
            while True:
                try:
                    if requests.get(url, timeout=5).ok:
                        break
                except requests.RequestException:
                    pass
                if time.monotonic() > until:
                    raise RuntimeError("\n".join(program.log.read_text()[-2000:] for program in self.programs))
                time.sleep(0.05)


def run_command(environ, *command):
    """One of the operator's commands: the ended process."""
    return subprocess.run(
        [sys.executable, "-m", "storefront.cli", *command],
        env={"PATH": os.environ["PATH"], **environ},
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _kill(process):
    with suppress(psutil.NoSuchProcess):
        process.kill()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
