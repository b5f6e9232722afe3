"""A drop's page in each of its states, as a person reads it."""

import hashlib
import json
import re
from datetime import timedelta

import pytest

from factories import NOON
from shopfront import hang, hold, numbers_in_hand, sell
from storefront.catalog.drops import DropState, WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.catalog.previews import new_preview
from storefront.inventory.holds import GRACE, HOLD_FOR


def read(client, address, status=200):
    """The page's words, as one line."""
    response = client.get(address)
    assert response.status_code == status
    return re.sub(r"\s+", " ", client.page.get_text(" ", strip=True)).replace(" .", ".").replace(" ,", ",")


def buy_links(client):
    return [link["href"] for link in client.page.select("a[data-hold-url]") if not link.find_parent("template")]


def test_an_open_drop_offers_the_next_free_number_with_all_that_it_costs(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 100, "price_minor": 2800})
        sell(session, luna.edition, 3)
        hold(session, luna.edition)

    words = read(client, luna.url)

    assert "Open now, since 13:00 in Lisbon" in words
    assert "Next free number 5" in words
    assert "96 of 100 left." in words
    assert "Hold number 5" in words
    assert "€28.00" in words
    assert "Plus shipping from €4.50. One per person. Numbers are sold in order" in words
    assert "held for you for 10 minutes while you pay" in words
    assert "Ships within 10 days of your payment." in words
    assert client.page.select_one("h1").get_text() == "Luna"


def test_the_button_works_without_script_and_carries_what_the_script_needs(client, database):
    with database.transaction() as session:
        luna = hang(session)

    read(client, luna.url)

    link = client.page.select_one("a.buy")
    assert link["href"] == f"{luna.url}/take?edition={luna.edition.id}"
    assert link["data-hold-url"] == f"{luna.url}/holds"
    assert link["data-edition-id"] == str(luna.edition.id)
    assert client.page.body["data-live-url"] == f"{luna.url}/live.json"
    assert client.page.body["data-me-url"] == f"{luna.url}/me"
    assert client.page.body["data-state"] == "open"


def test_the_wall_says_of_each_piece_what_it_is(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 5, "proofs": 2, "reserved": [5]})
        sell(session, luna.edition)
        hold(session, luna.edition)

    read(client, luna.url)

    pieces = [item.get_text() for item in client.page.select("ol[data-wall=numbered] li")]
    assert pieces == ["1, sold", "2, held", "3, free", "4, free", "5, not for sale"]
    assert [item.get_text() for item in client.page.select("ol[data-wall=proof] li")] == [
        "AP 1, not for sale",
        "AP 2, not for sale",
    ]
    assert client.page.select_one("ol[data-wall=numbered] li.next").get_text() == "3, free"


def test_a_scheduled_drop_says_when_it_opens_here_and_elsewhere_and_offers_no_button(client, database, clock):
    clock.at = NOON - timedelta(days=2)
    with database.transaction() as session:
        luna = hang(session, {"size": 150, "price_minor": 3200}, state=DropState.ANNOUNCED)

    words = read(client, luna.url)

    assert "Opens Monday 1 June, 13:00 in Lisbon" in words
    assert "150 pins at €32.00." in words
    assert "13:00 Lisbon is 14:00 Paris, 08:00 New York, 21:00 Tokyo, 12:00 UTC." in words
    assert buy_links(client) == []
    assert client.page.select_one("[data-countdown]")["data-countdown"] == str(int(NOON.timestamp() * 1000))
    assert "Hold number 1" in str(client.page.select_one("template[data-at-opening]"))


def test_an_announced_drop_is_open_from_its_hour_on_whether_or_not_anybody_wrote_it_down(client, database):
    with database.transaction() as session:
        luna = hang(session, state=DropState.ANNOUNCED)

    words = read(client, luna.url)

    assert "Open now" in words
    assert len(buy_links(client)) == 1


def test_a_paused_drop_gives_the_reason_and_offers_no_button(client, database):
    with database.transaction() as session:
        luna = hang(session, state=DropState.PAUSED, pause_reason="The kiln has stopped.")

    words = read(client, luna.url)

    assert "Paused" in words
    assert "The kiln has stopped." in words
    assert buy_links(client) == []


def test_when_all_are_held_the_page_says_how_many_may_come_back_and_when(client, database, clock):
    with database.transaction() as session:
        luna = hang(session, {"size": 3})
        sell(session, luna.edition)
        hold(session, luna.edition)
        hold(session, luna.edition)
    clock.tick(seconds=61)

    words = read(client, luna.url)

    assert "All numbers are taken or held" in words
    assert "2 may come back in 9 minutes." in words
    assert "Sold out" not in words
    assert buy_links(client) == []


def test_an_overdue_hold_counts_as_coming_back_and_may_be_asked_for(client, database, clock):
    with database.transaction() as session:
        luna = hang(session, {"size": 1})
        hold(session, luna.edition)
    clock.at += HOLD_FOR + GRACE

    words = read(client, luna.url)

    assert "1 may come back at any moment." in words
    assert client.page.find("a", string=re.compile("Ask for one"))["href"].startswith(f"{luna.url}/take")


def test_a_sold_out_drop_says_how_long_it_took(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 3})
        sell(session, luna.edition, 3)

    words = read(client, luna.url)

    assert "Sold out in 4 min 12 sec" in words
    assert "Every number has its owner." in words
    assert client.page.select_one(".offer .no")["aria-label"] == "3 of 3 sold"
    assert buy_links(client) == []


def test_a_closed_drop_says_when_it_closed_and_how_many_were_sold(client, database, clock):
    with database.transaction() as session:
        luna = hang(session, {"size": 5}, closes_at=NOON + timedelta(hours=1))
        sell(session, luna.edition, 2)
    clock.tick(hours=2)

    words = read(client, luna.url)

    assert "Closed Monday 1 June, 14:00 in Lisbon" in words
    assert client.page.select_one(".offer .no")["aria-label"] == "2 of 5 sold"
    assert buy_links(client) == []


def test_what_a_closed_drop_has_left_is_not_free_but_not_sold(client, database, clock):
    with database.transaction() as session:
        luna = hang(session, {"size": 5}, closes_at=NOON + timedelta(hours=1))
        sell(session, luna.edition, 2)
    read(client, luna.url)
    before = client.page.select_one(".key").get_text(" ", strip=True)
    clock.tick(hours=2)

    read(client, luna.url)
    wall = client.page.select_one("[data-wall='numbered']")
    told = client.get(f"{luna.url}/live.json").get_json()["editions"][0]

    assert before == "2 sold 0 held 3 free"
    assert client.page.select_one(".key").get_text(" ", strip=True) == "2 sold 0 held 3 not sold"
    assert client.page.select_one("[data-swap^='marks']").get_text(strip=True) == "A red dot means sold."
    assert wall["data-free"] == "not sold"
    assert [cell.get_text() for cell in wall.select(".free .sr")] == [", not sold"] * 3
    assert told["unsold"] == 3
    assert not {"free", "next_free"} & told.keys()


def test_a_cancelled_drop_is_gone_but_explains_itself(client, database):
    with database.transaction() as session:
        luna = hang(session, state=DropState.CANCELLED, cancel_reason="The die cracked.")

    words = read(client, luna.url, status=410)

    assert "Luna will not be sold" in words
    assert "The die cracked." in words


def test_a_draft_is_not_there(client, database):
    with database.transaction() as session:
        luna = hang(session, minted=False, state=DropState.DRAFT, announced_at=None)

    assert client.get(luna.url).status_code == 404
    assert client.get(f"{luna.url}?preview=").status_code == 404
    assert client.get(f"{luna.url}?preview=guess").status_code == 404
    assert client.get(f"{luna.url}/live.json").status_code == 404
    assert client.get(f"{luna.url}/me").status_code == 404


def test_the_preview_link_shows_a_draft_to_who_has_it_and_to_no_cache(client, database):
    with database.transaction() as session:
        luna = hang(
            session,
            {"size": 4, "reserved": [1]},
            minted=False,
            state=DropState.DRAFT,
            announced_at=None,
            opens_at=NOON + timedelta(days=3),
        )
        token = new_preview(session, luna.drop)

    words = read(client, f"{luna.url}?preview={token}")
    response = client.get(f"{luna.url}?preview={token}")

    assert "A preview." in words
    assert "Opens Thursday 4 June, 13:00 in Lisbon" in words
    assert response.headers["Cache-Control"] == "no-store"
    assert "data-live-url" not in response.text
    assert client.page.select_one("ol[data-wall=numbered] li").get_text() == "1, not for sale"


def test_where_buyers_pick_every_free_number_is_a_link_and_no_other(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 4, "policy": NumberPolicy.PICK})
        hold(session, luna.edition, number=2)

    words = read(client, luna.url)

    links = client.page.select("ol[data-wall=numbered] a[href]")
    assert [link.get_text() for link in links] == ["1", "3", "4"]
    assert links[1]["href"] == f"{luna.url}/take?edition={luna.edition.id}&number=3"
    assert "Pick any free number from the wall" in words or "Pick a free number" in words


def test_a_sealed_edition_is_told_in_counts_and_names_no_number(client, database):
    with database.transaction() as session:
        # The secret's shuffle may give any numbers: 900 and more make them three digits that stand nowhere else.
        luna = hang(
            session, {"size": 987, "policy": NumberPolicy.SEALED, "reserved_note": "Two are kept by the museum."}
        )
        sell(session, luna.edition, 2)
        hold(session, luna.edition)
        taken = numbers_in_hand(session, luna.edition)

    words = read(client, luna.url)
    html = client.get(luna.url).text
    document = client.get(f"{luna.url}/live.json").get_json()

    assert "984 of 987 left." in words
    assert "Hold a sealed number" in words
    assert "you learn yours when you have paid" in words
    assert luna.edition.seed_hash in html
    assert luna.edition.seed not in html
    assert 'data-wall="numbered"' not in html
    assert "next_free" not in html
    (said,) = document["editions"]
    assert said.keys() == {"id", "state", "sold", "held", "free", "returns_at", "returns_in", "wall"}
    assert said["wall"] == {}
    words_alone = re.sub(r"[0-9a-f]{64}", "", client.page.get_text(" "))
    assert not {int(n) for n in re.findall(r"\d+", words_alone)} & ({n for n in taken if n > 100} - {984, 987})


def test_a_sealed_edition_shows_its_wall_once_it_is_sold_out(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 2, "policy": NumberPolicy.SEALED})
        sell(session, luna.edition, 2)

    read(client, luna.url)

    assert [item.get_text() for item in client.page.select("ol[data-wall=numbered] li")] == ["1, sold", "2, sold"]


def test_a_closed_sealed_drop_publishes_the_secret_of_its_order(client, database):
    with database.transaction() as session:
        sealed = {"size": 5, "policy": NumberPolicy.SEALED, "seed_revealed_at": NOON}
        luna = hang(session, sealed, state=DropState.CLOSED)

    words = read(client, luna.url)

    assert f"Secret: {luna.edition.seed}" in words
    assert f"Seal: {hashlib.sha256(luna.edition.seed.encode()).hexdigest()}" in words


def test_a_closed_sealed_drop_keeps_its_secret_while_somebody_may_still_pay(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 5, "policy": NumberPolicy.SEALED})
        hold(session, luna.edition)
        luna.drop.state = DropState.CLOSED

    words = read(client, luna.url)

    assert "Secret" not in words
    assert luna.edition.seed not in client.get(luna.url).text
    assert not client.page.select("ol[data-wall=numbered]")


def test_several_editions_stand_on_one_page_each_with_its_own_offer_and_wall(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 2}, {"size": 3, "price_minor": 4000}, {"size": 1})
        sell(session, luna.editions[2])

    words = read(client, luna.url)

    places = client.page.select("[data-edition]")
    assert [place["data-edition"] for place in places] == [str(edition.id) for edition in luna.editions]
    assert [place["data-state"] for place in places] == ["open", "open", "sold_out"]
    assert [len(place.select("ol[data-wall=numbered] li")) for place in places] == [2, 3, 1]
    assert all(len(place.select("[data-edition]")) == 0 for place in places)
    assert buy_links(client) == [f"{luna.url}/take?edition={edition.id}" for edition in luna.editions[:2]]
    assert "€40.00" in words


def test_a_wall_of_four_hundred_has_pictures_a_larger_one_dots(client, database):
    with database.transaction() as session:
        small = hang(session, {"size": 400})
        large = hang(session, {"size": 401})

    read(client, small.url)
    pictures = len(client.page.select("ol.wall img"))
    read(client, large.url)

    assert pictures == 400
    assert client.page.select("ol.wall img") == []
    assert len(client.page.select("ol.wall.dots li")) == 401


@pytest.mark.parametrize(
    ("asked", "status", "answer"),
    [
        ("1", 200, "Number 1 is held while someone pays."),
        ("2", 200, "Number 2 is free."),
        ("0", 400, "There is no number 0 here. Type a whole number from 1 to 2001."),
        ("2002", 400, "There is no number 2002 here."),
        ("seven", 400, "There is no number seven here."),
        ("-1", 400, "There is no number -1 here."),
        ("99999999999999999999", 400, "There is no number 99999999999999999999 here."),
        ("٣", 400, "There is no number ٣ here."),
    ],
)
def test_an_edition_too_large_to_draw_answers_for_one_number(client, database, asked, status, answer):
    with database.transaction() as session:
        luna = hang(session, {"size": 2001, "policy": NumberPolicy.PICK})
        hold(session, luna.edition, number=1)

    words = read(client, f"{luna.url}?edition={luna.edition.id}&number={asked}", status)

    assert answer in words
    assert client.page.select("ol[data-wall=numbered]") == []
    assert client.page.select_one("input[name=number]")["value"] == asked
    take = [a["href"] for a in client.page.select(".answer a")]
    assert take == ([f"{luna.url}/take?edition={luna.edition.id}&number=2"] if asked == "2" else [])


def test_the_story_is_rendered_and_harmless(client, database):
    with database.transaction() as session:
        luna = hang(
            session,
            pin={
                "story": "Moths *live* a week.\n\n<script>alert(1)</script>",
                "quote": "It came to my window.",
                "colours": [{"name": "Moth green", "hex": "#a8d8c0"}],
                "meaning_note": "A kitchen in June",
            },
        )

    words = read(client, luna.url)

    assert client.page.select_one(".prose em").get_text() == "live"
    assert client.page.select(".prose script") == []
    assert "“It came to my window.”" in words
    assert "Moth green" in words
    assert "An artwork. A kitchen in June" in words
    assert len(client.page.select("ol.steps > li")) == 6
    assert "A picture of the plan, not a photograph." in words


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (WhoMayHold.CONFIRMED, "For confirmed e-mail addresses: sign in"),
        (WhoMayHold.ACCOUNTS, "For people with an account: sign in"),
    ],
)
def test_a_drop_that_is_not_for_anyone_says_so_beside_the_button(client, database, who, words):
    with database.transaction() as session:
        luna = hang(session, who_may_hold=who)

    assert words in read(client, luna.url)


def test_other_drops_hang_below_but_never_the_drop_itself(client, database):
    with database.transaction() as session:
        luna = hang(session)
        crossing = hang(session, title="Crossing")
        hang(session, title="Hidden", minted=False, state=DropState.DRAFT, announced_at=None)

    read(client, luna.url)

    assert [a["href"] for a in client.page.select(".drop-card a")] == [crossing.url]


def test_a_drop_without_pictures_still_has_a_whole_page(client, database):
    with database.transaction() as session:
        luna = hang(session, pictured=False)

    assert "Hold number 1" in read(client, luna.url)


@pytest.mark.parametrize(
    ("values", "sold", "availability"),
    [
        ({}, 0, "LimitedAvailability"),
        ({"opens_at": NOON + timedelta(days=1), "state": DropState.ANNOUNCED}, 0, "PreOrder"),
        ({}, 1, "SoldOut"),
        ({"state": DropState.CLOSED}, 0, "OutOfStock"),
    ],
)
def test_search_engines_are_told_the_work_its_edition_and_whether_it_can_be_had(
    client, database, values, sold, availability
):
    with database.transaction() as session:
        luna = hang(session, {"size": 1, "price_minor": 2805}, pin={"title": "</script>Luna"}, **values)
        sell(session, luna.edition, sold)

    client.get(luna.url)

    told = json.loads(client.page.select_one("script[type='application/ld+json']").string)["@graph"]
    (work,) = [part for part in told if "VisualArtwork" in part["@type"]]
    assert work["name"] == "</script>Luna"
    assert work["artEdition"] == 1
    assert work["creator"]["name"] == "Ines Varela"
    assert work["offers"]["price"] == "28.05"
    assert work["offers"]["availability"] == f"https://schema.org/{availability}"
    assert work["url"] == f"http://localhost{luna.url}"


@pytest.mark.parametrize(
    "query",
    ["?page=x", "?edition=%00", "?number=%FF", "?preview=" + "x" * 2000, "?edition[]=1&a&&=", "?edition=1&edition=2"],
)
def test_an_absurd_query_is_no_server_error(client, database, query):
    with database.transaction() as session:
        luna = hang(session)

    assert client.get(luna.url + query).status_code in (200, 400)


@pytest.mark.parametrize("slug", ["nothing", "a" * 900, "Luna%00", "..", "%F0%9F%A6%8B", "'; drop table drop; --"])
def test_an_unknown_drop_is_not_there(client, slug):
    assert client.get(f"/d/{slug}").status_code in (400, 404)
    assert client.get(f"/d/{slug}/live.json").status_code in (400, 404)
