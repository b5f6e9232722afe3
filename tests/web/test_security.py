import dataclasses

import pytest
from flask import request

from every_route import gets, unsafe
from people import a_person
from storefront.app import create_app
from storefront.web.current import client_place
from storefront.web.own_paths import safe_path
from storefront.web.security import up_to

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self' {pay}; base-uri 'none'; frame-ancestors 'none'"
)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=()",
}
SENDS_ON = "holding.place"  # a press on a cached page goes to the page that has a token, and places nothing
HOSTILE_NEXT = [
    "", None, "//evil.example", "///evil.example", "////evil", "/\\evil.example", "\\/evil.example", "\\\\evil", "/\\/evil",
    "http://evil.example", "https:evil.example", "https:/evil.example", "https://evil.example", "HTTPS://evil.example",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "@evil.example", ".evil.example", "account", "?next=/x", "#x",
    "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "\t//evil.example", " //evil.example", "/ /evil",
    "/a\\b", "/x\x00", "/x\x7f", "/" + "a" * 2000, "\u2028//evil", "//evil.example/%2f..", "/\x0b/evil", "//[::1]/",
]  # fmt: skip


@pytest.fixture
def production(settings, database, clock, gateway):
    settings = dataclasses.replace(settings, kind="production", base_url="https://shop.example")
    return create_app(settings, database=database, clock=clock, gateway=gateway)


def test_every_answer_carries_the_headers(app, client, settings):
    for _rule, path in [*gets(app), (None, "/nowhere"), (None, "/nowhere.json")]:
        response = client.get(path)

        assert response.status_code < 500, path
        framed = path.startswith("/embed/")  # the one place others may put into their pages
        wanted = {**EVERYWHERE, **({"Cross-Origin-Resource-Policy": "cross-origin"} if framed else {})}
        policy = POLICY.format(pay=settings.checkout_origin)
        assert {name: response.headers.get(name) for name in EVERYWHERE} == wanted, path
        assert response.headers["Content-Security-Policy"] == (
            policy.replace("frame-ancestors 'none'", "frame-ancestors *") if framed else policy
        ), path
        assert response.headers["Cache-Control"], path
        assert "Strict-Transport-Security" not in response.headers
        assert len(response.headers.getlist("X-Request-Id")) == 1


def test_an_answer_without_a_word_about_caching_is_kept_by_nobody(client):
    for path in ("/sign-in", "/account", "/nowhere"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_an_error_page_says_nothing_to_the_cookie(client):
    response = client.get("/nowhere")

    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers


def test_only_what_may_be_embedded_may_be_framed(client):
    assert "frame-ancestors *" in client.get("/embed/luna").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/embedded").headers["Content-Security-Policy"]


def test_a_static_file_is_kept_for_ever_only_under_its_own_hash(app, client):
    with app.test_request_context():
        own = app.jinja_env.globals["static_url"]("css/tokens.css")

    assert "immutable" in client.get(own).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/tokens.css?v=another").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/css/tokens.css").headers["Cache-Control"]
    assert client.get("/static/nothing.css").headers["Cache-Control"] == "no-store"


def test_every_unsafe_route_refuses_a_request_without_the_token(app, client):
    for rule, path, method in unsafe(app):
        response = client.open(path, method=method, headers={"Origin": "http://localhost"})

        if rule.endpoint == SENDS_ON:
            assert response.headers["Location"].endswith("/take"), path
        else:
            assert 400 <= response.status_code < 500, (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "nonsense"},
    ],
)
def test_every_unsafe_route_refuses_a_request_from_elsewhere(app, client, headers):
    token = client.csrf_token()

    for _rule, path, method in unsafe(app):
        response = client.open(path, method=method, data={"csrf_token": token}, headers=headers)

        assert response.status_code == 400, (method, path)


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}])
def test_a_request_of_our_own_pages_is_heard(client, headers):
    response = client.post("/sign-out", data={"csrf_token": client.csrf_token()}, headers=headers)

    assert response.status_code == 303


def test_another_browsers_token_is_refused(app, client):
    theirs = app.test_client().csrf_token()
    client.csrf_token()

    response = client.post("/sign-out", data={"csrf_token": theirs})

    assert response.status_code == 400
    assert "open for too long" in response.text


@pytest.mark.parametrize(
    ("host", "onward"),
    [
        ("localhost:8000", "http://127.0.0.1:8000/drops?state=open"),
        ("[::1]:8000", "http://127.0.0.1:8000/drops?state=open"),
        ("127.0.0.1:8000", None),
        ("localhost:9000", None),  # forwarded from elsewhere: the address we know may lead nowhere
        ("demo.example:8000", None),
        ("localhost:99999", None),
    ],
)
def test_a_demo_on_this_machine_has_one_name_so_that_whoever_pays_comes_back_to_their_cookie(
    settings, database, clock, gateway, host, onward
):
    settings = dataclasses.replace(settings, kind="demo", base_url="http://127.0.0.1:8000")
    client = create_app(settings, database=database, clock=clock, gateway=gateway).test_client()

    response = client.get("/drops?state=open", headers={"Host": host})

    assert response.headers.get("Location") == onward
    assert response.headers["Cache-Control"] == "no-store" if onward else response.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.5:8000", "[::1]", "localhost"])
def test_a_load_balancer_may_ask_a_machine_by_its_number(production, path, host):
    client = production.test_client()

    assert client.get(path, headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_production_speaks_https_and_only_under_its_own_name(production):
    client = production.test_client()

    ours = client.get("/sign-in", base_url="https://shop.example")

    assert ours.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = ours.headers["Set-Cookie"]
    assert cookie.startswith("__Host-vitrine=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    assert "Domain" not in cookie
    for host in ("evil.example", "shop.example.evil.example", "xshop.example", "shop.example@evil", "a b", "[::1", ""):
        refused = client.get("/sign-in", base_url="https://shop.example", headers={"Host": host})
        assert (refused.status_code, "evil" in refused.text) == (400, False), host


def test_a_forwarded_address_counts_only_as_far_as_the_settings_say(settings, database, clock, gateway):
    def places(proxies):
        shop = create_app(
            dataclasses.replace(settings, trusted_proxies=proxies), database=database, clock=clock, gateway=gateway
        )
        seen = []

        @shop.get("/whence")
        def whence():
            seen.append(client_place())
            return ""

        shop.test_client().get("/whence", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
        return seen

    assert places(0) == ["127.0.0.1"]
    assert places(1) == ["203.0.113.7"]


def test_a_forwarded_host_never_counts(settings, database, clock, gateway):
    shop = create_app(dataclasses.replace(settings, trusted_proxies=1), database=database, clock=clock, gateway=gateway)

    response = shop.test_client().get("/account", headers={"X-Forwarded-Host": "evil.example"})

    assert "evil" not in response.headers["Location"]


@pytest.mark.parametrize("target", HOSTILE_NEXT)
def test_no_target_leads_elsewhere(target):
    assert safe_path(target, "/home") == "/home"


@pytest.mark.parametrize("target", ["/", "/me", "/d/luna?edition=2#wall", "/a/é", "/x//y", "/a:b", "/@me", "/x?u=//y"])
def test_a_path_of_our_own_is_followed(target):
    assert safe_path(target, "/home") == target


def test_signing_in_leads_nowhere_else(database, client):
    with database.transaction() as session:
        a_person(session)

    for target in ("//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example"):
        page = client.get("/sign-in", query_string={"next": target})
        assert "evil" not in page.text, target
        form = {"email": "ada@example.org", "password": "nine green umbrellas", "next": target}
        assert client.submit("/sign-in", form).headers["Location"] == "/me"
        client.submit("/sign-out")


def test_a_request_larger_than_its_view_takes_is_refused(own_app):
    client = own_app.test_client()

    @own_app.post("/picture")
    @up_to(200_000)
    def picture():
        return {"length": len(request.form["x"])}

    token = client.csrf_token()
    kept = 30_000
    assert client.post("/sign-out", data={"csrf_token": token, "x": "y" * 70_000}).status_code == 413
    multipart = {"csrf_token": token, "x": "y" * kept, "pad": "z" * kept, "more": "z" * kept}
    assert client.post("/picture", data=multipart).json == {"length": kept}
    assert client.post("/picture", data={"csrf_token": token, "x": "y" * 300_000}).status_code == 413


def test_a_stranger_cannot_have_megabytes_read_before_they_are_turned_away(app, client):
    routes = [
        (path, method) for rule, path, method in unsafe(app) if hasattr(app.view_functions[rule.endpoint], "max_bytes")
    ]
    much = {"story": "y" * 100_000}

    assert routes
    for path, method in routes:
        assert client.open(path, method=method, data=much).status_code == 413, path


@pytest.mark.parametrize("number", ["0", "1", "2147483647"])
def test_a_number_in_a_path_that_a_column_holds_is_looked_up(app, number):
    with app.test_request_context(f"/account/sessions/{number}/end", method="POST") as context:
        assert context.request.view_args == {"session_id": int(number)}


@pytest.mark.parametrize("number", ["2147483648", "9" * 30, "9" * 5000, "-1", "1e9", "٣", "0x1", "1.0", " 1"])
def test_a_number_in_a_path_that_no_column_holds_names_nothing(client, number):
    response = client.submit(f"/account/sessions/{number}/end")

    assert response.status_code in (400, 404)
