"""The requests of a rush, prepared: each a guest of its own with cookie, token and key, as a browser would send it."""

from itertools import count
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from storefront.ids import new_token

HOST = "shop.example.org"
SECRET_KEY = "the bench's own secret key, 32 characters or more"
_COOKIE = "__Host-vitrine"
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_serial = count(1)


def write(path, requests):
    """The file that walk.lua reads: each request behind a line with its length."""
    with path.open("wb") as file:
        for request in requests:
            file.write(b"%d\n%s" % (len(request), request))
    return path


def presses(targets):
    """A press of the button for each (slug, edition's id)."""
    app = Flask(__name__)
    app.secret_key = SECRET_KEY
    cookies = SecureCookieSessionInterface().get_signing_serializer(app)
    forms = URLSafeTimedSerializer(SECRET_KEY, salt="wtf-csrf-token")
    for slug, edition_id in targets:
        raw = new_token()
        cookie = cookies.dumps({"_permanent": True, "csrf_token": raw, "guest": new_token()})
        form = {"csrf_token": forms.dumps(raw), "idempotency_key": new_token(), "edition": edition_id}
        yield _press(f"/d/{slug}/holds", cookie, urlencode(form))


def visit(path):
    """A stranger's look at a page: no cookie, no compression."""
    return _request("GET", path, f"Host: {HOST}", *_behind_proxy(), f"User-Agent: {_AGENT}", "Accept: */*")


def _press(path, cookie, form):
    return _request(
        "POST",
        path,
        f"Host: {HOST}",
        *_behind_proxy(),
        f"User-Agent: {_AGENT}",
        "Accept: application/json",
        f"Origin: https://{HOST}",
        f"Referer: https://{HOST}/",
        "Sec-Fetch-Site: same-origin",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(form)}",
        f"Cookie: {_COOKIE}={cookie}",
        body=form,
    )


def _behind_proxy():
    n = next(_serial)
    yield f"X-Forwarded-For: {100 + n % 100}.{n // 100 % 250}.{n // 25_000 % 250}.7"  # people come from everywhere
    yield "X-Forwarded-Proto: https"


def _request(method, path, *headers, body=""):
    return "\r\n".join([f"{method} {path} HTTP/1.1", *headers, "", body]).encode()
