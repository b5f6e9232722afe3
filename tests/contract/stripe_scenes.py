"""Scenes with Stripe: a stand-in held against the contract, a gateway that speaks to it, a webhook endpoint that listens."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contract.stripe_contract import watched_sandbox
from storefront.payments.stripe_gateway import StripeGateway
from storefront.sandbox.server import SandboxServer


@pytest.fixture
def sandbox():
    with watched_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def gateway(sandbox):
    return a_gateway(sandbox)


def a_gateway(sandbox, **options):
    return StripeGateway(SandboxServer.secret_key, (SandboxServer.webhook_secret,), sandbox.url, **options)


class Listener:
    """A webhook endpoint: keeps what it was sent and answers what it was told to."""

    def __init__(self):
        self.heard = []
        self.statuses = []
        self.before_answer = lambda: None
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((body, self.headers["Stripe-Signature"]))
                listener.before_answer()
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/stripe"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *details):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def listener(sandbox):
    with Listener() as listener:
        sandbox.send_webhooks_to(listener.url)
        yield listener
        sandbox.wait_for_webhooks()


def session_params(now=None, **more):
    """The parameters of one attempt, as the shop stores them."""
    now = int(now or datetime.now(UTC).timestamp())
    return {
        "mode": "payment",
        "client_reference_id": "V-7KQ2-M4",
        "metadata": {"attempt": "41", "shop": "vitrine"},
        "payment_intent_data": {"metadata": {"attempt": "41"}},
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "customer_email": "buyer@example.org",
        "custom_text": {"submit": {"message": "Number 17 is yours until 12:10."}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 2800,
                    "product_data": {"name": "Rose window, 17/50", "description": "Hard enamel pin"},
                },
            },
            {
                "quantity": 1,
                "price_data": {"currency": "eur", "unit_amount": 650, "product_data": {"name": "Shipping"}},
            },
        ],
        "expires_at": now + 35 * 60,
        "success_url": "http://127.0.0.1:8000/pay/return?cs={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/checkout",
        "submit_type": "pay",
        "locale": "en",
        **more,
    }
