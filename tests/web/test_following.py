"""Following by mail: nobody is written to who has not agreed, nobody learns who is known here, one press ends it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from factories import NOON
from people import PASSWORD, a_person
from shopfront import hang
from storefront.catalog.drops import Drop, DropState
from storefront.following.follows import Follow
from storefront.inventory.running import cancel
from storefront.outbox.mail import Sender, compose
from storefront.outbox.messages import OutboxMessage
from storefront.web.emails import make_renderer
from studio import a_member


@pytest.fixture
def engine_name():
    return "sqlite"  # pages are tested on one database; what followers are told is on both


@pytest.fixture
def hung(database):
    with database.transaction() as session:
        return hang(session, state=DropState.ANNOUNCED, opens_at=NOON + timedelta(days=3), opened_at=None)


@pytest.fixture
def mails(app, database):
    """`mails()`: what the outbox would send, in order."""

    def write():
        with database.reading() as session:
            rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        written = [make_renderer(app)(row.kind, row.refs) for row in rows]
        return [mail for mail in written if mail is not None]

    return write


def link_in(mail):
    return next(word for word in mail.text.split() if "/follows/" in word).removeprefix("http://localhost")


def follows_of(database):
    with database.reading() as session:
        return session.scalars(select(Follow).order_by(Follow.id)).all()


def test_an_address_follows_once_its_owner_has_said_yes(client, database, hung, mails):
    page = f"/a/{hung.artist.slug}/follow"
    client.get(f"/a/{hung.artist.slug}")
    assert client.page.find("a", href=page)
    client.get(page)

    assert client.submit(page, {"email": "Ada@example.org"}).status_code == 303
    (mail,) = mails()
    assert mail.to == "Ada@example.org"
    assert client.get(link_in(mail)).status_code == 200
    assert follows_of(database)[0].confirmed_at is None  # a mail program may have opened it
    client.submit(link_in(mail))

    assert follows_of(database)[0].confirmed_at == NOON
    client.get(link_in(mail))
    assert "Ines Varela" in client.page.get_text()
    assert mails() == []  # the question has been answered


def test_the_page_says_the_same_to_known_and_unknown_addresses(app, database, hung, mails):
    page, said = f"/a/{hung.artist.slug}/follow", set()
    for _ in range(3):  # unknown, asked already, following already
        visitor = app.test_client()
        visitor.get(page)
        visitor.submit(page, {"email": "ada@example.org"})
        visitor.get(page)
        said.add(visitor.page.select_one(".notes").get_text(" ", strip=True))
        for mail in mails():
            visitor.submit(link_in(mail))

    assert len(said) == 1
    with database.reading() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_an_unconfirmed_address_gets_one_question_a_day_and_answers_for_all_that_was_asked(
    client, database, hung, mails, clock
):
    with database.transaction() as session:
        other = hang(session, state=DropState.ANNOUNCED, opens_at=NOON + timedelta(days=3), opened_at=None, title="Sol")
    pages = [f"/a/{hung.artist.slug}/follow", f"/d/{hung.drop.slug}/remind", f"/d/{other.drop.slug}/remind"]
    for page in pages:
        client.submit(page, {"email": "ada@example.org"})
    (mail,) = mails()

    client.get(link_in(mail))
    luna = next(tick for tick in client.page.select("label.tick") if "Luna" in tick.get_text())
    client.submit(link_in(mail), {"also": luna.input["value"]})

    assert [follow.confirmed_at for follow in follows_of(database)] == [NOON, NOON, None]
    clock.tick(days=1)
    client.submit(pages[2], {"email": "ada@example.org"})
    assert "Sol" in mails()[0].text


def test_an_address_is_asked_five_times_a_day_and_no_more(app, hung):
    answers = []
    for _ in range(6):
        visitor = app.test_client()
        answers.append(visitor.submit(f"/a/{hung.artist.slug}/follow", {"email": "ada@example.org"}).status_code)

    assert answers == [303] * 5 + [429]
    assert "ada@example.org" in str(visitor.page.select_one("input[name=email]"))


def test_one_press_in_the_mail_program_ends_it_without_cookie_or_page(app, client, database, hung, mails, sign_in_as):
    sign_in_as(client, _ada(database))
    client.submit(f"/d/{hung.drop.slug}/remind")
    mail = _news(app, database, hung, "drop_reminder")
    address = mail.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")

    stranger = app.test_client(use_cookies=False)
    assert stranger.get(address).status_code == 200
    assert len(follows_of(database)) == 1
    assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200

    wire = compose(mail, Sender("Vitrine", "shop@example.org", "shop.example"), "k", at=NOON).as_bytes()
    assert f"List-Unsubscribe: {mail.headers['List-Unsubscribe']}\r\n".encode() in wire  # whole, or no program reads it
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in wire
    assert follows_of(database) == []
    assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 410  # pressed twice
    assert _news(app, database, hung, "drop_reminder", follow_id=1) is None


def test_a_confirmed_account_follows_by_one_press_and_ends_it_in_its_collection(
    client, database, hung, sign_in_as, mails
):
    sign_in_as(client, _ada(database))
    page = f"/a/{hung.artist.slug}/follow"

    client.get(page)
    assert not client.page.select("main input[type=email]")
    client.submit(page)
    client.get(page)
    assert "You follow Ines Varela" in client.page.get_text()
    client.get("/me")
    assert "Ines Varela" in client.page.select_one("#follows").get_text()
    client.submit(client.page.select_one("#follows form")["action"])

    assert follows_of(database) == []
    assert mails() == []


def test_nobody_ends_what_somebody_else_follows(app, database, hung, sign_in_as):
    ada, bea = (
        sign_in_as(app.test_client(), _ada(database)),
        sign_in_as(app.test_client(), _ada(database, "bea@example.org")),
    )
    ada.submit(f"/a/{hung.artist.slug}/follow")

    assert bea.submit("/me/follows/1/end").status_code == 404
    assert app.test_client().submit("/me/follows/1/end").status_code == 403


@pytest.mark.parametrize("typed", ["", "no address", "a" * 300 + "@example.org"])
def test_what_is_no_address_is_told_so_and_stays_typed(client, hung, typed):
    page = f"/a/{hung.artist.slug}/follow"

    assert client.submit(page, {"email": typed}).status_code == 400
    assert client.page.select_one("input[name=email]")["value"] == typed
    assert client.page.select_one(".error")


def test_a_reminder_is_not_offered_when_it_could_not_arrive(client, database, hung, clock):
    clock.at = hung.drop.opens_at - timedelta(minutes=10)

    client.get(f"/d/{hung.drop.slug}/remind")
    assert not client.page.select("main form")
    client.submit(f"/d/{hung.drop.slug}/remind", {"email": "ada@example.org"})

    assert follows_of(database) == []


def test_follows_go_along_to_the_accounts_new_address(client, database, hung, sign_in_as, mails):
    sign_in_as(client, _ada(database)).submit(f"/a/{hung.artist.slug}/follow")
    client.submit("/account/email", {"email": "new@example.org", "current": PASSWORD})
    link = next(word for word in mails()[-1].text.split() if "/confirm/" in word)

    client.submit(link.removeprefix("http://localhost"))

    assert [follow.email for follow in follows_of(database)] == ["new@example.org"]


def test_news_that_is_none_any_more_is_not_sent(app, client, database, hung, sign_in_as, clock):
    sign_in_as(client, _ada(database)).submit(f"/a/{hung.artist.slug}/follow")
    assert "Luna" in _news(app, database, hung, "drop_announced").subject

    assert _news(app, database, hung, "drop_moved", opens_at=NOON.isoformat()) is None  # moved again meanwhile
    clock.at = hung.drop.opens_at
    assert _news(app, database, hung, "drop_announced") is None


def test_the_mail_about_a_drop_called_off_says_why_and_goes_out_only_if_it_is(app, client, database, hung, sign_in_as):
    sign_in_as(client, _ada(database)).submit(f"/a/{hung.artist.slug}/follow")
    assert _news(app, database, hung, "drop_cancelled") is None

    with database.transaction() as session:
        cancel(session, session.get_one(Drop, hung.drop.id), "The <enamel> cracked.", at=NOON)
    mail = _news(app, database, hung, "drop_cancelled")

    assert mail.subject.endswith("will not be sold")
    assert "The <enamel> cracked." in mail.text
    assert "The &lt;enamel&gt; cracked." in mail.html
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_no_news_goes_to_who_has_not_said_yes(app, client, database, hung):
    page = f"/a/{hung.artist.slug}/follow"
    client.get(page)
    client.submit(page, {"email": "ada@example.org"})

    assert [follow.confirmed_at for follow in follows_of(database)] == [None]
    assert _news(app, database, hung, "drop_announced") is None


def _ada(database, email="ada@example.org"):
    with database.transaction() as session:
        return a_person(session, email)


def _news(app, database, hung, kind, **refs):
    refs = {"drop_id": hung.drop.id, "opens_at": hung.drop.opens_at.isoformat(), "follow_id": 1, **refs}
    return make_renderer(app)(kind, refs)


def test_the_studio_says_how_many_follow_and_how_many_want_to_be_reminded(app, client, database, hung, sign_in_as):
    reader = sign_in_as(app.test_client(), _ada(database))
    with database.transaction() as session:
        member, _artist = a_member(
            session, session.merge(hung.artist), account_of=a_person(session, "ines@example.org")
        )
    studio, url = sign_in_as(client, member), f"/studio/artists/{hung.artist.slug}"
    studio.get(url)
    before = studio.page.get_text(" ", strip=True)
    reader.submit(f"/a/{hung.artist.slug}/follow")
    reader.submit(f"/d/{hung.drop.slug}/remind")

    studio.get(url)

    assert "Nobody follows you yet." in before
    assert "1 address follows you" in studio.page.get_text(" ", strip=True)
    assert [cell.get_text() for cell in studio.page.select("td.num")] == ["1"]
