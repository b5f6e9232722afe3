import pytest
from sqlalchemy import select

from people import PASSWORD, a_person
from storefront.accounts import sessions
from storefront.accounts.people import Account
from storefront.accounts.sessions import AccountSession
from storefront.accounts.throttle import MAILS, SIGN_INS
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import OutboxMessage

NEW = "seven other umbrellas"


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_person(session)


@pytest.fixture
def adas(client, ada, sign_in_as):
    return sign_in_as(client, ada)


def elsewhere(database, account, clock, device="Mozilla/5.0 (iPhone) Safari/604.1"):
    with database.transaction() as session:
        token = sessions.begin(session, account.id, device, at=clock.now())
        return token, sessions.find_signed_in(session, token, at=clock.now()).session_id


def is_live(database, token, clock):
    with database.reading() as session:
        return sessions.find_signed_in(session, token, at=clock.now()) is not None


def kinds(database):
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage.kind)))


@pytest.mark.parametrize("page", ["/account", "/account/password", "/account/email"])
def test_a_guest_is_asked_to_sign_in_first(client, page):
    assert client.get(page).headers["Location"] == f"/sign-in?next={page}"


def test_a_name_is_changed(adas):
    assert adas.submit("/account", {"name": "  Ada King "}).status_code == 303

    adas.get("/account")
    assert adas.page.select_one("input[name=name]")["value"] == "Ada King"


@pytest.mark.parametrize("is_admin", [False, True])
def test_from_the_account_one_finds_to_the_studio_and_an_admin_to_the_back_office(adas, ada, database, is_admin):
    with database.transaction() as session:
        session.get_one(Account, ada.id).is_admin = is_admin

    adas.get("/account")
    linked = {link["href"] for link in adas.page.select("main a")} & {"/studio", "/admin"}

    assert linked == ({"/studio", "/admin"} if is_admin else {"/studio"})
    assert {adas.get(href).status_code for href in linked} == {200}


@pytest.mark.parametrize("name", ["", " ", "n" * 101])
def test_a_name_is_needed(adas, name):
    assert adas.submit("/account", {"name": name}).status_code == 400


def test_a_name_is_text_and_never_markup(adas):
    adas.submit("/account", {"name": "<script>alert(1)</script>"})

    adas.get("/account")

    assert not adas.page.select("script:not([src])")
    assert adas.page.select_one("input[name=name]")["value"] == "<script>alert(1)</script>"


def test_a_new_password_signs_out_everywhere_else_and_stays_here_under_a_new_token(app, adas, ada, database, clock):
    adas.get("/account")
    before = adas.get_cookie("vitrine").value
    other, _id = elsewhere(database, ada, clock)

    assert adas.submit("/account/password", {"current": PASSWORD, "password": NEW}).status_code == 303

    assert adas.get("/account").status_code == 200
    assert not is_live(database, other, clock)
    thief = app.test_client()
    thief.set_cookie("vitrine", before)
    assert thief.get("/account").status_code == 303
    adas.submit("/sign-out")
    assert adas.submit("/sign-in", {"email": ada.email, "password": NEW}).status_code == 303


@pytest.mark.parametrize("page", ["/account/password", "/account/email"])
def test_what_opens_the_account_changes_only_with_the_present_password(adas, page):
    typed = {"current": "wrong password", "password": NEW, "email": "new@example.org"}

    assert adas.submit(page, typed).status_code == 400
    assert "That is not your password." in adas.page.get_text()
    assert not adas.page.select("input[type=password]:not([value=''])")


def test_the_present_password_cannot_be_guessed_at(adas):
    for _ in range(SIGN_INS.most):
        adas.submit("/account/password", {"current": "wrong password", "password": NEW})

    assert adas.submit("/account/password", {"current": PASSWORD, "password": NEW}).status_code == 429


def test_a_weak_new_password_is_refused(adas):
    assert adas.submit("/account/password", {"current": PASSWORD, "password": "lovelace1"}).status_code == 400
    assert "Your name or address" in adas.page.get_text()


def test_a_new_address_is_written_to_and_nothing_changes_yet(adas, ada, database):
    response = adas.submit("/account/email", {"current": PASSWORD, "email": "new@example.org"})

    assert response.status_code == 303
    assert kinds(database) == [Kind.CHANGE_ADDRESS]
    with database.reading() as session:
        assert session.get_one(Account, ada.id).email == "ada@example.org"


def test_an_address_of_somebody_else_reads_the_same_on_the_page(adas, database):
    with database.transaction() as session:
        a_person(session, "bea@example.org")

    pages = []
    for email in ("new@example.org", "bea@example.org"):
        response = adas.submit("/account/email", {"current": PASSWORD, "email": email})
        adas.get(response.headers["Location"])
        pages.append(adas.page.select_one(".note").get_text().replace(email, ""))

    assert pages[0] == pages[1]
    assert kinds(database) == [Kind.CHANGE_ADDRESS, Kind.ACCOUNT_EXISTS]


def test_an_unconfirmed_address_can_be_written_to_again_but_not_for_ever(client, database, sign_in_as):
    with database.transaction() as session:
        nell = a_person(session, "nell@example.org", confirmed_at=None)
    sign_in_as(client, nell)
    client.get("/account")
    assert "not confirmed yet" in client.page.get_text()

    for _ in range(MAILS.most):
        assert client.submit("/account/confirmation").status_code == 303

    assert client.submit("/account/confirmation").status_code == 429
    assert kinds(database) == [Kind.CONFIRM_ADDRESS] * MAILS.most


def test_a_confirmed_address_is_not_written_to_again(adas, database):
    adas.submit("/account/confirmation")

    assert kinds(database) == []


def test_the_page_lists_where_one_is_signed_in_and_ends_it(adas, ada, database, clock):
    token, session_id = elsewhere(database, ada, clock)
    adas.get("/account")
    assert "Safari on iOS" in adas.page.get_text()

    assert adas.submit(f"/account/sessions/{session_id}/end").status_code == 303

    assert not is_live(database, token, clock)
    adas.get("/account")
    assert "Safari on iOS" not in adas.page.get_text()


def test_nobody_ends_a_session_of_somebody_else(adas, database, clock):
    with database.transaction() as session:
        bea = a_person(session, "bea@example.org")
    token, session_id = elsewhere(database, bea, clock)

    assert adas.submit(f"/account/sessions/{session_id}/end").status_code == 404
    assert adas.submit("/account/sessions/99999/end").status_code == 404
    assert is_live(database, token, clock)


def test_what_a_browser_says_of_itself_is_cut_and_kept_on_one_line(client, database, ada):
    told = "Fire\tfox\x0b" + "x" * 5000
    client.submit("/sign-in", {"email": ada.email, "password": PASSWORD}, headers={"User-Agent": told})

    with database.reading() as session:
        kept = session.scalars(select(AccountSession.device)).one()
    assert kept.startswith("Fire fox x")
    assert len(kept) == 200
