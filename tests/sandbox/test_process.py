"""The stand-in as a process: where it may run, and what it still knows after being killed."""

import ast
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract.stripe_scenes import Listener
from sandbox.plain_http import Api, a_session
from storefront.sandbox.server import NotAllowedHere, SandboxServer

PACKAGE = Path(__file__).parents[2] / "storefront"
COMMAND = [sys.executable, "-m", "storefront.sandbox"]


@contextmanager
def a_process(*options):
    """A stand-in of its own; killed without warning at the end."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=PACKAGE.parent,
    )
    try:
        line = process.stdout.readline()
        yield Api(re.search(r"http://127\.0\.0\.1:\d+", line)[0]), line
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_a_killed_stand_in_comes_back_with_all_it_knew(tmp_path):
    state = str(tmp_path / "sandbox.db")
    with Listener() as gone:
        nobody = gone.url
    with a_process("--state", state, "--webhook-url", nobody, "--hold-seconds", "0.2") as (api, _):
        paid = api.post("/v1/checkout/sessions", a_session(), key="paid").json()
        waiting = api.post("/v1/checkout/sessions", a_session(), key="waiting").json()
        api.control("clock", advance=100)
        api.control(f"sessions/{paid['id']}/pay", card="4242424242424242")

    with Listener() as listener, a_process("--state", state, "--webhook-url", listener.url) as (api, _):
        again = api.post("/v1/checkout/sessions", a_session(), key="waiting")
        statuses = {row["id"]: row["status"] for row in api.get("/v1/checkout/sessions").json()["data"]}
        offset = api.control("clock", advance=0).json()["offset"]
        for _ in range(100):
            if any(b"checkout.session.completed" in body for body, _ in listener.heard):
                break
            api.control("clock", advance=1)
            time.sleep(0.05)

    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (waiting["id"], "true")
    assert statuses == {paid["id"]: "complete", waiting["id"]: "open"}
    assert offset == 100
    assert any(b"checkout.session.completed" in body for body, _ in listener.heard)


def test_it_says_test_mode_and_where_it_is():
    with a_process() as (_, line):
        said = line

    assert said.startswith("TEST MODE: Stripe stand-in at http://127.0.0.1:")


def test_it_ends_politely_when_asked_to():
    with subprocess.Popen([*COMMAND, "--port", "0"], stdout=subprocess.PIPE, text=True, cwd=PACKAGE.parent) as process:
        process.stdout.readline()

        process.terminate()

        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (["--host", "0.0.0.0"], {}, "only listens on this machine's loopback address"),
        (["--host", "shop.example"], {}, "only listens on this machine's loopback address"),
        ([], {"STOREFRONT_ENV": "production"}, "STOREFRONT_ENV is production"),
        (["--webhook-url", "http://10.1.2.3/hook"], {}, "loopback"),
    ],
)
def test_it_does_not_run_where_it_has_no_business(options, environment, words):
    ended = subprocess.run(
        [*COMMAND, "--port", "0", *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        cwd=PACKAGE.parent,
        check=False,
    )

    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_one_clear_sentence():
    with SandboxServer() as sandbox:
        port = sandbox.url.rpartition(":")[2]
        ended = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, timeout=30, cwd=PACKAGE.parent, check=False
        )

    assert ended.returncode == 1
    assert ended.stderr.strip() == f"Port {port} is taken. Choose another with --port."


def test_a_state_that_another_stand_in_uses_is_one_clear_sentence(tmp_path):
    state = tmp_path / "sandbox.db"
    with SandboxServer(state=state):
        ended = subprocess.run(
            [*COMMAND, "--port", "0", "--state", str(state)],
            capture_output=True,
            text=True,
            timeout=30,
            cwd=PACKAGE.parent,
            check=False,
        )

    assert ended.returncode == 1
    assert "Is another stand-in using it?" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_production_refuses_it_inside_a_process_too(monkeypatch):
    monkeypatch.setenv("STOREFRONT_ENV", "production")

    with pytest.raises(NotAllowedHere):
        SandboxServer()


def test_the_shop_and_the_stand_in_know_nothing_of_each_other():
    ours = {path: imports_of(path) for path in PACKAGE.rglob("*.py")}

    for path, imported in ours.items():
        inside = path.is_relative_to(PACKAGE / "sandbox")
        storefront = {name for name in imported if name.split(".")[0] == "storefront"}
        of_sandbox = {name for name in storefront if name.startswith("storefront.sandbox")}
        assert (storefront - of_sandbox if inside else of_sandbox) == set(), path


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
