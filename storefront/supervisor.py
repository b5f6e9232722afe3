"""`make run`: the whole shop on this machine, with its demo, until Ctrl-C."""

import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import click
from honcho.manager import Manager
from honcho.printer import Printer

_LAST_PORT = 65_534  # the stand-in listens on the next one
_SECRETS = {"STRIPE_SECRET_KEY": "sk_test_demo", "STRIPE_WEBHOOK_SECRET": "whsec_demo"}


class PortUnusable(Exception):
    """There is no such port, or something else listens there."""


def run_everything() -> int:
    """Migrate, load the demo once, then web, worker and the Stripe stand-in side by side. Raises PortUnusable."""
    port = _read_port(os.environ.get("PORT") or "8000")
    environ = {**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    stand_in = "STRIPE_SECRET_KEY" not in os.environ
    if stand_in:
        environ |= _SECRETS | {"STRIPE_API_BASE": f"http://127.0.0.1:{port + 1}"}
    for needed in [port, port + 1] if stand_in else [port]:
        _check_port(needed)
    for command in ("migrate", "load-demo"):
        if subprocess.run([sys.executable, "-m", "storefront.cli", command], env=environ, check=False).returncode:  # noqa: S603  our own commands
            return 1
    manager = Manager(Printer(sys.stdout))
    for name, words in _processes(port, environ, stand_in=stand_in).items():
        manager.add_process(name, "exec " + shlex.join(words), env=environ)
    _say_where(port, environ, stand_in=stand_in)
    manager.loop()
    return 0 if manager.returncode in (None, 0, 130, 143) else int(manager.returncode)


def _processes(port: int, environ: dict[str, str], *, stand_in: bool) -> dict[str, list[str]]:
    python = sys.executable
    web = [
        python,
        "-m",
        "gunicorn",
        "-c",
        "python:storefront.gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "storefront.wsgi:app",
    ]
    processes = {"web": web, "worker": [python, "-m", "storefront.cli", "worker"]}
    if stand_in:
        state = Path(environ.get("STOREFRONT_VAR", "var")).resolve() / "stripe-stand-in.db"
        hook = f"http://127.0.0.1:{port}/hooks/stripe"
        processes["stripe"] = [
            *(python, "-m", "storefront.sandbox", "--port", str(port + 1), "--state", str(state)),
            *("--webhook-url", hook, "--webhook-secret", environ["STRIPE_WEBHOOK_SECRET"]),
        ]
    return processes


def _read_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= _LAST_PORT):
        raise PortUnusable(f"PORT is {text!r}; it is a number from 1 to {_LAST_PORT}, such as PORT=8100 make run")
    return int(text)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise PortUnusable(
                f"Port {port} is taken by another program. Choose another one: PORT=8100 make run"
            ) from problem


def _say_where(port: int, environ: dict[str, str], *, stand_in: bool) -> None:
    from storefront.demo.people import SIGN_INS  # noqa: PLC0415  only needed here

    click.secho(f"\n  The shop      http://127.0.0.1:{port}/", bold=True)
    if stand_in:
        click.echo(f"  Stripe's stand-in, TEST MODE   http://127.0.0.1:{port + 1}/")
    click.echo(f"  Mail          {environ.get('STOREFRONT_VAR', 'var')}/mail/")
    click.echo("\n  Sign in with")
    for who, email, password in SIGN_INS:
        click.echo(f"    {who:<10}{email:<28}{password}")
    click.echo(
        "\n  Cards: 4242 4242 4242 4242 pays · 4000 0000 0000 0002 is declined · 4000 0027 6000 3184 asks for 3-D Secure"
    )
    click.echo("  Ctrl-C stops everything.\n")
