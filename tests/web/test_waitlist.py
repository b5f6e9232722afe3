"""The waitlist as its people meet it: the way on, one's place, the mails, the offer and the way off."""

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from factories import NOON
from people import a_person
from queues import a_turn, hold_all
from shopfront import hang, sell
from storefront.accounts import throttle
from storefront.catalog.drops import Drop, DropState, WhoMayHold
from storefront.catalog.editions import NumberPolicy
from storefront.inventory.holds import Hold, HoldState
from storefront.inventory.releasing import release
from storefront.inventory.running import close
from storefront.inventory.turns import Turn, TurnState
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import OutboxMessage
from storefront.waitlist.ending import tell_some
from storefront.waitlist.offering import end_if_closed, note_answers, offer_one
from storefront.web.emails import make_renderer
from web.test_emails import assert_the_same_in_both


@pytest.fixture(params=["sqlite"])
def engine_name(request):
    """The queue itself is tested on both databases."""
    return request.param


@pytest.fixture
def render(app):
    return make_renderer(app)


@pytest.fixture
def luna(database):
    """Two numbers, both in somebody's hands."""
    with database.transaction() as session:
        luna = hang(session, {"size": 2})
        hold_all(session, luna.edition)
        return luna


@pytest.fixture
def mailed(database, render):
    """`mailed(kind)`: the newest mail of this kind, as it would be sent now; and the path its link leads to."""

    def newest(kind):
        with database.reading() as session:
            query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc()).limit(1)
            message = session.scalars(query).one()
        mail = render(kind, message.refs)
        return mail, mail and re.search(r"http://localhost(/waitlist/\S+)", mail.text)[1]

    return newest


def bring_back(database, edition, at=NOON):
    """One walk-in gives their number back, and the clock comes by."""
    with database.transaction() as session:
        query = select(Hold.id).where(Hold.edition_id == edition.id, Hold.state == HoldState.ACTIVE)
        first = session.scalars(query.where(Hold.offered_until.is_(None)).order_by(Hold.id)).first()
        release(session, [first], expect=(HoldState.ACTIVE,))
    with database.transaction() as session:
        note_answers(session, edition.id, at=at)
        return offer_one(session, edition.id, at=at)


def turns(database):
    with database.reading() as session:
        return list(session.scalars(select(Turn).order_by(Turn.id)))


def join(client, luna, email="ada@example.org"):
    return client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id, "email": email})


def text(client):
    return " ".join(client.page.get_text(" ").split())


def test_a_guest_joins_by_a_mailed_link_and_comes_by_another_to_the_number(client, app, database, luna, mailed):
    client.get(luna.url)
    client.get(client.page.find("a", string="Join the waitlist")["href"])
    assert join(client, luna).status_code == 303
    client.get(f"{luna.url}/waitlist")
    assert "we sent a link to ada@example.org" in text(client)
    mail, link = mailed(Kind.WAITLIST_ASKED)
    assert mail.to == "ada@example.org"
    assert [turn.state for turn in turns(database)] == [TurnState.ASKED]

    client.get(link)
    assert [turn.state for turn in turns(database)] == [TurnState.ASKED], "opening it does nothing"
    assert client.submit(link).status_code == 303
    client.get(f"{luna.url}/waitlist")
    assert "This is your place" in text(client)
    assert "place 1 of 1" in str(client.page)

    bring_back(database, luna.edition)
    mail, link = mailed(Kind.WAITLIST_OFFER)
    assert "number 1 came back and is held for you at €28.00" in mail.text
    assert re.search(r"Pay until Monday 1 June,? .*13:30 in Lisbon", mail.text)
    other = app.test_client()  # the mail is read on another device
    answer = other.get(link)
    other.get(answer.location)
    assert "It came back, and on the waitlist it was your turn." in " ".join(other.page.get_text(" ").split())
    assert other.page.find("input", {"name": "email"})["value"] == "ada@example.org"
    assert app.test_client().get(answer.location).status_code == 404, "nobody else may see it"


def test_a_confirmed_account_joins_with_one_press_and_sees_its_turn_everywhere(
    client, app, database, luna, sign_in_as, mailed
):
    with database.transaction() as session:
        ada = a_person(session)
    sign_in_as(client, ada)

    assert client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id}).status_code == 303

    assert [turn.state for turn in turns(database)] == [TurnState.WAITING]
    mail, _link = mailed(Kind.WAITLIST_JOINED)
    assert "Your place is 1" in mail.text
    assert "None of the 2 numbers has come back" in mail.text
    turn = bring_back(database, luna.edition)
    elsewhere = sign_in_as(app.test_client(), ada)
    assert elsewhere.get(f"/holds/{turn.hold_id}").status_code == 200


def test_who_is_on_the_list_and_who_is_not_get_the_same_answer(client, database, luna):
    answers = []
    for email in ("ada@example.org", "ada@example.org", "bob@example.org"):
        answer = join(client, luna, email)
        client.get(answer.location)
        answers.append((answer.status_code, text(client).replace(email, "…")))

    assert len(set(answers)) == 1
    assert len(turns(database)) == 2


def test_one_address_is_not_written_to_without_end(client, luna):
    codes = [join(client, luna).status_code for _ in range(6)]

    assert codes == [303] * 5 + [429]
    assert client.page.find("input", {"name": "email"})["value"] == "ada@example.org"


def test_nobody_joins_and_leaves_without_end(client, database, luna, sign_in_as, monkeypatch):
    monkeypatch.setattr(throttle, "JOINS", dataclasses.replace(throttle.JOINS, most=1))
    with database.transaction() as session:
        ada = a_person(session)
    sign_in_as(client, ada)
    client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id})
    client.submit(f"{luna.url}/waitlist/departures", {"edition": luna.edition.id})

    client.get(client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id}).location)

    assert "That was tried too often." in text(client)
    assert [turn.state for turn in turns(database)] == [TurnState.LEFT]


def test_a_wrong_address_is_told_and_kept(client, luna):
    assert join(client, luna, "ada at example").status_code == 400

    assert client.page.find("input", {"name": "email"})["value"] == "ada at example"
    assert "That does not look like an e-mail address." in text(client)


def test_leaving_gives_the_place_up(client, database, luna, sign_in_as):
    with database.transaction() as session:
        ada = a_person(session)
    sign_in_as(client, ada)
    client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id})

    assert client.submit(f"{luna.url}/waitlist/departures", {"edition": luna.edition.id}).status_code == 303

    assert [turn.state for turn in turns(database)] == [TurnState.LEFT]
    client.get(f"{luna.url}/waitlist")
    assert "You left the waitlist" in text(client)
    assert client.page.find("button", string="Join the waitlist")


def test_nobody_takes_another_ones_place_away(client, app, database, luna, sign_in_as):
    with database.transaction() as session:
        a_turn(session, luna.edition)

    assert client.submit(f"{luna.url}/waitlist/departures", {"edition": luna.edition.id}).status_code == 404
    assert [turn.state for turn in turns(database)] == [TurnState.WAITING]


def test_the_public_page_says_how_many_wait_and_offers_them_nothing_to_overtake_with(client, database, luna):
    with database.transaction() as session:
        a_turn(session, luna.edition)
        query = select(Hold.id).where(Hold.edition_id == luna.edition.id).order_by(Hold.id).limit(1)
        release(session, list(session.scalars(query)), expect=(HoldState.ACTIVE,))

    client.get(luna.url)
    document = client.get(f"{luna.url}/live.json").get_json()

    assert document["state"] == "all_held"
    (edition,) = document["editions"]
    assert (edition["waiting"], edition["free"], edition["held"]) == (1, 0, 2)
    assert "next_free" not in edition
    assert "1 person waits." in text(client)
    client.get(f"{luna.url}/take?edition={luna.edition.id}")
    assert client.page.find("a", string="Join the waitlist")
    assert "What comes back goes to those who wait." in text(client)
    assert not client.page.find("button", class_="buy")


@pytest.mark.parametrize(
    ("drop", "sold", "offered"),
    [
        ({}, 2, True),
        ({"state": DropState.CLOSED}, 2, False),
        ({"closes_at": NOON + timedelta(minutes=9)}, 0, False),
        ({"state": DropState.PAUSED}, 0, False),
    ],
)
def test_the_page_leads_to_the_list_while_there_is_something_to_wait_for(client, database, drop, sold, offered):
    with database.transaction() as session:
        luna = hang(session, {"size": 2})
        sell(session, luna.edition, sold, at=NOON)
        hold_all(session, luna.edition)
        for name, value in drop.items():
            setattr(session.merge(luna.drop), name, value)

    client.get(luna.url)

    assert bool(client.page.find("a", string="Join the waitlist")) is offered
    client.get(f"{luna.url}/waitlist")
    assert bool(client.page.find("button", string="Join the waitlist")) is (offered or drop.get("state") == "paused")


def test_nobody_waits_while_a_number_is_free(client, database):
    with database.transaction() as session:
        luna = hang(session, {"size": 2})

    client.get(join(client, luna).location)

    assert "You need not wait: a number is free now." in text(client)
    assert turns(database) == []


def test_a_drop_for_confirmed_addresses_has_a_list_for_them_alone(client, database, sign_in_as):
    with database.transaction() as session:
        luna = hang(session, {"size": 1}, who_may_hold=WhoMayHold.CONFIRMED)
        hold_all(session, luna.edition)
        ada = a_person(session)

    client.get(f"{luna.url}/waitlist")
    assert "sign in to join" in text(client)
    assert join(client, luna).status_code == 403
    sign_in_as(client, ada)
    assert client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id}).status_code == 303
    assert [turn.state for turn in turns(database)] == [TurnState.WAITING]


def test_a_sealed_number_is_offered_sealed(client, database, mailed, sign_in_as):
    with database.transaction() as session:
        luna = hang(session, {"size": 2, "policy": NumberPolicy.SEALED})
        hold_all(session, luna.edition)
        ada = a_person(session)
    sign_in_as(client, ada)
    client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id})

    turn = bring_back(database, luna.edition)

    mail, _link = mailed(Kind.WAITLIST_OFFER)
    assert "a sealed number came back and is held for you" in mail.text
    client.get(f"{luna.url}/waitlist")
    assert "a sealed number" in text(client)
    client.get(f"/holds/{turn.hold_id}")
    assert "a sealed number" in text(client)


def test_an_offer_that_is_over_is_not_announced_and_its_link_says_so(client, database, luna, mailed, clock):
    with database.transaction() as session:
        a_turn(session, luna.edition)
    turn = bring_back(database, luna.edition)
    _mail, link = mailed(Kind.WAITLIST_OFFER)
    clock.tick(minutes=31)

    assert mailed(Kind.WAITLIST_OFFER)[0] is None
    client.get(client.get(link).location)
    assert "Your turn came on the list and passed" in text(client)
    client.get(f"/holds/{turn.hold_id}")
    assert "next person on the waitlist" in text(client)


def test_the_end_is_told_with_a_way_to_the_next_drop(database, luna, mailed, clock):
    with database.transaction() as session:
        a_turn(session, luna.edition)
        close(session, session.get_one(Drop, luna.drop.id), at=NOON)
        end_if_closed(session, luna.edition.id, at=NOON)
        tell_some(session, at=NOON)

    mail, _link = mailed(Kind.WAITLIST_OVER)

    assert_the_same_in_both(Kind.WAITLIST_OVER, mail)
    assert mail.subject == "The waitlist for Luna has ended"
    assert "You have nothing to pay." in mail.text
    assert f"/a/{luna.artist.slug}/follow" in mail.text
    assert "may be held by anybody" not in mail.text


def test_a_link_nobody_sent_leads_nowhere(client):
    assert client.get("/waitlist/nothing").status_code == 410
    assert client.submit("/waitlist/nothing").status_code == 410


def test_the_office_sees_the_order_and_takes_it_away_without_addresses(client, database, luna, sign_in_as):
    with database.transaction() as session:
        for _ in range(2):
            a_turn(session, luna.edition)
        admin = a_person(session, is_admin=True)
    bring_back(database, luna.edition)
    sign_in_as(client, admin)

    client.get("/admin/waitlists")
    client.get(client.page.find("a", string="Luna")["href"])
    rows = [row.get_text(" ", strip=True) for row in client.page.select("tbody tr")]
    taken = client.get(client.page.find("a", string="Download as CSV")["href"])

    assert ["Offered" in rows[0], "Waiting" in rows[1]] == [True, True]
    lines = taken.text.splitlines()
    assert lines[1].startswith("1,offered,")
    assert lines[2].startswith("2,waiting,")
    assert "@" not in taken.text


def test_the_collection_and_the_fairness_page_tell_of_it(client, database, luna, sign_in_as):
    with database.transaction() as session:
        ada = a_person(session)
    sign_in_as(client, ada)
    client.submit(f"{luna.url}/waitlist", {"edition": luna.edition.id})

    client.get("/me")
    assert "Place 1 of 1" in text(client)
    client.get("/fairness")
    assert "The offer lasts 30 minutes while others still hold numbers and 24 hours after that" in text(client)
