"""Deliveries: every owed event is signed and posted, again and again until it is taken or given up."""

import contextlib
import hashlib
import hmac
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from storefront.sandbox.charges import settle_balances
from storefront.sandbox.events import get_event, owe
from storefront.sandbox.idempotency import forget_old_keys
from storefront.sandbox.sessions import expire_overdue_sessions
from storefront.sandbox.state import Row
from storefront.sandbox.world import World

BEAT = 0.25
ANSWER_WITHIN = 10.0


class Courier:
    """The stand-in's own timer: it ends overdue sessions, settles balances and carries events to their endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-courier", daemon=True)
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sandbox-delivery")
        self._underway: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._world.announce()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _run(self) -> None:
        while not self._stopped.is_set():
            act_on_time(self._world)
            self._send_due()
            with self._world.news:
                if not self._stopped.is_set():
                    self._world.news.wait(BEAT)

    def _send_due(self) -> None:
        for delivery in self._world.state.due("delivery", self._world.now()):
            if delivery["id"] not in self._underway:
                self._underway.add(delivery["id"])
                if self._world.policy.reorder:  # an order is promised: side by side they would overtake each other
                    self._carry(delivery)
                else:
                    self._pool.submit(self._carry, delivery)

    def _carry(self, delivery: Row) -> None:
        try:
            deliver(self._world, delivery)
        finally:
            self._underway.discard(delivery["id"])
            self._world.announce()


def act_on_time(world: World) -> None:
    """Whatever the clock alone makes true."""
    chores = {"checkout.session": expire_overdue_sessions, "charge": settle_balances, "idempotency": forget_old_keys}
    for kind, do in chores.items():
        if world.state.due(kind, world.now()):
            do(world)


def deliver(world: World, delivery: Row) -> None:
    event = get_event(world, delivery["event"])
    endpoint = world.state.find("webhook_endpoint", delivery["endpoint"])
    status = _post(endpoint, event) if endpoint else None
    taken = status is not None and 200 <= status < 300  # noqa: PLR2004  any 2xx takes it
    with world.state.change():
        delivery |= {"tries": delivery["tries"] + 1, "last_status": status}
        if taken or endpoint is None or delivery["tries"] > len(world.retry_delays):
            delivery["state"] = "taken" if taken else "given up"
            world.state.put("delivery", delivery)
        else:
            world.state.put("delivery", delivery, due_at=world.now() + world.retry_delays[delivery["tries"] - 1])
        if taken:
            event = get_event(world, event["id"])
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
            world.state.put("event", event)


def redeliver(world: World, event_id: str) -> int:
    """Owe an event once more to every endpoint, however often it was taken before."""
    with world.state.change():
        event = get_event(world, event_id)
        endpoints = world.state.newest("webhook_endpoint")
        for endpoint in endpoints:
            owe(world, event, endpoint)
    world.announce()
    return len(endpoints)


def wait_until_answered(world: World, event_id: str, seconds: float) -> bool:
    """Wait until each endpoint answered this event for the first time; False when the time is over."""

    def answered() -> bool:
        return all(delivery["tries"] > 0 for delivery in world.state.beginning("delivery", f"{event_id}."))

    with world.news:
        return world.news.wait_for(answered, timeout=seconds)


def wait_until_quiet(world: World, seconds: float) -> bool:
    """Wait until no delivery is due any more."""
    with world.news:
        return world.news.wait_for(lambda: not world.state.due("delivery", world.now()), timeout=seconds)


def signature_header(body: bytes, secret: str, at: int) -> str:
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signature}"


def _post(endpoint: Row, event: Row) -> int | None:
    """The endpoint's answer, or None when there was none."""
    body = json.dumps(event, indent=2).encode()
    # Signed with the machine's time, not the moved clock: the receiver checks it against its own.
    signature = signature_header(body, endpoint["_secret"], int(time.time()))
    parts = urlsplit(endpoint["url"])
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=ANSWER_WITHIN)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Stripe/1.0 (stand-in)",
    }
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        return connection.getresponse().status
    return None
