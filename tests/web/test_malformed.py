"""Whatever is sent to whatever page by whomever: a clear refusal, never a failure of ours."""

import json

import pytest
from flask import request

from every_route import gets, unsafe
from factories import NOON, a_drop, an_artist, an_edition
from people import a_person
from storefront.accounts.people import ArtistMember

PATHS = [
    "0", "-1", "1", "2147483648", "9" * 20, "9" * 999, "%00", "luna%00", "%FF%FE", "%ED%A0%80", "%C0%AF", "%2e%2e%2f", "..%5c",
    "%0d%0aX:y", "%E2%80%AE", "a" * 900, "'", "%27%20OR%201=1--", "%3Cscript%3E", "%F0%9F%A6%8A", "%25", "%2500", "%7B%7B7*7%7D%7D", "+", "~",
]  # fmt: skip
QUERIES = [
    "page=abc", "page=0", "page=-1", "page=99999999999999999999", "page=" + "9" * 4000, "page=1e9", "page=%00", "page=1&page=2",
    "page[]=1", "page=%D9%A3", "next=%00", "next=//evil", "email=%ED%A0%80", "email=%FF", "a" * 300 + "=1", "&".join(["x=1"] * 1500),
    "=", "&&&", "%", "%zz", "x=" + "%00" * 50, "edition=999999999999", "edition=abc", "number=-1", "sort=%27", "state=nonsense",
    "lang=xx", "artist=%00", "metal=%F0%9F%A6%8A", "token=%00", "session_id=%FF", "session_id=" + "a" * 3000, "__proto__=1", "q=" + "a" * 5000,
]  # fmt: skip
VALUES = [
    "", " ", "\x00", "a\x00b", "9" * 20, "9" * 5000, "-1", "1e400", "nan", "inf", "0x10", "1.5", "null", "true",
    "[]", "{}", "{{7*7}}", "${7*7}", "%s%n", "<script>alert(1)</script>", "'; DROP TABLE account; --", "\r\nX-Evil: 1", "\u202e",
    "🦊" * 100, "a" * 39_000, "a" * 41_000, "../../etc/passwd", "2026-13-45T99:99", "0000-00-00", "99999-01-01T00:00",
    "2147483648", "9223372036854775808", "-9223372036854775809", "１２", "٣", "=HYPERLINK(1)", "\u2028", "\ufffe", "\x1b[31m",
]  # fmt: skip
FIELDS = [
    "email", "name", "password", "current", "next", "edition", "number", "key", "idempotency_key", "hold", "country", "postcode",
    "city", "line1", "line2", "region", "total", "agreed", "title", "story", "slug", "kind", "size", "proofs", "reserved", "price",
    "per_person", "policy", "opens_at", "closes_at", "zone", "who_may_hold", "currency", "technique", "width", "height", "thickness",
    "metal", "meaning", "state", "reason", "website", "birth_year", "statement", "alt", "position", "colours-0-name", "colours-0-hex",
    "steps-0-text", "shipping_zones-0-name", "zones-0-countries", "zones-0-first", "tax_rates-0-rate", "holds", "order", "note",
]  # fmt: skip
BODIES = [
    (b"\x00\xff\xfe", "application/octet-stream"),
    (b"", "application/json"),
    (b"null", "application/json"),
    (b"[" * 100_000, "application/json"),
    (b'{"a":' * 9_000 + b"1" + b"}" * 9_000, "application/json"),
    (b"9" * 10_000, "application/json"),
    (b'{"a": "\\ud800"}', "application/json"),
    (b"\xff\xfe{", "application/json; charset=nonsense"),
    (b"a=%ED%A0%80&%00=1", "application/x-www-form-urlencoded"),
    (b"&" * 60_000, "application/x-www-form-urlencoded"),
    (b"a=1", "application/x-www-form-urlencoded; charset=utf-7"),
    (b"a=1", "multipart/form-data"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="a\x00"\r\n\r\n\xff\r\n--x--', "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="p"; filename="a\x00.png"\r\n\r\n\x89PNG\r\n--x--', "multipart/form-data; boundary=x"),
    (b"x" * 70_000, "text/plain"),
    (b"a=1", "nonsense"),
    (b"a=1", "multipart/form-data; boundary=" + "y" * 3_000),
]  # fmt: skip
HEADERS = [
    {"Cookie": "vitrine=\x01\x02"}, {"Cookie": "vitrine=" + "a" * 5000}, {"Cookie": "=x; ;;; a"}, {"Cookie": "remember_token=1|é"},
    {"Cookie": "session=e30.x.y"}, {"Accept": "*/*;q=nonsense"}, {"Accept": "application/json;q=9" * 50}, {"Accept-Language": "xx-😀;q=a"},
    {"Accept-Encoding": "\xff"}, {"Range": "bytes=9-1"}, {"Range": "lines=1"}, {"If-None-Match": '"'}, {"If-Modified-Since": "yesterday"},
    {"Content-Length": "-1"}, {"Content-Length": "abc"}, {"Content-Type": "\xff"}, {"Host": "a b"}, {"Host": "[::1"}, {"Host": "é.example"},
    {"Host": "a" * 300}, {"Host": ""}, {"X-Forwarded-For": "'"}, {"Authorization": "Basic \xff"}, {"Authorization": "Digest"},
    {"Referer": "\x01"}, {"User-Agent": "\xff" * 500}, {"X-HTTP-Method-Override": "DELETE"}, {"Forwarded": "for=;;"},
    {"Stripe-Signature": "t=\xff,v1="}, {"Transfer-Encoding": "nonsense"},
]  # fmt: skip


@pytest.fixture
def app(own_app):
    own_app.config["PROPAGATE_EXCEPTIONS"] = False  # a failure is an answer to count, not the end of the test
    own_app.add_url_rule("/echo", view_func=lambda: {"read": str(request.get_json())}, methods=["POST"])
    return own_app


@pytest.fixture
def client(app, client, database, sign_in_as, clock):
    """Somebody who gets as far as anybody: an admin who works in a studio that has a drop on sale."""
    with database.transaction() as session:
        artist = an_artist(session, slug="luna")
        an_edition(session, a_drop(session, artist, slug="luna"))
        ada = a_person(session, is_admin=True)
        session.add(ArtistMember(account_id=ada.id, artist_id=artist.id, joined_at=NOON))
    client.inspecting = False
    sign_in_as(client, ada)
    client.get("/account")
    return client


def failures(client, requests):
    """The requests that were answered with 5xx, and how many were made."""
    failed, made = [], 0
    token = client.csrf_token()
    headers = {"Origin": "http://localhost"}
    for method, path, more in requests:
        form = {"data": {"csrf_token": token, **more["data"]}} if isinstance(more.get("data"), dict) else {}
        sent = {**more, **form, "headers": {**headers, **more.get("headers", {})}}
        response = client.open(path, method=method, **sent)
        made += 1
        if response.status_code >= 500:
            failed.append((method, path[:80], {k: str(v)[:80] for k, v in more.items()}, response.status_code))
    return failed, made


def test_no_path_breaks_a_page(app, client):
    requests = [("GET", path, {}) for fill in PATHS for rule, path in gets(app, fill) if rule.arguments]

    failed, made = failures(client, requests)

    assert failed == []
    assert made > 200


def test_no_query_breaks_a_page(app, client):
    requests = [("GET", f"{path}?{query}", {}) for query in QUERIES for _rule, path in gets(app)]

    failed, made = failures(client, requests)

    assert failed == []
    assert made > 200


def test_no_form_breaks_a_page(app, client):
    requests = [
        (method, path, {"data": dict.fromkeys(FIELDS, value)})
        for value in VALUES
        for rule, path, method in unsafe(app)
        if rule.endpoint != "sign_in.sign_out"
    ]

    failed, made = failures(client, requests)

    assert failed == []
    assert made > 200


def test_no_path_of_a_form_breaks_a_page(app, client):
    requests = [
        (method, path, {"data": {"name": "x"}})
        for fill in PATHS
        for rule, path, method in unsafe(app, fill)
        if rule.arguments
    ]

    failed, made = failures(client, requests)

    assert failed == []
    assert made > 100


def test_no_body_breaks_a_page(app, client):
    doors = [(path, method) for _rule, path, method in unsafe(app)] + [("/hooks/stripe", "POST")]
    requests = [
        (method, path, {"data": body, "content_type": kind, "headers": {"X-CSRFToken": client.csrf_token()}})
        for body, kind in BODIES
        for path, method in doors
    ]

    failed, made = failures(client, requests)

    assert failed == []
    assert made > 100


def test_no_header_breaks_a_page(app, client):
    pages = ["/", "/drops", "/d/luna", "/sign-in", "/account", "/me", "/nowhere", "/static/css/tokens.css"]
    requests = [("GET", path, {"headers": header}) for header in HEADERS for path in pages]

    failed, made = failures(client, requests)

    assert failed == []
    assert made > 200


def test_no_odd_method_breaks_a_page(client):
    methods = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 300]
    pages = ["/", "/sign-in", "/account", "/hooks/stripe", "/d/luna/holds", "/nowhere"]

    failed, _made = failures(client, [(method, path, {}) for method in methods for path in pages])

    assert failed == []


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, "9" * 10_000, '{"a": "\\ud800"}', '{"\\u0000": 1}', '["a\\u0000"]', "{", "\x00", '{"a":' * 400 + "1" + "}" * 400],
)  # fmt: skip
def test_no_json_breaks_a_view_that_reads_it(app, client, body):
    token = client.csrf_token()

    response = client.post("/echo", data=body, content_type="application/json", headers={"X-CSRFToken": token})

    deep_but_fine = body.startswith('{"a":{')
    assert response.status_code in (400, 413) or deep_but_fine
    assert json.dumps(response.get_json(silent=True)) is not None
