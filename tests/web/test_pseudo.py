"""No word of ours escapes the translators: on pages in a language nobody speaks, what is Latin is somebody's own."""

import dataclasses
import re
from itertools import product

import pytest
from bs4 import BeautifulSoup, Comment, Doctype
from flask.testing import FlaskClient
from sqlalchemy import select

from drafts import a_drafted_drop
from every_route import gets
from factories import NOON, a_buyer, an_account
from sales import a_hold, a_refund, a_sale, an_open_attempt, an_order
from shopfront import hang
from storefront.accounts.people import ArtistMember
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.pieces import Piece
from storefront.schema import metadata
from storefront.web.languages import in_language
from wording.gathering import messages
from wording.pseudo import LOCALE, write_pseudo

# What is the same in every language: names of standards, files, machines and the trade.
EVERYWHERE = {
    *[
        "SVG",
        "PNG",
        "JPEG",
        "WebP",
        "AVIF",
        "PDF",
        "RSS",
        "Atom",
        "Feed",
        "JSON",
        "JavaScript",
        "Markdown",
        "Stripe",
        "Python",
        "SHA",
        "Shift",
        "UTC",
        "Vitrine",
        "address",
        "bold",
    ],
    *["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD", "JPY", "KRW"],
}
_WORD = re.compile(r"[A-Za-z]{3,}")
_SAID = ("alt", "title", "placeholder", "aria-label", "aria-description", "content")
# What no person reads, what is no prose, and the names of other languages and of clocks' places.
_UNREAD = ("script", "style", "code", "svg", "kbd", "pre", "[hreflang]", "option", "form[action*='/plan'] select")


@pytest.fixture
def engine_name():
    return "sqlite"


@pytest.fixture
def app(settings, an_app_of, tmp_path):
    write_pseudo(messages(), tmp_path / "words")
    app = an_app_of(dataclasses.replace(settings, languages=("en", LOCALE), shop_name="Ω", shop_email="ω@ω.ω"))
    app.extensions["babel"].translation_directories[:] = [str(tmp_path / "words")]
    return app


@pytest.fixture
def shop(database):
    """A drop of every standing, sales, drafts, and an admin who works in every studio and has bought."""
    with database.transaction() as session:
        admin = an_account(session, email="ada@example.org", is_admin=True, name="Ada", confirmed_at=NOON)
        buyer = a_buyer(session, account_id=admin.id)
        live = hang(session, {"size": 12, "proofs": 2, "per_person": 9}, artist=None)
        sale = a_sale(session, live.edition, pieces=2)
        refunded = a_sale(session, live.edition)
        a_refund(session, refunded)
        waiting = an_order(session, [a_hold(session, live.edition, buyer)], email="leo@example.org")
        an_open_attempt(session, waiting)
        held = a_hold(session, live.edition, buyer)
        for state, title in (
            (DropState.ANNOUNCED, "Crossing"),
            (DropState.PAUSED, "Moonrise"),
            (DropState.CLOSED, "Rose"),
        ):
            hang(session, {"policy": NumberPolicy.SEALED}, title=title, state=state, artist=live.artist)
        large = hang(
            session, {"size": 2500, "policy": NumberPolicy.PICK, "per_person": 2}, title="Octopus", artist=live.artist
        )
        draft = a_drafted_drop(session)
        artists = {live.artist.id, draft.artist_id}
        session.add_all(ArtistMember(account_id=admin.id, artist_id=id_, joined_at=NOON) for id_ in artists)
        for order in (sale, refunded, waiting):
            order.placed_by = buyer.id
        announced = session.scalars(select(Drop.slug).where(Drop.announced_at.is_not(None))).all()
        edition = session.scalars(select(Edition).where(Edition.drop_id == draft.id)).first()
        return {
            "admin": admin,
            "live": live,
            "sale": sale,
            "refunded": refunded,
            "held": held,
            "waiting": waiting,
            "large": large,
            "draft": draft,
            "draft_edition": edition.id,
            "draft_pin": edition.pin_id,
            "draft_artist": draft.artist.slug,
            "drop_slugs": announced,
            "sold_hold": sale.lines[0].hold_id,
            "piece": session.scalars(select(Piece.id).where(Piece.edition_id == live.edition.id)).first(),
        }


# Columns that hold what people typed; others hold names of states and kinds, which must not be seen as they are.
TYPED = {
    "address",
    "shipping_zones",
    "zone_name",
    "owner_name",
    "device",
    "name",
    "title",
    "email",
    "slug",
    "code",
    "ref",
    "story",
    "alt",
    "city",
    "text",
    "colours",
    "problem",
    "id",
}


def own_words(database):
    found = set()
    with database.reading() as session:
        for table in metadata.sorted_tables:
            texts = [column for column in table.columns if column.name in TYPED]
            for row in session.execute(select(*texts)) if texts else ():
                found |= set(_WORD.findall(" ".join(map(str, row))))
    return found


def latin_words(html):
    page = BeautifulSoup(html, "html.parser")
    for tag in page.select(", ".join(_UNREAD)):
        tag.decompose()
    texts = [text for text in page.find_all(string=True) if not isinstance(text, (Comment, Doctype))]
    texts += [tag[name] for tag in page.find_all(True) for name in _SAID if tag.get(name) and _is_prose(tag, name)]
    texts += [
        value
        for tag in page.find_all(True)
        for name, value in tag.attrs.items()
        if name.startswith("data-") and " " in value
    ]
    return set(_WORD.findall(re.sub(r"https?://\S+|\S+@\S+|/\S*|\{\w+\}|\S*[\d_]\S*", " ", " ".join(texts))))


def _is_prose(tag, name):
    return (
        name != "content"
        or tag.get("name") == "description"
        or str(tag.get("property", "")).endswith(("title", "description", "alt"))
    )


def addresses(app, shop):
    """Every page a person reads, of everything the shop has one of."""
    draft, live = shop["draft"], shop["live"]
    found = []
    for rule, _path in gets(app):
        office = rule.endpoint.partition(".")[0]
        values = {
            "slug": shop["drop_slugs"],
            "drop_id": [draft.id] if office == "studio" else [live.drop.id],
            "edition_id": [shop["draft_edition"]]
            if office == "studio"
            else [live.edition.id, shop["large"].edition.id],
            "pin_id": [shop["draft_pin"]],
            "code": [shop["waiting"].code] if "wait" in rule.rule else [shop["sale"].code, shop["refunded"].code],
            "hold_id": [shop["held"].id, shop["sold_hold"]],
            "account_id": [shop["admin"].id],
            "piece_id": [shop["piece"]],
            "edition_ref": [live.edition.ref],
            "kind": ["artwork"],
        }
        if "artists" in rule.rule or rule.endpoint == "shop.artist":
            values["slug"] = [shop["draft_artist"], live.artist.slug]
        names = sorted(rule.arguments)
        for chosen in product(*(values.get(name, ["1"]) for name in names)):
            given = dict(zip(names, chosen, strict=True))
            found.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda match, given=given: str(given[match[1]]), rule.rule))
    return [path for path in found if not NOT_READ.search(path) and in_language(path, "x") != path]


NOT_READ = re.compile(
    r"^/static|/artwork$|^/admin/ledger/|^/media|\.(?:png|jpg|json|txt|xml|ico)$|/picture$|^/(?:healthz|readyz|time)"
)


def test_pages_in_a_language_nobody_speaks_hold_no_word_of_ours(app, client, database, shop, sign_in_as):
    sign_in_as(client, shop["admin"])
    known = EVERYWHERE | own_words(database)
    faults, forms = [], {}
    for path in [*addresses(app, shop), "/nothing-here"]:
        answer = client.get(f"/{LOCALE}{path}")
        if answer.mimetype == "text/html" and client.page:
            faults += [(path, answer.status_code, word) for word in latin_words(str(client.page)) - known]
            forms |= {
                form.get("action") or f"/{LOCALE}{path}": form for form in client.page.select("form[method=post]")
            }
        elif answer.mimetype == "text/calendar":
            told = " ".join(re.findall("SUMMARY:(.*)", answer.get_data(as_text=True)))
            faults += [(path, 200, word) for word in set(_WORD.findall(told)) - known]
    for action, form in forms.items():
        if POSTED.search(action):
            answer = client.submit(action, filled(form, "?"))
            if answer.mimetype == "text/html" and client.page:
                faults += [
                    (f"POST {action}", answer.status_code, word) for word in latin_words(str(client.page)) - known
                ]

    assert sorted(set(faults)) == []


# Forms whose refusals are looked at: those that change nothing when every field holds a question mark.
POSTED = re.compile(
    r"/(checkout|sign-in|sign-up|forgot|account/email|account/password|artists/new|page|shipping|pins/new|editions/new|drops/new)$"
)


def filled(form, typed):
    fields = {
        field["name"]: field.get("value", "") if field.get("type") in ("hidden", "submit") else typed
        for field in form.select("input[name], textarea[name]")
        if field.get("type") not in ("checkbox", "radio", "file")
    }
    return {**fields, **{field["name"]: typed or "?" for field in form.select("select[name]")}}


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", ["", "{drop}", "{drop}/take?edition={edition}", "drops", "sign-up", "holds/{hold}", "fairness"]
)
def test_longer_words_push_no_page_beyond_a_small_phone(app, shop, chromium, built_fonts, client, sign_in_as, path):
    asked = path.format(drop=shop["live"].url.lstrip("/"), hold=shop["held"].id, edition=shop["live"].edition.id)
    if path.startswith("holds"):
        sign_in_as(client, shop["admin"])
    answer = client.get(f"/{LOCALE}/{asked}", base_url="http://localhost")
    tab = chromium.new_page(viewport={"width": 320, "height": 640})
    tab.route("**/*", lambda route: _answer(route, client))

    tab.goto(f"http://localhost/{LOCALE}/{asked}")
    wide = tab.evaluate("document.documentElement.scrollWidth")
    tab.close()

    assert answer.status_code == 200
    assert wide <= 320


def _answer(route, client):
    """From the app itself: nothing is served, so the test needs no port and no second thread at the database."""
    path = route.request.url.removeprefix("http://localhost")
    found = FlaskClient.open(client, path, buffered=True) if route.request.method == "GET" else None
    if found is None or found.status_code != 200:
        route.fulfill(status=404)
    else:
        route.fulfill(status=200, headers=dict(found.headers), body=found.get_data())
