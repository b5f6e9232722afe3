import pytest
from sqlalchemy import select

from people import PASSWORD, a_person
from storefront.accounts import buyers, sessions, tokens
from storefront.accounts.people import Account, find_by_key
from storefront.accounts.throttle import MAILS, SIGN_INS
from storefront.accounts.tokens import AccountToken, Purpose
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import OutboxMessage

NEW = "seven other umbrellas"


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_person(session, confirmed_at=None)


@pytest.fixture
def link(database, settings, clock):
    """`link(account, purpose)`: the path its mail leads to."""

    def make(account, purpose, **more):
        with database.transaction() as session:
            key = settings.secret_key.encode()
            row = tokens.issue(session, session.get_one(Account, account.id), purpose, key=key, at=clock.now(), **more)
            page = "reset" if purpose is Purpose.RESET else "confirm"
            return f"/{page}/{tokens.write_out(row, [key])}"

    return make


def account(database, person):
    with database.reading() as session:
        return session.get_one(Account, person.id)


def sign_in(client, password):
    return client.submit("/sign-in", {"email": "ada@example.org", "password": password}).status_code == 303


def test_opening_a_link_does_nothing_and_its_button_confirms(client, database, ada, link, clock):
    path = link(ada, Purpose.CONFIRM)

    assert client.get(path).status_code == 200
    assert "ada@example.org" in client.page.get_text()
    assert account(database, ada).confirmed_at is None
    assert client.submit(path, {"current": PASSWORD}).status_code == 303

    assert account(database, ada).confirmed_at == clock.now()
    assert client.get("/account").status_code == 200


def test_an_account_somebody_else_made_with_my_address_does_not_get_it_by_my_pressing_the_button(
    app, client, database, ada, link, sign_in_as, clock
):
    with database.transaction() as session:
        guest = buyers.of_address(session, ada.email_key, at=clock.now())
    stranger = sign_in_as(app.test_client(), ada)

    assert client.submit(link(ada, Purpose.CONFIRM), {"current": "a guess"}).status_code == 400

    assert account(database, ada).confirmed_at is None
    assert stranger.get("/account").status_code == 200
    with database.reading() as session:
        assert session.get_one(buyers.Buyer, guest.id).account_id is None


def test_guessing_the_password_of_a_confirmation_is_limited(client, ada, link):
    path = link(ada, Purpose.CONFIRM)
    for _ in range(SIGN_INS.most):
        assert client.submit(path, {"current": "a guess"}).status_code == 400

    assert client.submit(path, {"current": PASSWORD}).status_code == 429


def test_a_confirmed_address_brings_the_guest_of_that_address(client, database, ada, link, clock):
    with database.transaction() as session:
        guest = buyers.of_address(session, ada.email_key, at=clock.now())

    client.submit(link(ada, Purpose.CONFIRM), {"current": PASSWORD})

    with database.reading() as session:
        assert buyers.find_of_account(session, ada.id).id == guest.id


def test_whoever_confirms_while_signed_in_gets_a_new_session(app, client, ada, link, sign_in_as):
    sign_in_as(client, ada)
    path = link(ada, Purpose.CONFIRM)
    client.get("/account")
    before = client.get_cookie("vitrine").value

    assert client.submit(path).headers["Location"] == "/account"

    thief = app.test_client()
    thief.set_cookie("vitrine", before)
    assert thief.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("door", ["confirm", "reset"])
def test_a_link_opens_the_door_it_was_made_for_and_no_other(client, ada, link, purpose, door):
    token = link(ada, purpose, new_email="new@example.org").rpartition("/")[2]
    fits = (door == "reset") == (purpose is Purpose.RESET)

    assert client.get(f"/{door}/{token}").status_code == (200 if fits else 410)
    assert client.submit(f"/{door}/{token}", {"password": NEW, "current": PASSWORD}).status_code == (
        303 if fits else 410
    )


@pytest.mark.parametrize("token", ["x", "A" * 43, "é", "%00", "a" * 900, "../account", "x'--"])
def test_a_link_nobody_sent_is_over(client, ada, token):
    for door in ("confirm", "reset"):
        assert client.get(f"/{door}/{token}").status_code in (400, 404, 410)


def test_a_link_works_once(client, ada, link):
    for purpose in (Purpose.CONFIRM, Purpose.RESET):
        path = link(ada, purpose)

        assert client.submit(path, {"password": NEW, "current": PASSWORD}).status_code == 303
        assert client.submit(path, {"password": NEW, "current": PASSWORD}).status_code == 410
        assert client.get(path).status_code == 410


def test_a_reset_link_is_over_after_half_an_hour_and_a_confirmation_after_three_days(client, ada, link, clock):
    reset, confirm = link(ada, Purpose.RESET), link(ada, Purpose.CONFIRM)

    clock.tick(minutes=30)
    assert client.get(reset).status_code == 410
    assert client.get(confirm).status_code == 200
    clock.tick(days=3)
    assert client.get(confirm).status_code == 410


def test_asking_for_a_new_password_reads_the_same_for_everybody(app, database, ada):
    def outcome(email):
        client = app.test_client()
        response = client.submit("/forgot", {"email": email})
        client.get(response.headers["Location"])
        return response.status_code, client.page.select_one(".note").get_text(strip=True)

    assert outcome("ada@example.org") == outcome("nobody@example.org")
    with database.reading() as session:
        assert list(session.scalars(select(OutboxMessage.kind))) == [Kind.RESET_PASSWORD]


def test_asking_is_limited_whether_or_not_there_is_an_account(client, ada, clock):
    for email in ("ada@example.org", "nobody@example.org"):
        for _ in range(MAILS.most):
            assert client.submit("/forgot", {"email": email}).status_code == 303
        assert client.submit("/forgot", {"email": email}).status_code == 429


@pytest.mark.parametrize("email", ["", "nonsense", "a@b@c", "x" * 300 + "@example.org"])
def test_asking_for_something_that_is_no_address_says_so(client, email):
    response = client.submit("/forgot", {"email": email})

    assert response.status_code == 400
    assert client.page.select_one("#errors")


def test_a_new_password_replaces_the_old_one_and_ends_every_session(client, database, ada, link, clock):
    with database.transaction() as session:
        token = sessions.begin(session, ada.id, "elsewhere", at=clock.now())

    assert client.submit(link(ada, Purpose.RESET), {"password": NEW}).status_code == 303

    with database.reading() as session:
        assert sessions.find_signed_in(session, token, at=clock.now()) is None
    assert not sign_in(client, PASSWORD)
    assert sign_in(client, NEW)


@pytest.mark.parametrize("weak", ["", "short", "password123", "lovelace1815", "u" * 300])
def test_a_weak_new_password_is_refused_and_the_link_still_works(client, ada, link, weak):
    path = link(ada, Purpose.RESET)

    assert client.submit(path, {"password": weak}).status_code == 400
    assert client.page.select_one("#errors")
    assert client.submit(path, {"password": NEW}).status_code == 303


def test_links_ever_name_the_shop_and_never_the_host_of_a_request(client, ada, app, database):
    client.submit(
        "/forgot",
        {"email": "ada@example.org"},
        headers={"Host": "evil.example", "Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
    )

    with database.reading() as session:
        stored = [str(vars(row)) for row in [*session.query(OutboxMessage), *session.query(AccountToken)]]
    assert "evil" not in "".join(stored)


def test_a_changed_address_signs_in_and_the_former_does_not(client, database, ada, link, sign_in_as, settings):
    sign_in_as(client, ada)

    assert client.submit(link(ada, Purpose.CHANGE_EMAIL, new_email="new@example.org")).status_code == 303

    client.submit("/sign-out")
    assert not sign_in(client, PASSWORD)
    assert client.submit("/sign-in", {"email": "new@example.org", "password": PASSWORD}).status_code == 303
    with database.reading() as session:
        assert find_by_key(session, ada.email_key) is None
