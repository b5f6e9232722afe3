"""`python -m storefront.sandbox`: the stand-in as a process of its own."""

import argparse
import errno
import logging
import signal
import sqlite3
import sys
from pathlib import Path
from types import FrameType

from storefront.sandbox.errors import ApiError
from storefront.sandbox.server import NotAllowedHere, SandboxServer


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s stripe stand-in: %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    try:
        return _serve(options)
    except KeyboardInterrupt:
        return 0


def _serve(options: argparse.Namespace) -> int:
    try:
        server = SandboxServer(
            host=options.host, port=options.port, state=options.state, hold_seconds=options.hold_seconds
        )
        if options.webhook_url:
            server.send_webhooks_to(options.webhook_url, options.webhook_secret)
    except (NotAllowedHere, ApiError, OSError, sqlite3.Error) as trouble:
        print(_reason(trouble, options), file=sys.stderr)  # noqa: T201  the command's answer
        return 1
    with server:
        print(f"TEST MODE: Stripe stand-in at {server.url}, no real money moves here.", flush=True)  # noqa: T201  the command's answer
        server.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m storefront.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="only a loopback address is accepted")
    parser.add_argument("--port", type=int, default=12111, help="0 takes a free one")
    parser.add_argument("--state", type=Path, help="a file that keeps everything across restarts; memory without it")
    parser.add_argument("--webhook-url", help="where events are posted to")
    parser.add_argument("--webhook-secret", default=SandboxServer.webhook_secret, help="what they are signed with")
    parser.add_argument(
        "--hold-seconds", type=float, default=10.0, help="how long a buyer waits for the webhook's answer"
    )
    return parser


def _reason(trouble: Exception, options: argparse.Namespace) -> str:
    if isinstance(trouble, OSError) and trouble.errno == errno.EADDRINUSE:
        return f"Port {options.port} is taken. Choose another with --port."
    if isinstance(trouble, sqlite3.Error):
        return f"{options.state} can't be used for the state ({trouble}). Is another stand-in using it?"
    return str(trouble)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
