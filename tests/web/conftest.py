"""The shop as its visitors meet it: an app on either database, a browser-like client that inspects every page it gets."""

import dataclasses
import re
import time
from collections import Counter
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from sqlalchemy import event

from storefront.app import create_app, make_services
from storefront.config import Settings
from storefront.payments.stripe_gateway import StripeGateway
from storefront.pressing.asking import Previews
from storefront.pressing.press import Press
from storefront.sandbox.server import SandboxServer
from storefront.web.health import ClockWatch

ORIGIN = "http://localhost"


class Compiled(BytecodeCache):
    """Templates are compiled once for all the apps of a run."""

    def __init__(self):
        self._kept = {}

    def load_bytecode(self, bucket):
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket):
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture(scope="session")
def sandbox_server():
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server, clock):
    """The stand-in for Stripe, empty, and showing the test's time; `sandbox.advance` moves its own clock on."""
    sandbox_server.reset()
    sandbox_server.world.set_offset(clock.now().timestamp() - time.time())
    return sandbox_server


@pytest.fixture
def gateway(sandbox, clock):
    return StripeGateway(sandbox.secret_key, (sandbox.webhook_secret,), sandbox.url, clock=clock)


@pytest.fixture
def settings(database_url, sandbox_server, tmp_path):
    """Override it, or use dataclasses.replace, to test another kind of shop."""
    return Settings(
        kind="test",
        database_url=database_url,
        secret_key="a test's own secret key, long enough",
        base_url=ORIGIN,
        stripe_secret_key=sandbox_server.secret_key,
        stripe_webhook_secrets=(sandbox_server.webhook_secret,),
        stripe_api_base=sandbox_server.url,
        checkout_origin=sandbox_server.url,
        address_key="a test's own address key",
        var=tmp_path,
        press_size=96,
        watch_clock=False,  # the test owns the time
    )


@pytest.fixture(scope="session")
def previews():
    """One for the run: its child starts when the first test asks for a picture."""
    previews = Previews(Press(), largest=96)
    yield previews
    previews.press.close()


@pytest.fixture(scope="session")
def standing():
    """The apps of this run, by what their making reads of the settings."""
    return {}


@pytest.fixture
def app(standing, settings, database, clock, gateway, previews):
    """Made once and given each test's own services, for its making takes longer than most tests; no test changes it."""
    made_of = dataclasses.replace(settings, database_url="", var=Path())
    if made_of not in standing:
        standing[made_of] = an_app(settings, database, clock, gateway)
    app = standing[made_of]
    services = make_services(settings, database, clock, gateway, previews)
    app.extensions |= {"services": services, "clock_watch": ClockWatch()}
    return app


@pytest.fixture
def own_app(an_app_of, settings):
    """An app its test may change."""
    return an_app_of(settings)


@pytest.fixture
def an_app_of(database, clock, gateway, previews):
    """An app of other settings: `an_app_of(dataclasses.replace(settings, …))`."""

    def make(settings):
        app = an_app(settings, database, clock, gateway)
        # A press of its own would start a child as soon as somebody opens an artwork page, and nobody would end it.
        app.extensions["services"] = make_services(settings, database, clock, gateway, previews)
        return app

    return make


def an_app(settings, database, clock, gateway):
    app = create_app(settings, database=database, clock=clock, gateway=gateway)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def queries(database):
    """`with queries() as seen:` collects the SQL statements run inside."""

    @contextmanager
    def collect():
        seen = []

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return collect


@pytest.fixture
def sign_in_as(app):
    """`sign_in_as(client, account)`: the account's session behind the client's cookie, without the form."""

    def sign_in(client, account):
        from storefront.accounts import sessions  # noqa: PLC0415

        services = app.extensions["services"]
        with services.database.transaction() as session:
            token = sessions.begin(session, account.id, "a test", at=services.clock.now())
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return sign_in


_TOKEN = re.compile(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"')
_PASSED = set()  # pages without a fault, without their tokens: the same bytes would be judged the same


class Browser(FlaskClient):
    """A client that reads every page it gets like a strict visitor: `client.page` is the last one, parsed."""

    inspecting = True
    _html = None
    _token = None

    @cached_property
    def page(self):
        return BeautifulSoup(self._html, "html.parser") if self._html else None

    def open(self, *args, **kwargs):
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        if response.status_code in REDIRECTS:
            self._turn_to(None)
            if "Set-Cookie" in response.headers:
                self._token = None  # as after signing in: the tokens of earlier pages are stale
        elif response.mimetype == "text/html" and response.data:
            self._turn_to(response.get_data(as_text=True))
            if self.inspecting:
                self._inspect(response.request)
        return response

    def _turn_to(self, html):
        self._html = html
        self.__dict__.pop("page", None)
        if html and (found := _TOKEN.search(html)):
            self._token = found[1]

    def _inspect(self, request):
        words = hash(_TOKEN.sub("<input>", self._html))
        if words not in _PASSED:
            faults = inspect(self.page)
            assert not faults, f"{request.method} {request.path}: {'; '.join(faults)}"
            _PASSED.add(words)

    def csrf_token(self):
        """The token for this browser's forms: from the last page that had one, else from one everybody may see."""
        if self._token is None:
            self.get("/forgot")
        return self._token

    def submit(self, path, data=None, **kwargs):
        """POST a form as a browser would: with the token, and saying where it comes from."""
        headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **kwargs.pop("headers", {})}
        return self.post(path, data={"csrf_token": self.csrf_token(), **(data or {})}, headers=headers, **kwargs)


REDIRECTS = (301, 302, 303, 307, 308)
_UNLABELLED = ("hidden", "submit", "button")


def inspect(page):
    """What is wrong with a page, in words."""
    tags, text = page.find_all(True), page.get_text()
    headings = [tag for tag in tags if tag.name == "h1"]
    labelled = {tag["for"] for tag in tags if tag.name == "label" and tag.has_attr("for")}
    ids = Counter(tag["id"] for tag in tags if tag.has_attr("id"))
    faults = [
        (not page.title or not page.title.get_text(strip=True).strip("· "), "it has no title"),
        (len(headings) != 1, f"it has {len(headings)} h1"),
        (not page.html or not page.html.get("lang"), "it has no lang"),
        (page.find("style"), "it has an inline style sheet"),
        ("{{" in text or "{%" in text, "template code shows"),
        ("&lt;" in text or "&amp;" in text, "something is escaped twice"),
        *((True, f"{tag} is inline") for tag in tags if _is_inline_script(tag)),
        *((True, f"<{tag.name}> has the attribute {name}") for tag in tags for name in _code_in(tag)),
        *((True, f"{tag} has no alt") for tag in tags if tag.name == "img" and tag.get("alt") is None),
        *((True, f"{tag} has no label") for tag in tags if _is_control(tag) and not _is_labelled(tag, labelled)),
        *((True, f"the form to {tag.get('action')!r} has no token") for tag in tags if _is_open_form(tag)),
        *((True, f"the id {name!r} stands twice") for name, times in sorted(ids.items()) if times > 1),
    ]
    return [words for wrong, words in faults if wrong]


def _is_inline_script(tag):
    return tag.name == "script" and not tag.get("src") and tag.get("type") != "application/ld+json"


def _code_in(tag):
    return [name for name in tag.attrs if name == "style" or re.match("on[a-z]", name)]


def _is_control(tag):
    return tag.name in ("select", "textarea") or (tag.name == "input" and tag.get("type") not in _UNLABELLED)


def _is_labelled(tag, labelled):
    return tag.get("aria-label") or tag.get("aria-labelledby") or tag.find_parent("label") or tag.get("id") in labelled


def _is_open_form(tag):
    is_post = tag.name == "form" and tag.get("method", "get").lower() == "post"
    return is_post and not tag.find("input", attrs={"name": "csrf_token"})
