"""The wire: Stripe's own SDK speaks to the stand-in's application without a socket, and answers can be lost or late."""

import io
from email.utils import formatdate
from types import SimpleNamespace
from urllib.parse import urlsplit

import stripe

from storefront.payments.stripe_gateway import StripeGateway
from storefront.sandbox.app import create_sandbox

BASE_URL = "http://127.0.0.1:12111"
SECRET_KEY = "sk_test_simulation"
WEBHOOK_SECRET = "whsec_simulation"


class Wire(stripe.HTTPClient):
    """One request after the other, each with a turn for everybody else before it and after it."""

    name = "simulation"

    def __init__(self, world, turn):
        super().__init__()
        self._app, self._world, self._turn = create_sandbox(world), world, turn
        self.belated = []  # requests whose sender has given up waiting; they arrive all the same
        self._to_delay = 0

    def delay_next(self):
        """The next request to change anything arrives only after its sender has given up."""
        self._to_delay += 1

    def calm(self):
        self._to_delay = 0

    def deliver_belated(self):
        arriving, self.belated = self.belated, []
        for environ in arriving:
            self._arrive(environ)

    def request(self, method, url, headers, post_data=None, *, _usage=None):
        environ = _environ(method, url, headers, post_data)
        self._turn(f"before {method} {environ['PATH_INFO'][4:34]}")
        if self._to_delay and method == "POST":
            self._to_delay -= 1
            self.belated.append(environ)
            raise stripe.APIConnectionError("no answer in time", should_retry=True)
        answer = self._arrive(environ)
        self._turn(f"after {method} {environ['PATH_INFO'][4:34]}")
        if answer is None:
            raise stripe.APIConnectionError("the connection broke", should_retry=True)
        return answer

    def _arrive(self, environ):
        broken, told = [], {}
        environ["werkzeug.socket"] = SimpleNamespace(shutdown=broken.append)

        def start(status, headers, _problem=None):
            told["status"], told["headers"] = int(status[:3]), dict(headers)

        body = b"".join(self._app(environ, start)).decode()
        told["headers"]["Date"] = formatdate(self._world.now(), usegmt=True)
        return None if broken else (body, told["status"], told["headers"])

    def _sleep_time_seconds(self, *_args, **_options):
        return 0.0


class InProcessGateway(StripeGateway):
    """The shop's gateway and Stripe's SDK as they are; only the bytes take a shorter way."""

    def __init__(self, wire, *, retries):
        super().__init__(SECRET_KEY, (WEBHOOK_SECRET,), BASE_URL, retries=retries)
        self._client = stripe.StripeClient(
            SECRET_KEY, base_addresses={"api": BASE_URL}, max_network_retries=retries, http_client=wire
        )


def _environ(method, url, headers, post_data):
    parts, body = urlsplit(url), (post_data or "").encode()
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return {
        **named,
        "HTTP_HOST": parts.netloc,
        "REQUEST_METHOD": method.upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
