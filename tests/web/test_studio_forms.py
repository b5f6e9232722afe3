"""What artists type: taken, or refused in a sentence with everything still there."""

import pytest

from drafts import a_drafted_drop, a_drafted_edition, a_drafted_pin
from storefront.catalog.artists import Artist
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, list_editions
from storefront.catalog.pins import Pin
from studio import ARTIST, DROP, EDITION, PIN, SHIPPING, a_member


class At:
    """The addresses of one drafted artist's studio."""

    def __init__(self, member, artist, pin, edition, drop):
        self.member = member
        self.artist = f"/studio/artists/{artist.slug}/page"
        self.shipping = f"/studio/artists/{artist.slug}/shipping"
        self.new_pin = f"/studio/artists/{artist.slug}/pins/new"
        self.new_drop = f"/studio/artists/{artist.slug}/drops/new"
        self.pin = f"/studio/pins/{pin.id}"
        self.pictures = f"/studio/pins/{pin.id}/pictures"
        self.hung = f"/studio/pins/{pin.id}/pictures/{pin.pictures[0].id}"
        self.steps = f"/studio/pins/{pin.id}/steps"
        self.new_edition = f"/studio/pins/{pin.id}/editions/new"
        self.edition = f"/studio/editions/{edition.id}"
        self.removal = f"/studio/editions/{edition.id}/removal"
        self.drop = f"/studio/drops/{drop.id}"
        self.plan = f"/studio/drops/{drop.id}/plan"
        self.announcement = f"/studio/drops/{drop.id}/announcement"
        self.cancellation = f"/studio/drops/{drop.id}/cancellation"
        self.timing = f"/studio/drops/{drop.id}/timing"
        self.pauses = f"/studio/drops/{drop.id}/pauses"
        self.resumptions = f"/studio/drops/{drop.id}/resumptions"
        self.closing = f"/studio/drops/{drop.id}/closing"
        self.previews = f"/studio/drops/{drop.id}/previews"


@pytest.fixture
def at(client, database, sign_in_as):
    with database.transaction() as session:
        member, artist = a_member(session)
        pin = a_drafted_pin(session, artist)
        edition = a_drafted_edition(session, pin)
        drop = a_drafted_drop(session, edition)
        found = At(member, artist, pin, edition, drop)
    sign_in_as(client, member)
    client.get("/studio/artists/new")
    return found


def one(database, model):
    with database.transaction() as session:
        return session.get(model, 1)


def told(client):
    return client.page.select_one("main").get_text(" ", strip=True)


def refused(client, address, data, sentence):
    answer = client.submit(address, data)
    assert answer.status_code == 422, answer.status_code
    assert sentence in told(client)
    assert client.page.title.get_text().startswith("Error:")
    for link in client.page.select(".summary a"):
        assert client.page.find(id=link["href"].removeprefix("#")), f"{link} leads nowhere"


WRONG_ARTISTS = [
    ("kind", "", "Choose who the page is for."),
    ("name", "  ", "Enter the name that stands on the page."),
    ("name", "x" * 121, "Shorten it to 120 characters."),
    ("birth_year", "19991", "Enter a whole number from 1850 to 2,020."),
    ("birth_year", "١٩٩١", "Enter a whole number"),
    ("website", "javascript:alert(1)", "Enter the whole address, beginning with https://."),
    ("website", 'https://x.example/"><b>', "Enter the whole address"),
    ("currency", "XXX", "Not a valid choice."),
    ("statement", "x" * 20_001, "This is more than a page can carry."),
]


def test_an_artists_page_is_refused_in_a_sentence(client, at):
    for field, typed, sentence in WRONG_ARTISTS:
        refused(client, "/studio/artists/new", {**ARTIST, field: typed}, sentence)

        assert client.page.select_one("[name=city]")["value"] == "Porto"


def test_a_museum_has_no_year_of_birth(client, at):
    refused(client, at.artist, {**ARTIST, "kind": "museum"}, "Only a person has a year of birth.")


WRONG_PINS = [
    ("title", "", "Enter the pin’s title."),
    ("technique", "", "Choose soft or hard enamel."),
    ("width_tenths", "38.55", "Enter at most 1 decimals."),
    ("width_tenths", "1,000", "Enter at most 1 decimals."),
    ("width_tenths", "4.9", "Enter a number from 5.0 to 150.0."),
    ("width_tenths", "-38", "Enter a number such as 38.0."),
    ("posts", "5", "Enter a whole number from 0 to 4."),
    ("colours-0-hex", "green", "six digits, such as #a8d8c0."),
    ("colours-0-name", "", "Name the colour."),
    ("meaning", "money", "Not a valid choice."),
    ("year", "1e3", "Enter a whole number"),
]


def test_a_pin_is_refused_in_a_sentence(client, at):
    for field, typed, sentence in WRONG_PINS:
        refused(client, at.new_pin, {**PIN, field: typed}, sentence)

        if not field.startswith(("technique", "meaning")):
            assert client.page.select_one(f"[name={field}]")["value"] == typed
        assert client.page.select_one("[name=story]").get_text(strip=True) == PIN["story"]


def test_rows_are_added_without_script_and_empty_ones_do_not_count(client, at, database):
    client.submit(at.pin, {**PIN, "add_row": "colours"})
    assert client.page.select_one("[name=colours-0-name]")["value"] == "Moth green"
    assert client.page.select_one("[name=colours-1-name]").has_attr("autofocus")

    answer = client.submit(
        at.pin, {**PIN, "colours-1-name": "", "colours-1-hex": "", "colours-2-name": "Gold", "colours-2-hex": "#ffd700"}
    )

    assert answer.status_code == 303
    assert [colour["name"] for colour in one(database, Pin).colours] == ["Moth green", "Gold"]


def test_the_preview_is_what_visitors_will_read_and_saves_nothing(client, at, database):
    hostile = "# Night\n\n<script>alert(1)</script> **bold** [x](javascript:alert(1))"

    answer = client.submit(at.pin, {**PIN, "story": hostile, "preview": "1"})

    shown = client.page.select_one("#story-preview")
    assert answer.status_code == 200
    assert shown.select_one("h2").get_text() == "Night"
    assert shown.select("script, a[href^=javascript]") == []
    assert one(database, Pin).story == "It flies at night."


WRONG_SHIPPING = [
    ({"days": "0"}, "Enter a whole number from 1 to 365."),
    ({"zones-0-countries": "Atlantis"}, "We know no country called Atlantis."),
    ({"zones-0-countries": ""}, "List the zone’s countries, or tick"),
    ({"zones-0-name": ""}, "Name the zone"),
    ({"zones-0-first": "4.505"}, "Enter at most 2 decimals."),
    ({"zones-0-countries": "Portugal, PT, Antarctica"}, "Antarctica stands in two places."),
    ({"zones-0-everywhere": "y", "zones-0-countries": ""}, "“Everywhere else” stands in two zones."),
    ({"rates-0-rate": "31"}, "Enter a number from 0.00 to 30.00."),
    ({"rates-0-country": "Portugal, Spain"}, "Name one country."),
]


def test_shipping_is_refused_in_a_sentence(client, at):
    for changes, sentence in WRONG_SHIPPING:
        refused(client, at.shipping, {**SHIPPING, **changes}, sentence)

        assert client.page.select_one("[name=zones-1-name]")["value"] == "World"


def test_shipping_is_kept_as_it_was_meant(client, at, database):
    answer = client.submit(
        at.shipping, {**SHIPPING, "zones-0-countries": "portugal; Côte d’Ivoire, ES", "zones-0-first": "4,50"}
    )
    client.get(at.shipping)

    artist = one(database, Artist)
    assert answer.status_code == 303
    assert [(z.countries, z.first_minor, z.further_minor) for z in artist.zones] == [
        (("PT", "CI", "ES"), 450, 100),
        (("*",), 1200, 300),
    ]
    assert (artist.tax_rates, artist.excluded_countries) == ({"PT": 2300}, ["AQ"])
    assert client.page.select_one("[name=zones-0-countries]")["value"] == "Portugal, Côte d’Ivoire, Spain"


WRONG_EDITIONS = [
    ({"size": "0"}, "Enter a whole number from 1 to 100,000."),
    ({"size": "9" * 5_000}, "Enter a whole number"),
    ({"price_minor": "0"}, "Enter a number from 0.01 to 99999.99."),
    ({"price_minor": "28.005"}, "Enter at most 2 decimals."),
    ({"price_minor": "€28"}, "Enter a number such as 28.00."),
    ({"reserved": "11", "reserved_note": "x"}, "Keep back numbers of this edition only: 1 to 10."),
    ({"reserved": "1-10", "reserved_note": "x"}, "leave at least one to sell"),
    ({"reserved": "1"}, "Tell visitors where these numbers go"),
    ({"reserved": "1-999999"}, "is no number and no range"),
    ({"reserved": "7-3"}, "7-3 is no number and no range"),
    ({"policy": "raffle"}, "Not a valid choice."),
    ({"per_person": "21"}, "Enter a whole number from 1 to 20."),
]


def test_an_edition_is_refused_in_a_sentence(client, at):
    for changes, sentence in WRONG_EDITIONS:
        refused(client, at.edition, {**EDITION, **changes}, sentence)


def test_an_editions_price_and_reserved_numbers_are_kept_as_they_were_meant(client, at, database):
    client.submit(at.edition, {**EDITION, "price_minor": "28,5", "reserved": "7, 1–3", "reserved_note": "The archive"})
    client.get(at.edition)

    edition = one(database, Edition)
    assert (edition.price_minor, edition.reserved) == (2850, [1, 2, 3, 7])
    assert client.page.select_one("[name=reserved]")["value"] == "1-3, 7"
    assert client.page.select_one("[name=price_minor]")["value"] == "28.50"


WRONG_PLANS = [
    ({"opens": ""}, "Enter day and time of the opening."),
    ({"opens": "2026-13-01T10:00"}, "Enter day and time, such as 2030-05-17 19:00."),
    ({"opens": "0001-01-01T00:00"}, "Enter day and time, such as"),
    ({"zone": "Europe/Nowhere"}, "Not a valid choice."),
    ({"zone": "../../etc/passwd"}, "Not a valid choice."),
    ({"closes": "2026-06-03T12:59"}, "The drop would close before it opens."),
    (
        {"zone": "Europe/Berlin", "opens": "2027-03-28T02:30"},
        "there is no 02:30. The nearest times are 01:30 and 03:30.",
    ),
    ({"zone": "Europe/Berlin", "opens": "2026-10-25T02:30"}, "02:30 comes twice."),
    ({"editions": "999"}, "not a valid choice"),
]


def test_a_plan_is_refused_in_a_sentence(client, at):
    for changes, sentence in WRONG_PLANS:
        refused(client, at.plan, {**DROP, "editions": "1", **changes}, sentence)

        assert client.page.select_one("[name=title]")["value"] == "Luna"


@pytest.mark.parametrize(("which", "utc"), [("1", "2026-10-25T00:30:00+00:00"), ("2", "2026-10-25T01:30:00+00:00")])
def test_a_time_that_comes_twice_is_asked_about_and_then_taken(client, at, database, which, utc):
    twice = {**DROP, "editions": "1", "zone": "Europe/Berlin", "opens": "2026-10-25T02:30"}
    client.submit(at.plan, twice)
    assert len(client.page.select("[name=opens_which]")) == 2

    client.submit(at.plan, {**twice, "opens_which": which})

    assert one(database, Drop).opens_at.isoformat() == utc


def test_the_edition_shown_large_comes_first(client, at, database):
    client.submit(at.new_edition, {**EDITION, "size": "5"})

    answer = client.submit(at.plan, {**DROP, "editions": ["1", "2"], "large": "2"})

    assert answer.status_code == 303
    with database.transaction() as session:
        assert [edition.id for edition in list_editions(session, 1)] == [2, 1]


def test_the_enter_key_saves_and_does_not_add_rows_or_preview(client, at):
    for address in ("/studio/artists/new", at.artist, at.shipping, at.new_pin, at.pin, at.steps, at.edition, at.plan):
        client.get(address)

        first = client.page.select_one("main form button[type=submit]")

        assert first.get("name") is None, address


def test_an_announcement_needs_the_tick_and_a_complete_list(client, at, database):
    refused(client, at.announcement, {}, "Tick this to announce the drop.")
    client.submit(at.hung, {"act": "remove"})

    refused(client, at.announcement, {"agreed": "y"}, "Something is still missing.")

    assert client.page.select_one(".checks .warn a")["href"] == at.pictures
    assert one(database, Drop).state is DropState.DRAFT


def test_after_the_announcement_pages_offer_words_only(client, at, database):
    client.submit(at.announcement, {"agreed": "y"})

    client.get(at.pin)
    assert client.page.select("[name=width_tenths]") == []
    client.submit(at.pin, {**PIN, "title": "Luna moth", "width_tenths": "99"})
    client.get(at.plan)
    assert client.page.select("[name=opens]") == []
    client.submit(at.plan, {**DROP, "title": "Luna moth", "opens": "2030-01-01T10:00"})
    refusal = client.submit(at.edition, {**EDITION, "size": "11"})
    client.get(at.artist)
    assert client.page.select("[name=currency]") == []
    client.submit(at.artist, {**ARTIST, "currency": "USD"})
    kept = client.submit(at.removal)

    pin, drop, edition, artist = (one(database, model) for model in (Pin, Drop, Edition, Artist))
    assert (pin.title, pin.width_tenths) == ("Luna moth", 380)
    assert (drop.title, drop.opens_at.year) == ("Luna moth", 2026)
    assert (refusal.status_code, kept.status_code, edition.size) == (409, 303, 10)
    assert (artist.currency, artist.name) == ("EUR", "Ines Example")


def test_an_announcement_pressed_twice_is_one(client, at, database):
    answers = [client.submit(at.announcement, {"agreed": "y"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert one(database, Drop).state is DropState.ANNOUNCED


def test_a_plan_nobody_has_seen_is_thrown_away_without_a_reason(client, at, database):
    client.get(at.cancellation)
    assert client.page.select("[name=reason]") == []

    client.get(client.submit(at.cancellation).location)

    assert "The plan is thrown away." in told(client)
    assert client.page.select("table") == []
    assert one(database, Drop).state is DropState.CANCELLED


def test_a_cancellation_says_why(client, at, database):
    client.submit(at.announcement, {"agreed": "y"})
    refused(client, at.cancellation, {"reason": " "}, "Give visitors a reason.")

    client.submit(at.cancellation, {"reason": "The factory burnt down."})

    drop = one(database, Drop)
    assert (drop.state, drop.cancel_reason) == (DropState.CANCELLED, "The factory burnt down.")


def test_an_announced_opening_is_put_off_and_never_brought_forward(client, at, database, clock, sign_in_as):
    assert client.get(at.timing).status_code == 303
    client.submit(at.announcement, {"agreed": "y"})
    client.get(at.timing)
    stands = client.page.select_one("[name=opens]")["value"]

    refused(client, at.timing, {**DROP, "opens": stands, "closes": ""}, "The opening can only be put off")
    client.get(client.submit(at.timing, {**DROP, "opens": "2026-12-01T10:00", "closes": ""}).location)

    assert "The opening is put off." in told(client)
    assert one(database, Drop).opens_at.month == 12
    clock.at = one(database, Drop).opens_at
    sign_in_as(client, at.member)
    client.get(client.get(at.timing).location)
    assert "Only an announced drop" in told(client)


def test_an_open_drop_is_paused_resumed_and_closed(client, at, database, clock, sign_in_as):
    client.submit(at.announcement, {"agreed": "y"})
    clock.tick(days=3)
    sign_in_as(client, at.member)

    def state():
        return one(database, Drop).state

    client.submit(at.cancellation, {"reason": "Too late"})
    client.get(at.drop)
    assert "can’t be cancelled any more" in told(client)
    assert state() is DropState.ANNOUNCED

    client.submit(at.pauses, {"reason": "A jam"})
    client.get(at.drop)
    assert "Visitors read: A jam" in told(client)
    assert state() is DropState.PAUSED

    client.submit(at.resumptions)
    assert state() is DropState.OPEN

    refused(client, at.closing, {}, "Tick this to end the sale.")
    client.submit(at.closing, {"sure": "y"})
    client.get(at.drop)
    assert state() is DropState.CLOSED
    assert client.page.select("main .row .button") == []


def test_the_board_counts(client, at, database):
    client.submit(at.announcement, {"agreed": "y"})

    client.get(at.drop)

    assert [dd.get_text(strip=True) for dd in client.page.select(".stats dd")] == ["0", "0", "10"]


def test_a_preview_link_is_shown_once_and_stored_hashed(client, at, database):
    answer = client.submit(at.previews)
    link = client.page.select_one("#link")["value"]

    drop = one(database, Drop)
    assert answer.status_code == 201
    assert link.startswith(f"http://localhost/d/{drop.slug}?preview=")
    assert drop.preview_hash not in link
    assert link.rpartition("=")[2] not in drop.preview_hash


def test_pictures_are_moved_described_and_taken_down(client, at, database):
    for data, said in (
        ({"act": "describe", "alt": ""}, "Say what the picture shows"),
        ({"act": "describe", "alt": "A moth"}, "The words are saved"),
        ({"act": "later"}, "hangs in its new place"),
        ({"act": "nonsense", "alt": "A moth"}, "The words are saved"),
        ({"act": "remove"}, "taken down"),
    ):
        client.get(client.submit(at.hung, data).location)
        assert said in told(client)

    assert client.submit(at.hung, {"act": "remove"}).status_code == 404


HOSTILE = [
    "x" * 30_000, "-1", "99999999999999999999", "NaN", "٣", "\u202e\u2028\ufeff", "'; DROP TABLE pin;--", "%(name)s %s {0} ${7*7}",
    "\r\nSet-Cookie: a=b", "9999-12-31T23:59", "😀" * 50,
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_anybody_types_breaks_a_form(client, at, typed):
    forms = {
        "/studio/artists/new": ARTIST, at.artist: ARTIST, at.shipping: SHIPPING, at.new_pin: PIN, at.pin: PIN, at.steps: {"mold": ""},
        at.new_edition: EDITION, at.edition: EDITION, at.plan: DROP, at.new_drop: DROP, at.cancellation: {"reason": ""},
        at.pictures: {"role": "", "alt": "", "picture_kept": ""}, at.hung: {"act": "", "alt": ""},
    }  # fmt: skip

    for address, fields in forms.items():
        for name in fields:
            answer = client.submit(address, {**fields, name: typed})
            assert answer.status_code in (200, 303, 400, 404, 422), (address, name, answer.status_code)
            assert "Set-Cookie: a=b" not in str(answer.headers)
