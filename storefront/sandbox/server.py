"""The server: the stand-in on a loopback port, by itself or inside a test."""

import logging
import os
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from storefront.sandbox import control, deliveries, paying, refunds
from storefront.sandbox.app import create_sandbox
from storefront.sandbox.endpoints import COMMAND_LINE, add_endpoint
from storefront.sandbox.state import Row
from storefront.sandbox.world import Exchange, WebhookPolicy, World, public

LOOPBACK = "127.0.0.1"


class NotAllowedHere(Exception):
    """The stand-in would be reachable from elsewhere, or stand where real money is meant."""


class SandboxServer:
    """A running stand-in with everything a test may do to it: `with SandboxServer() as sandbox: sandbox.url`."""

    secret_key = "sk_test_sandbox"  # noqa: S105  any test-mode key will do
    webhook_secret = "whsec_sandbox"  # noqa: S105  the default of a tool that holds no secrets

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        state: Path | None = None,
        hold_seconds: float = 10.0,
        retry_delays: tuple[float, ...] = (1, 5, 30, 300),
    ) -> None:
        refuse_unless_safe(host)
        # A taken port is an OSError here; left to itself the server would print advice and end the process.
        with socket.create_server((host, port), backlog=256) as listening:
            self.url = f"http://{host}:{listening.getsockname()[1]}"
            self.world = World(state, hold_seconds=hold_seconds, retry_delays=retry_delays)
            self.app = create_sandbox(self.world)
            handler = _handler(self.world)
            self._server = make_server(
                host, port, self.app, threaded=True, request_handler=handler, fd=listening.fileno()
            )
        self.world.base_url = self.url
        self._courier = deliveries.Courier(self.world)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True)

    def start(self) -> Self:
        self._courier.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._courier.stop()
        self.world.state.close()

    def wait(self) -> None:
        """Until someone stops it."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def send_webhooks_to(self, url: str, secret: str = webhook_secret) -> None:
        """The one endpoint that is named from outside; naming it again replaces it."""
        add_endpoint(self.world, url, secret, endpoint_id=COMMAND_LINE)

    def pay(self, session_id: str, card: str = "4242424242424242", *, hold: bool = True) -> paying.Outcome:
        return control.pay_headless(self.world, session_id, card, hold=hold)

    def answer_challenge(self, session_id: str, *, approved: bool, hold: bool = True) -> paying.Outcome:
        return control.answer_headless(self.world, session_id, approved=approved, hold=hold)

    def finish_delayed(self, session_id: str, *, succeeded: bool = True) -> Row:
        session = paying.finish_delayed(self.world, session_id, succeeded=succeeded)
        self.world.announce()
        return public(session)

    def advance(self, seconds: float) -> None:
        control.advance(self.world, seconds)

    def fault(self, kind: str, *, method: str = "*", path: str = "*", times: int = 1, **more: Any) -> None:
        """`more` is `seconds` of latency or the `status` of an error."""
        self.world.faults.add(control.new_fault(kind, method=method, path=path, **more), times)

    def limit_rate(self, per_second: float | None = 25) -> None:
        self.world.faults.limit_rate(per_second)

    def webhooks(self, **policy: Any) -> None:
        """`drop`, `duplicate`, `twin`, `reorder`, `delay` and the `types` they are for; nothing means all is well again."""
        self.world.policy = WebhookPolicy(**{**policy, "types": tuple(policy.get("types", ()))})

    def redeliver(self, event_id: str) -> int:
        return deliveries.redeliver(self.world, event_id)

    def dispute(self, charge_id: str, **how: Any) -> Row:
        return public(control.open_dispute(self.world, charge_id, **how))

    def settle_refund(self, refund_id: str, *, succeeded: bool) -> Row:
        refund = refunds.settle_refund(self.world, refund_id, succeeded=succeeded)
        self.world.announce()
        return public(refund)

    def wait_for_webhooks(self, seconds: float = 5.0) -> bool:
        """Wait until nothing that is due waits to be delivered."""
        return deliveries.wait_until_quiet(self.world, seconds)

    def wait_until_idle(self, seconds: float = 5.0) -> bool:
        """Wait until no request with an idempotency key is being worked on: its sender may have stopped listening."""
        until = time.monotonic() + seconds
        while self.world.keys_in_use and time.monotonic() < until:
            time.sleep(0.01)
        return not self.world.keys_in_use

    def rows(self, kind: str) -> list[Row]:
        """What is kept, newest first: `checkout.session`, `payment_intent`, `charge`, `refund`, `dispute`, `event`."""
        return [public(row) for row in self.world.state.newest(kind)]

    def requests(self, operation: str) -> int:
        """How often `checkout.sessions.create` and the like were asked."""
        return self.world.counts[operation]

    def watch(self, exchanges: list[Exchange]) -> None:
        self.world.watchers.append(exchanges.append)

    def reset(self) -> None:
        self.world.reset()


def refuse_unless_safe(host: str) -> None:
    if host != LOOPBACK:
        raise NotAllowedHere("The Stripe stand-in only listens on this machine's loopback address, 127.0.0.1.")
    if os.environ.get("STOREFRONT_ENV") == "production":
        raise NotAllowedHere("The Stripe stand-in does not run where STOREFRONT_ENV is production.")


def _handler(world: World) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            """The `Date` of every answer is by the stand-in's own clock, as Stripe's is by Stripe's."""
            return super().date_time_string(world.now() if timestamp is None else timestamp)

        def log(self, type: str, _message: str, *_args: Any) -> None:  # noqa: A002  werkzeug's own name
            """The usual line holds the whole address, which lets its reader pay; operations are logged by name instead."""
            if type != "info":
                logging.getLogger("storefront.sandbox").warning("%s in the server", type)

    return Handler
