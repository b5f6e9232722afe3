"""What the shop tells machines, read by programs that others wrote for exactly that."""

import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import feedparser
import jsonfeed
import pytest
from icalendar import Calendar
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SDO
from rss_parser import AtomParser, RSSParser
from usp.fetch_parse import XMLSitemapParser
from usp.web_client.abstract_client import AbstractWebClient

from factories import NOON, an_artist
from shopfront import a_picture, hang, hold, sell
from storefront.catalog.artists import ArtistKind
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition
from storefront.web import sitemaps

pytestmark = pytest.mark.filterwarnings(r"ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own
ORIGIN = "http://localhost"
SOON = {"state": DropState.ANNOUNCED, "opens_at": NOON + timedelta(days=3), "announced_at": NOON}
CALLED_OFF = {"state": DropState.CANCELLED, "opens_at": NOON + timedelta(days=4), "closed_at": NOON}


@pytest.fixture
def engine_name():
    """SQLite alone: how a page is told does not depend on the database."""
    return "sqlite"


@pytest.fixture
def window(database):
    """A drop on sale, one to come, one called off, and a draft nobody may hear of."""
    with database.transaction() as session:
        ines = an_artist(session, slug="ines", name="Ines & Söhne", city="Porto", website="https://ines.example/")
        hang(session, {"size": 3}, slug="luna", title="Luna <3", artist=ines, announced_at=NOON - timedelta(days=2))
        hang(session, slug="sol", title="Sol, again; and again", artist=ines, **SOON)
        hang(session, slug="nix", title="Nix", artist=ines, **CALLED_OFF)
        hang(session, slug="secret", title="Secret", minted=False, state=DropState.DRAFT, announced_at=None)
        hang(
            session, slug="rose", title="Rose", artist=an_artist(session, slug="museu", kind=ArtistKind.MUSEUM), **SOON
        )


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
@pytest.mark.parametrize(("whose", "titles"), [("", {"Luna", "Sol", "Rose"}), ("/a/ines", {"Luna", "Sol"})])
def test_feeds_say_what_was_announced(client, window, kind, whose, titles):
    answer = client.get(f"{whose}/drops.{kind}")

    found = READERS[kind](answer)
    assert {re.match(r"\w+", title)[0] for title, *_rest in found} == titles
    assert ("Luna <3 by Ines & Söhne", f"{ORIGIN}/d/luna", NOON - timedelta(days=2), NOON) in [
        (title, url, at, max(NOON, changed)) for title, url, at, changed in found
    ]
    assert "s-maxage=60" in answer.headers["Cache-Control"]
    assert "Secret" not in answer.text


def read_rss(answer):
    assert RSSParser.parse(answer.text).channel.content.title.content
    items = read_strictly(answer, "rss20")
    return [(item.title, item.link, instant(item.published_parsed), NOON) for item in items]


def read_atom(answer):
    assert AtomParser.parse(answer.text).feed.content.entries
    items = read_strictly(answer, "atom10")
    return [(i.title, i.link, instant(i.published_parsed), instant(i.updated_parsed)) for i in items]


def read_json(answer):
    feed = jsonfeed.Feed.parse(answer.json)
    return [
        (item.title, item.url, datetime.fromisoformat(item.date_published), datetime.fromisoformat(item.date_modified))
        for item in feed.items
    ]


READERS = {"rss": read_rss, "atom": read_atom, "json": read_json}


def read_strictly(answer, version):
    feed = feedparser.parse(answer.data, response_headers={"content-type": answer.headers["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == version
    assert all(entry.id and entry.summary for entry in feed.entries)
    assert {link.rel for link in feed.feed.links} >= {"self"}
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    return feed.entries


def instant(parsed):
    return datetime(*parsed[:6], tzinfo=UTC)


def test_an_empty_shop_has_empty_feeds_and_an_artist_without_drops_none(client, database):
    with database.transaction() as session:
        an_artist(session, slug="quiet")

    assert [len(READERS[kind](client.get(f"/drops.{kind}"))) for kind in ("rss", "json")] == [0, 0]
    assert client.get("/a/quiet/drops.atom").status_code == 404
    assert client.get("/a/quiet/drops.ics").status_code == 404
    assert len(Calendar.from_ical(client.get("/drops.ics").data).events) == 0


@pytest.mark.parametrize(
    ("address", "opens"), [("/drops.ics", 4), ("/a/ines/drops.ics", 3), ("/d/sol/calendar.ics", 1)]
)
def test_calendars_name_each_opening_in_utc_and_ring_before(client, window, address, opens):
    answer = client.get(address)

    calendar = Calendar.from_ical(answer.data)
    assert answer.mimetype == "text/calendar"
    assert not calendar.errors
    assert not any(event.errors for event in calendar.events)
    assert len(calendar.events) == opens
    sol = next(event for event in calendar.events if event["SUMMARY"].startswith("Sol"))
    assert sol["SUMMARY"] == "Sol, again; and again by Ines & Söhne opens"
    assert sol.start == NOON + timedelta(days=3)
    assert [alarm["TRIGGER"].dt for alarm in sol.alarms.times and sol.walk("VALARM")] == [timedelta(minutes=-10)]
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))


def test_a_moved_drop_keeps_its_entry_and_counts_on(client, database, window):
    def entry():
        (event,) = Calendar.from_ical(client.get("/d/sol/calendar.ics").data).events
        return event

    before = entry()
    with database.transaction() as session:
        sol = session.query(Drop).filter_by(slug="sol").one()
        sol.opens_at, sol.changed_at = NOON + timedelta(days=5), NOON + timedelta(hours=1)
    moved = entry()
    with database.transaction() as session:
        sol = session.query(Drop).filter_by(slug="sol").one()
        sol.state, sol.closed_at = DropState.CANCELLED, NOON + timedelta(hours=2)
    gone = entry()

    assert before["UID"] == moved["UID"] == gone["UID"]
    assert [event["SEQUENCE"] for event in (before, moved, gone)] == [0, 1, 2]
    assert moved.start == NOON + timedelta(days=5)
    assert (before["STATUS"], moved["STATUS"], gone["STATUS"]) == ("CONFIRMED", "CONFIRMED", "CANCELLED")
    assert not gone.walk("VALARM")
    assert before["LAST-MODIFIED"].dt < moved["LAST-MODIFIED"].dt < gone["LAST-MODIFIED"].dt


def linked_data(client, address):
    """The page's JSON-LD as a graph. Its words are schema.org's own: rdflib knows all of them."""
    client.get(address)
    told = json.loads(client.page.select_one("script[type='application/ld+json']").string)
    assert told.pop("@context") == "https://schema.org"
    graph = Graph().parse(data=json.dumps({"@context": {"@vocab": str(SDO), "id": "@id"}, **told}), format="json-ld")
    unknown = {p for p in graph.predicates() if p != RDF.type and p not in SDO} | {
        kind for kind in graph.objects(None, RDF.type) if kind not in SDO
    }
    assert not unknown
    return graph


def one(graph, predicate, subject=None):
    (found,) = set(graph.objects(subject, predicate))
    return str(found)


def test_a_word_that_schema_org_does_not_have_is_seen():
    assert SDO.artEdition in SDO
    assert URIRef("https://schema.org/artEditions") not in SDO


@pytest.mark.parametrize(
    ("slug", "availability"), [("luna", "LimitedAvailability"), ("sol", "PreOrder"), ("gone", "SoldOut")]
)
def test_a_drop_is_told_as_a_sale_of_works_in_editions(client, database, window, slug, availability):
    with database.transaction() as session:
        gone = hang(session, {"size": 1}, slug="gone", artist=an_artist(session, kind=ArtistKind.GALLERY))
        sell(session, gone.edition)

    graph = linked_data(client, f"/d/{slug}")

    (work,) = graph.subjects(RDF.type, SDO.VisualArtwork)
    assert (work, RDF.type, SDO.Product) in graph
    assert one(graph, SDO.artEdition, work) in ("1", "3", "10")
    assert one(graph, SDO.availability).removeprefix("https://schema.org/") == availability
    assert one(graph, SDO.price) == "28.00"
    (sale,) = graph.subjects(RDF.type, SDO.SaleEvent)
    assert one(graph, SDO.workFeatured, sale) == str(work)
    assert re.fullmatch(r"2026-06-0[14]T13:00:00\+01:00", one(graph, SDO.startDate, sale))
    assert one(graph, SDO.availabilityStarts) == one(graph, SDO.startDate, sale)
    maker = next(graph.objects(work, SDO.creator))
    assert one(graph, RDF.type, maker) == str(SDO.Organization if slug == "gone" else SDO.Person)
    assert {str(place) for place in graph.objects(None, SDO.position)} == {"1", "2", "3"}


def test_an_artist_is_told_as_a_person_and_a_museum_as_an_organization(client, window):
    ines, museum = linked_data(client, "/a/ines"), linked_data(client, "/a/museu")

    assert list(ines.subjects(RDF.type, SDO.Person))
    assert one(ines, SDO.sameAs) == "https://ines.example/"
    assert list(museum.subjects(RDF.type, SDO.Organization))


def test_pages_point_to_their_feeds_and_to_one_address_of_theirs(client, window):
    for page, feed in (("/", "/drops"), ("/drops", "/drops"), ("/a/ines", "/a/ines/drops")):
        client.get(page)
        links = {link["type"]: link["href"] for link in client.page.select("link[rel=alternate][type]")}
        assert links["application/rss+xml"] == f"{ORIGIN}{feed}.rss"
        assert links["application/atom+xml"] == f"{ORIGIN}{feed}.atom"
        assert links["application/feed+json"] == f"{ORIGIN}{feed}.json"
        assert client.page.select_one("link[rel=canonical]")["href"] == f"{ORIGIN}{page}"
    assert client.page.select_one("a[href^=webcal]")["href"] == "webcal://localhost/a/ines/drops.ics"


class Fetched(AbstractWebClient):
    """The sitemap's reader asks for nothing: it is handed what to read."""

    def get(self, url):
        raise AssertionError(url)

    def set_max_response_data_length(self, max_response_data_length):
        pass


def read_sitemap(answer):
    parser = XMLSitemapParser("http://localhost/sitemap.xml", answer.text, 0, Fetched(), set(), None)
    return {page.url: page for page in parser.sitemap().pages}


def test_the_sitemap_has_each_address_its_last_change_and_its_pictures(client, database, window):
    with database.transaction() as session:
        session.query(Drop).filter_by(slug="sol").one().changed_at = NOON + timedelta(hours=3)
        luna = session.query(Edition).join(Drop, Drop.id == Edition.drop_id).filter(Drop.slug == "luna").one()
        sell(session, luna, at=NOON + timedelta(minutes=9))

    found = read_sitemap(client.get("/sitemap.xml"))

    assert {f"{ORIGIN}/d/luna", f"{ORIGIN}/a/museu", f"{ORIGIN}/", f"{ORIGIN}/fairness"} <= set(found)
    assert not {f"{ORIGIN}/d/secret", f"{ORIGIN}/d/nix"} & set(found)
    assert found[f"{ORIGIN}/d/luna"].last_modified == NOON + timedelta(minutes=9)
    assert found[f"{ORIGIN}/d/sol"].last_modified == NOON + timedelta(hours=3)
    assert len(found[f"{ORIGIN}/d/luna"].images) == 1


def test_a_long_sitemap_comes_in_parts_that_name_everything_once(client, window, monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_PART", 2)
    whole = {loc.text for loc in ET.fromstring(client.get("/sitemap.xml").data).iter() if loc.tag.endswith("}loc")}

    parts = [list(read_sitemap(client.get(address.removeprefix(ORIGIN)))) for address in sorted(whole)]

    assert whole == {f"{ORIGIN}/sitemap-1.xml", f"{ORIGIN}/sitemap-2.xml"}
    assert sum(map(len, parts)) == len({url for part in parts for url in part})
    assert {f"{ORIGIN}/d/luna", f"{ORIGIN}/d/sol", f"{ORIGIN}/d/rose"} <= {url for part in parts for url in part}
    assert [client.get(f"/sitemap-{n}.xml").status_code for n in (0, 3)] == [404, 404]


def test_a_drops_card_is_offered_to_other_pages_by_oembed(client, window):
    client.get("/d/luna")
    offered = {link["type"]: link["href"] for link in client.page.select("link[type$=oembed]")}

    told = client.get(offered["application/json+oembed"]).json
    xml = ET.fromstring(client.get(offered["text/xml+oembed"]).data)

    assert {child.tag: child.text for child in xml} == {name: str(value) for name, value in told.items()}
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "Luna <3")
    assert f'src="{ORIGIN}/embed/d/luna"' in told["html"]
    assert 'title="Luna &lt;3"' in told["html"]
    small = client.get("/oembed?url=http://localhost/d/luna&maxwidth=300&maxheight=150").json
    assert (small["width"], small["height"]) == (300, 150)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("?url=http://localhost/d/secret", 404),
        ("?url=http://localhost/d/nix", 404),
        ("?url=http://elsewhere.example/d/luna", 404),
        ("?url=http://localhost/studio", 404),
        ("?url=http://[::1/d/luna", 404),
        ("?url=http://localhost/d/luna&format=yaml", 501),
    ],
)
def test_oembed_knows_only_drops_on_show(client, window, query, status):
    assert client.get(f"/oembed{query}").status_code == status


def test_the_embedded_card_is_small_live_and_the_only_page_others_may_frame(client, database, window):
    with database.transaction() as session:
        luna = session.query(Edition).join(Drop, Drop.id == Edition.drop_id).filter(Drop.slug == "luna").one()
        sell(session, luna)
        hold(session, luna)

    card = client.get("/embed/d/luna")

    assert "1 of 3 sold" in re.sub(r"\s+", " ", client.page.get_text(" ", strip=True))
    assert client.page.body["data-live-url"] == "/d/luna/live.json"
    assert client.page.select_one("h1 a")["href"] == f"{ORIGIN}/d/luna"
    assert len(card.data) < 5_000
    assert "Set-Cookie" not in card.headers
    assert "frame-ancestors *" in card.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/d/luna").headers["Content-Security-Policy"]
    assert [client.get(f"/embed/d/{slug}").status_code for slug in ("nix", "secret", "nobody")] == [410, 404, 404]
    assert "Nothing hangs here" in client.page.get_text()


def test_a_pictures_words_and_titles_from_artists_can_not_break_out(client, database):
    with database.transaction() as session:
        portrait = a_picture(session, name="portrait")
        sly = an_artist(session, slug="sly", name="</script><b>&", portrait_id=portrait.id, portrait_alt='"><b>')
        hang(session, slug="sly", title="]]></title><b>", artist=sly)

    for address in ("/drops.rss", "/drops.atom", "/sitemap.xml", "/oembed?url=http://localhost/d/sly&format=xml"):
        ET.fromstring(client.get(address).data)
    assert list(linked_data(client, "/d/sly").subjects(RDF.type, SDO.SaleEvent))
