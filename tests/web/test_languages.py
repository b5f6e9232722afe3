"""The language in the path: one set of routes for all of them, and no link of a page leads out of its language."""

import dataclasses
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from factories import NOON, an_edition
from sales import a_hold, an_order
from shopfront import hang
from storefront.orders.attempting import start_attempt
from storefront.outbox.messages import OutboxMessage
from storefront.web import languages
from storefront.web.emails import make_renderer

ORIGIN = "http://localhost"


@pytest.fixture
def engine_name():
    return "sqlite"


@pytest.fixture
def luna(database):
    with database.transaction() as session:
        return hang(session, {"size": 5})


@pytest.mark.parametrize(
    ("part", "language", "direction"), [("", "en", "ltr"), ("/de", "de", "ltr"), ("/ar", "ar", "rtl")]
)
def test_the_path_says_the_language(client, luna, part, language, direction):
    client.get(part + luna.url, headers={"Accept-Language": "fr"})

    assert (client.page.html["lang"], client.page.html["dir"]) == (language, direction)


@pytest.mark.parametrize(
    "path",
    ["/en/drops", "/fr/drops", "/de/de/drops", "/dex", "/de/v/ABCD.json", "/de/healthz", "/de/static/css/base.css"],
)
def test_what_has_no_such_language_is_not_there(client, path):
    assert client.get(path).status_code == 404


def test_every_link_and_form_of_a_page_stays_in_its_language(client, luna):
    client.get("/de" + luna.url)
    ours = [
        link[name]
        for link in client.page.find_all(["a", "form"])
        for name in ("href", "action")
        if link.get(name, "#").startswith("/") and not link.get("hreflang")
    ]

    assert len(ours) > 10
    assert [path for path in ours if not path.startswith("/de/")] == []
    assert client.page.body["data-me-url"] == f"/de{luna.url}/me"
    assert client.page.body["data-live-url"] == f"{luna.url}/live.json"


def test_a_redirect_stays_in_the_language(client):
    answer = client.get("/ar/account")

    assert answer.location == "/ar/sign-in?next=/ar/account"


def test_the_foot_of_a_page_offers_the_same_page_in_the_other_languages(client):
    client.get("/de/drops?when=past&utm_source=letter")
    offered = {link["hreflang"]: link["href"] for link in client.page.select("footer a[hreflang]")}

    assert offered == {"en": "/drops?when=past", "ar": "/ar/drops?when=past"}


def test_the_head_names_the_page_in_every_language(client, luna, settings):
    client.get("/de" + luna.url)
    named = {link["hreflang"]: link["href"] for link in client.page.select("head link[hreflang]")}
    home = settings.base_url

    assert client.page.select_one("link[rel=canonical]")["href"] == f"{home}/de{luna.url}"
    assert named == {
        "en": home + luna.url,
        "de": f"{home}/de{luna.url}",
        "ar": f"{home}/ar{luna.url}",
        "x-default": home + luna.url,
    }


def test_the_sitemap_lists_every_language(client, luna, settings):
    found = client.get("/sitemap.xml").get_data(as_text=True)

    assert f"<loc>{settings.base_url}/ar{luna.url}</loc>" in found
    assert found.count(f'hreflang="de" href="{settings.base_url}/de{luna.url}"') == 3


@pytest.mark.parametrize(
    ("own", "offers", "german", "english"),
    [("de", ("en", "de"), "/drops", "/en/drops"), ("en", (), "/de/drops", "/drops")],
)
def test_the_settings_say_which_languages_there_are(own_app_of, own, offers, german, english):
    client = own_app_of(locale=own, languages=offers).test_client()

    assert client.get(english).status_code == 200
    assert client.page.html["lang"] == "en"
    assert client.get(german).status_code == (200 if "de" in offers else 404)


@pytest.fixture
def own_app_of(settings, database, clock, gateway, an_app_of):
    return lambda **changes: an_app_of(dataclasses.replace(settings, **changes))


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/drops?page=2", "/de/drops?page=2"),
        ("/d/luna/me", "/de/d/luna/me"),
        ("/d/luna/live.json", "/d/luna/live.json"),
        ("/v/ABCD.pdf", "/de/v/ABCD.pdf"),
        ("/v/ABCD.json", "/v/ABCD.json"),
        ("/static/css/base.css?v=1", "/static/css/base.css?v=1"),
        ("https://media.example.org/media/x", "https://media.example.org/media/x"),
    ],
)
def test_what_carries_no_words_has_one_address(path, there):
    assert languages.in_language(path, "de") == there


def test_the_page_cache_keeps_languages_apart(cached_app, luna):
    client = cached_app.test_client()
    said = {part: client.get(part + luna.url).get_data(as_text=True) for part in ("", "/de", "")}

    assert 'lang="de"' in said["/de"]
    assert 'lang="en"' in said[""]


@pytest.fixture
def cached_app(own_app_of):
    return own_app_of(kind="demo")


@pytest.mark.parametrize("accept", ["text/html", "application/json"])  # the long way and the short one
def test_a_press_in_german_leads_to_a_german_hold(client, luna, accept):
    client.get(f"/de{luna.url}/take?edition={luna.edition.id}")
    form = client.page.select_one("form[action$='/holds']")
    fields = {field["name"]: field["value"] for field in form.select("input[name]")}

    answer = client.submit(form["action"], fields, headers={"Accept": accept})

    assert urlsplit(answer.location).path.startswith("/de/holds/")


def test_mail_to_an_account_is_in_the_language_it_signed_up_in(app, client, database):
    client.get("/de/sign-up")
    client.submit("/de/sign-up", {"name": "Ute", "email": "ute@example.org", "password": "a rather long pass phrase 7"})

    with database.reading() as session:
        message = session.scalars(select(OutboxMessage)).one()
    mail = make_renderer(app)(message.kind, message.refs)

    assert "/de/confirm/" in mail.text
    assert 'lang="de"' in mail.html


@pytest.mark.parametrize(
    ("locale", "theirs", "part"), [("de", "de", "/de"), ("ar", "auto", "/ar"), ("en", "en", ""), ("fr", "fr", "")]
)
def test_the_payment_page_is_in_the_orders_language_and_leads_back_to_it(app, database, locale, theirs, part):
    with database.transaction() as session:
        order = an_order(session, [a_hold(session, an_edition(session))])
        order.locale = locale
        attempt = start_attempt(session, order.id, at=NOON)
        params = app.extensions["services"].till._params(order, attempt, NOON)

    assert params["locale"] == theirs
    assert params["success_url"].startswith(f"{ORIGIN}{part}/pay/return?")
    assert params["cancel_url"].startswith(f"{ORIGIN}{part}/holds/")
