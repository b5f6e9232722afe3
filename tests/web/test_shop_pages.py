"""Home, the list of drops, artists and the plain pages: what they say, to caches as well."""

import dataclasses
import re
from datetime import timedelta

import pytest

from factories import NOON, an_artist, an_edition
from shopfront import a_picture, hang, hold, sell
from storefront.catalog.artists import ArtistKind
from storefront.catalog.drops import DropState
from storefront.catalog.pins import Metal, Technique
from storefront.web import plain_pages
from storefront.web.plain_pages import PAGES

COMING = {"state": DropState.ANNOUNCED, "opens_at": NOON + timedelta(days=3)}


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return re.sub(r"\s+", " ", client.page.get_text(" ", strip=True)).replace(" .", ".").replace(" ,", ",")


def titles(client):
    return [card.get_text() for card in client.page.select(".drop-card a")]


def test_an_empty_shop_still_looks_intended(client):
    words = read(client, "/")

    assert "Nothing is on sale at the moment" in words
    assert "The first drop will hang on this wall." in words
    assert "Found their owners" not in words


def test_home_shows_the_live_drop_large_with_its_number_and_wall(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 100})
        sell(session, luna.edition, 3)

    words = read(client, "/")

    assert client.page.select_one("h1").get_text(strip=True) == "Luna"
    assert "Next free number 4" in words
    assert len(client.page.select("ol[data-wall=numbered] li")) == 100
    assert client.page.body["data-live-url"] == f"{luna.url}/live.json"
    assert client.page.select_one("a.buy")["href"].startswith(f"{luna.url}/take")


def test_home_lists_what_else_is_on_what_comes_next_and_what_is_gone(client, database):
    with database.transaction() as session:
        hang(session, title="Older", opens_at=NOON - timedelta(days=1))
        hang(session, title="Luna")
        hang(session, title="Crossing", **COMING)
        gone = hang(session, {"size": 2}, title="Moonrise")
        sell(session, gone.edition, 2)
        hang(session, title="Secret", minted=False, state=DropState.DRAFT, announced_at=None)
        hang(session, title="Called off", state=DropState.CANCELLED)

    words = read(client, "/")

    assert client.page.select_one("h1").get_text(strip=True) == "Luna"
    assert titles(client) == ["Older", "Moonrise"]
    assert "Thursday 4 June, 13:00 in Lisbon" in words
    assert "Gone in 4 min 12 sec" in words
    assert "Secret" not in words
    assert "Called off" not in words


def test_without_a_live_drop_home_shows_the_next_one_large(client, database):
    with database.transaction() as session:
        hang(session, title="Later", state=DropState.ANNOUNCED, opens_at=NOON + timedelta(days=9))
        hang(session, title="Crossing", **COMING)

    words = read(client, "/")

    assert client.page.select_one("h1").get_text(strip=True) == "Crossing"
    assert "Opens Thursday 4 June, 13:00 in Lisbon" in words
    assert client.page.select("a[data-hold-url]") == client.page.select("template a[data-hold-url]")


def test_with_only_past_drops_home_says_so(client, database):
    with database.transaction() as session:
        gone = hang(session, {"size": 1})
        sell(session, gone.edition)

    words = read(client, "/")

    assert "The case is empty until the next drop." in words
    assert titles(client) == ["Luna"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Crossing", "Luna", "Moonrise"]),
        ("?when=now", ["Luna"]),
        ("?when=coming", ["Crossing"]),
        ("?when=past", ["Moonrise"]),
        ("?artist=aki", ["Crossing"]),
        ("?artist=nobody", []),
        ("?metal=silver", ["Crossing"]),
        ("?enamel=hard", ["Crossing"]),
        ("?enamel=soft&when=now", ["Luna"]),
        ("?metal=unobtainium", []),
        ("?when=whenever&page=7%00", None),
    ],
)
def test_drops_are_narrowed_by_links(client, database, query, expected):
    with database.transaction() as session:
        aki = an_artist(session, slug="aki", name="Aki Tamura")
        hang(session)
        hang(session, title="Crossing", artist=aki, pin={"metal": Metal.SILVER, "technique": Technique.HARD}, **COMING)
        gone = hang(session, {"size": 1}, title="Moonrise", opens_at=NOON - timedelta(days=5))
        sell(session, gone.edition)

    response = client.get(f"/drops{query}")

    if expected is None:
        assert response.status_code == 400
    else:
        assert titles(client) == expected
        assert ("No drop is like that yet." in response.text) == (not expected)


def test_a_card_says_in_one_line_how_its_drop_stands(client, database):
    with database.transaction() as session:
        on = hang(session, {"size": 250}, title="Rose window")
        sell(session, on.edition, 2)
        hang(session, title="Soon", **COMING)
        hang(session, title="Late", state=DropState.ANNOUNCED, opens_at=NOON + timedelta(days=60))
        gone = hang(session, {"size": 1}, title="Moonrise")
        sell(session, gone.edition)
        held = hang(session, {"size": 1}, title="Held")
        hold(session, held.edition)
        hang(session, title="Stopped", state=DropState.PAUSED)

    read(client, "/drops")

    lines = {
        card.select_one("a").get_text(): card.select_one(".tally").get_text(strip=True)
        for card in client.page.select(".drop-card")
    }
    assert lines == {
        "Rose window": "2/250",
        "Soon": "Thu 13:00",
        "Late": "31 Jul",
        "Moonrise": "Sold out",
        "Held": "All held",
        "Stopped": "Paused",
    }


def test_the_second_page_of_drops_is_a_link_that_keeps_the_filter(client, database):
    with database.transaction() as session:
        maker = an_artist(session)
        for n in range(26):
            hang(session, {"size": 1}, title=f"Drop {n}", artist=maker, pictured=False)

    read(client, "/drops?when=now")
    following = client.page.select_one("a[rel=next]")["href"]
    read(client, following)

    assert following == "/drops?when=now&page=2"
    assert len(titles(client)) == 2
    assert client.page.title.get_text().startswith("Drops, page 2")
    assert client.get("/drops?page=3").status_code == 404


def test_an_artist_page_tells_who_they_are_and_what_was_sold(client, database):
    with database.transaction() as session:
        portrait = a_picture(session, transparent=False)
        museum = an_artist(
            session,
            slug="museu",
            name="Museu da Sé",
            kind=ArtistKind.MUSEUM,
            city="Lisbon",
            statement="We keep **glass**.",
            website="https://www.museu.example/",
            portrait_id=portrait.id,
            portrait_alt="The west front",
            is_demo=True,
        )
        rose = hang(session, {"size": 250}, artist=museum, pin={"title": "Rose window"})
        sell(session, rose.edition, 2)
        gone = hang(session, {"size": 1}, artist=museum, pin={"title": "Gargoyle"}, opens_at=NOON - timedelta(days=9))
        sell(session, gone.edition)

    words = read(client, "/a/museu")

    assert "Museum Museu da Sé Lisbon" in words
    assert client.page.select_one(".prose strong").get_text() == "glass"
    assert "Rose window" in words
    assert "2 of 250 sold" in words
    assert "All 1 sold" in words
    assert "A demo artist" in words
    assert client.page.find("img", alt="The west front")
    assert client.page.select_one("a[href='https://www.museu.example/']").get_text() == "museu.example"


def test_an_artist_with_nothing_announced_is_not_shown(client, database):
    with database.transaction() as session:
        an_artist(session, slug="quiet", name="Quiet One")

    assert client.get("/a/quiet").status_code == 404
    assert client.get("/a/nobody").status_code == 404
    assert "Quiet One" not in read(client, "/artists")


def test_artists_are_listed_by_name(client, database):
    with database.transaction() as session:
        for name in ("Studio Lago", "Aki Tamura"):
            hang(session, artist=an_artist(session, name=name))

    read(client, "/artists")

    assert [a.get_text() for a in client.page.select(".people a")] == ["Aki Tamura", "Studio Lago"]


def test_the_plain_pages_give_this_shops_real_settings(client, database):
    with database.transaction() as session:
        hang(session)

    assert "held for you for 10 minutes" in read(client, "/fairness")
    assert "lasts 30 minutes at most" in read(client, "/fairness")
    assert "A held number gives you 10 minutes to pay." in read(client, "/accessibility")
    assert "€4.50" in read(client, "/shipping")
    assert "Not to: Antarctica." in read(client, "/shipping")
    assert "shop@example.org" in read(client, "/privacy")
    assert "Tax contained in the prices: Portugal 23%." in read(client, "/shipping")


@pytest.fixture
def another_shop(settings, an_app_of):
    """One whose owner set everything otherwise."""
    told = {"shop_name": "Alfinete", "shop_email": "ola@alfinete.example", "imprint": "Alfinete Lda, Porto"}
    return an_app_of(dataclasses.replace(settings, **told, return_days=30)).test_client()


def test_plain_facts_are_those_of_the_shops_own_settings(client, another_shop, monkeypatch):
    pages = ("help", "shipping", "privacy", "accessibility", "imprint", "fairness")
    before = {name: read(client, f"/{name}") for name in pages}
    monkeypatch.setattr(plain_pages, "HOLD_FOR", timedelta(minutes=17))
    monkeypatch.setattr(plain_pages, "LASTS", timedelta(days=41))
    monkeypatch.setattr(plain_pages.places, "KEPT_FOR", timedelta(days=3))
    after = {name: read(another_shop, f"/{name}") for name in pages}

    assert "within 14 days" in before["help"]
    assert "within 30 days" in after["help"]
    assert "within 30 days" in after["shipping"]
    assert "good for 41 days" in after["help"]
    assert all("17 minutes" in after[name] for name in ("help", "fairness", "accessibility"))
    assert "The code of the network you held from 1 day" in before["privacy"]
    assert "The code of the network you held from 3 days" in after["privacy"]
    assert "Alfinete Lda, Porto" in after["imprint"]
    assert all("ola@alfinete.example" in after[name] for name in ("help", "privacy", "accessibility", "imprint"))
    assert not any("shop@example.org" in words for words in after.values())


def test_help_stands_in_the_same_place_on_every_page(client):
    places = set()
    for page in ("/", "/drops", "/search", "/help", "/sign-in", "/nowhere"):
        client.get(page)
        places.add([link["href"] for link in client.page.select("#menu a")].index("/help"))

    assert len(places) == 1


@pytest.mark.parametrize("address", ["/", "/drops", "/artists", "/a/museu", "/d/luna", *(f"/{name}" for name in PAGES)])
def test_a_public_page_is_the_same_for_everybody_and_may_be_kept(client, app, database, address):
    with database.transaction() as session:
        hang(session, artist=an_artist(session, slug="museu"), slug="luna")

    response = client.get(address)
    known = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    client.get("/d/luna/me")
    with_cookie = client.get(address)

    assert re.fullmatch(
        r"public, max-age=0, s-maxage=(\d+), stale-while-revalidate=\1", response.headers["Cache-Control"]
    )
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert (known.status_code, known.data) == (304, b"")
    assert with_cookie.data == response.data
    assert "Set-Cookie" not in with_cookie.headers


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 8),
        ("/drops", 6),
        ("/artists", 2),
        ("/a/museu", 7),
        ("/d/luna", 6),
        ("/d/luna/live.json", 3),
        ("/d/gone", 7),
        ("/fairness", 0),
        ("/shipping", 1),
        ("/sitemap.xml", 7),
    ],
)
def test_a_page_asks_the_database_the_same_few_questions_however_much_hangs(client, database, queries, address, most):
    def asked():
        with queries() as seen:
            assert client.get(address).status_code == 200
        assert [q for q in seen if re.search("FOR UPDATE|FOR SHARE|IMMEDIATE|INSERT|UPDATE ", q)] == []
        return len([q for q in seen if q.startswith("SELECT")])

    with database.transaction() as session:
        museum = an_artist(session, slug="museu")
        luna = hang(session, {"size": 1}, artist=museum, slug="luna")
        gone = hang(session, {"size": 1}, artist=museum, slug="gone")
        sell(session, gone.edition)
    few = asked()
    with database.transaction() as session:
        an_edition(session, luna.drop, size=300)
        an_edition(session, luna.drop, size=20)
        for n in range(5):
            hang(session, {"size": 300, "proofs": 5}, {"size": 40}, artist=an_artist(session) if n % 2 else museum)
    many = asked()

    assert (few, many) == (most, most)


def test_robots_are_told_what_to_leave_and_where_the_map_is(client, database):
    with database.transaction() as session:
        luna = hang(session)
        hang(session, slug="secret", minted=False, state=DropState.DRAFT, announced_at=None)

    robots = client.get("/robots.txt").text
    sitemap = client.get("/sitemap.xml").text

    assert "Disallow: /checkout\n" in robots
    assert "Sitemap: http://localhost/sitemap.xml" in robots
    assert f"<loc>http://localhost{luna.url}</loc>" in sitemap
    assert "secret" not in sitemap


def test_the_icon_is_found_where_browsers_look(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    with client.get(response.headers["Location"]) as icon:
        assert icon.mimetype == "image/svg+xml"


def test_no_page_links_to_one_that_is_not_there(client, database):
    with database.transaction() as session:
        hang(session, {"size": 3}, artist=an_artist(session, slug="museu"), slug="luna")
        hang(session, slug="soon", **COMING)
    public = ["/", "/drops", "/artists", "/a/museu", "/d/luna", "/d/soon", "/fairness"]
    links = set()

    for address in public:
        client.get(address)
        links |= {a["href"].partition("#")[0] for a in client.page.select("a[href^='/']")}

    missing = {link for link in links if link and client.get(link).status_code == 404}
    assert missing == set()
