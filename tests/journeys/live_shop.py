"""A whole shop for a browser to walk through: web, clock and mail in threads of the test, Stripe's stand-in beside it."""

import email
import email.policy
import os
import re
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

from werkzeug.serving import make_server

from browser import whole
from storefront.app import create_app
from storefront.config import Settings
from storefront.extensions import services
from storefront.invariants.checking import check_all, check_ledgers
from storefront.jobs import Round
from storefront.payments.stripe_gateway import StripeGateway
from storefront.web.emails import make_courier

_HOST = "127.0.0.1"
_TICK = 0.2
_PATIENCE = 15.0


class MovingClock:
    """The present, and what a journey skips."""

    def __init__(self):
        self.skipped = timedelta(0)

    def now(self):
        return datetime.now(UTC) + self.skipped


class LiveShop:
    """Running while entered. `skip` moves the shop's clock and Stripe's together. `timeless`: nothing happens by itself."""

    def __init__(self, database, sandbox, var, *, timeless=False):
        self.clock = MovingClock()
        self.database = database
        self.sandbox = sandbox
        with socket.create_server((_HOST, 0), backlog=128) as listening:
            port = listening.getsockname()[1]
            self.url = f"http://{_HOST}:{port}"
            settings = settings_for(self.url, sandbox, var)
            gateway = StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url, clock=self.clock)
            app = self.app = create_app(settings, database=database, clock=self.clock, gateway=gateway)
            self._server = make_server(_HOST, port, whole(app), threaded=True, fd=listening.fileno())
        self.services = services(app)
        self._mail = settings.mail_folder
        self._round = Round(self.services.till, make_courier(app))
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._server.serve_forever, args=(0.05,), name="shop")]
        if not timeless:
            self._threads.append(threading.Thread(target=self._keep_time, name="clock"))

    def __enter__(self):
        self.sandbox.send_webhooks_to(f"{self.url}/hooks/stripe")
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()
        self.services.previews.press.close()

    def skip(self, **span):
        span = timedelta(**span)
        self.clock.skipped += span
        self.sandbox.advance(span.total_seconds())

    def skip_to(self, moment):
        self.skip(seconds=(moment - self.clock.now()).total_seconds())

    def mail_to(self, address, subject):
        """The text of the one mail with this subject, as soon as it is there."""
        (found,) = eventually(lambda: [m for m in self._mails() if m["To"] == address and subject in m["Subject"]])
        return found.get_body(("plain",)).get_content()

    def link_to(self, address, subject):
        """The link in that mail."""
        return re.search(rf"{re.escape(self.url)}/\S+", self.mail_to(address, subject)).group()

    def contradictions(self):
        """Every invariant that does not hold, and every ledger that does not verify."""
        with self.database.reading() as session:
            findings = [*check_all(session, at=self.clock.now()), check_ledgers(session)]
        return [(finding.id, finding.says, finding.rows) for finding in findings if not finding.holds]

    def _mails(self):
        for path in self._mail.glob("*.eml"):
            yield email.message_from_bytes(path.read_bytes(), policy=email.policy.default)

    def _keep_time(self):
        while not self._over.wait(_TICK):
            self._round.tick()


def eventually(ask):
    """The first answer that is true; the clock's thread and the webhooks need a moment."""
    end = time.monotonic() + _PATIENCE
    while not (found := ask()) and time.monotonic() < end:
        time.sleep(0.05)
    assert found, "it did not come true"
    return found


def settings_for(url, sandbox, var):
    return Settings(
        kind="test",
        database_url="handed in",
        secret_key="a test's own secret key, long enough",
        base_url=url,
        stripe_secret_key=sandbox.secret_key,
        stripe_webhook_secrets=(sandbox.webhook_secret,),
        stripe_api_base=sandbox.url,
        checkout_origin=sandbox.url,
        address_key="a test's own address key",
        var=var,
        press_size=int(os.environ.get("JOURNEY_PRESS_SIZE", "96")),
        watch_clock=False,  # the test owns the time
    )
