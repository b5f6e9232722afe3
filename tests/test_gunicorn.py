"""The web server's configuration, by starting the real one."""

import os
import re
import subprocess
import sys
import time
import urllib.request

import pytest
from gunicorn.config import KNOWN_SETTINGS

from storefront import gunicorn, migrate
from storefront.db import Database

PATIENCE = 20


@pytest.fixture
def environ(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'vitrine.db'}")
    migrate.upgrade(database.engine)
    database.dispose()
    return {
        "PATH": os.environ["PATH"],
        "STOREFRONT_VAR": str(tmp_path),
        "STRIPE_SECRET_KEY": "sk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "WEB_CONCURRENCY": "1",
    }


def start(environ, *options):
    command = [sys.executable, "-m", "gunicorn", "-c", "python:storefront.gunicorn", "--bind", "127.0.0.1:0", *options]
    return subprocess.Popen(
        [*command, "storefront.wsgi:app"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_every_setting_is_one_gunicorn_knows():
    known = {setting.name for setting in KNOWN_SETTINGS}
    ours = {name for name, value in vars(gunicorn).items() if isinstance(value, int | str) and not name.startswith("_")}

    assert ours <= known


@pytest.mark.parametrize("worker", [gunicorn.worker_class, "storefront.serving.Worker"])  # on SQLite, on PostgreSQL
def test_it_serves_the_shop_and_stops_when_told(environ, worker):
    server = start(environ, "--worker-class", worker)
    try:
        address, started = listening_at(server)
        with urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:
            body = answer.read()
    finally:
        server.terminate()
        said, _ = server.communicate(timeout=PATIENCE)

    assert body == b"ok\n"
    assert server.returncode == 0
    assert f"Using worker: {worker}" in started + said
    assert "ontrol socket" not in started + said


def listening_at(server):
    """The address gunicorn says it listens at, and everything it has said so far: how it works is the line after that."""
    said, address = "", None
    deadline = time.monotonic() + PATIENCE
    for line in server.stdout:
        said += line
        if found := re.search(r"Listening at: (http://127\.0\.0\.1:\d+)", line):
            address = found[1]
        if address and "Using worker" in line:  # communicate() does not see what was read ahead here
            return address, said
        assert time.monotonic() < deadline
    raise AssertionError("gunicorn ended before it listened")


def test_it_refuses_to_load_the_shop_before_the_fork(environ):
    server = start(environ, "--preload")

    said, _ = server.communicate(timeout=PATIENCE)

    assert server.returncode != 0
    assert "start gunicorn without --preload" in said


def test_a_wrong_setting_is_one_sentence_and_the_end(environ):
    server = start({**environ, "STRIPE_SECRET_KEY": "sk_live_1"})

    said, _ = server.communicate(timeout=PATIENCE)

    assert server.returncode != 0
    assert "live keys are refused" in said
    assert "Traceback" not in said
