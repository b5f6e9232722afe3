import re
from datetime import timedelta

import argon2
import pytest
from sqlalchemy import select

from factories import NOON
from people import PASSWORD, a_person
from storefront.accounts import admins
from storefront.accounts.people import Account
from storefront.accounts.throttle import MAILS, SIGN_INS, SIGN_INS_FROM
from storefront.outbox.kinds import Kind
from storefront.outbox.messages import OutboxMessage

WRONG = "This address and password do not belong together."
OFTEN = "That was tried too often."


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_person(session)


def sign_in(client, email="ada@example.org", password=PASSWORD, **more):
    return client.submit("/sign-in", {"email": email, "password": password, **more})


def sign_up(client, email="new@example.org", password=PASSWORD, name="Nell", **more):
    return client.submit("/sign-up", {"email": email, "password": password, "name": name, **more})


def is_signed_in(client):
    return client.get("/account").status_code == 200


def accounts(database):
    with database.reading() as session:
        return list(session.scalars(select(Account.email).order_by(Account.id)))


def posted(database):
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def test_the_right_password_signs_in(client, ada):
    response = sign_in(client)

    assert response.headers["Location"] == "/me"
    assert is_signed_in(client)


def test_an_alias_of_the_mailbox_signs_in_too(client, ada):
    assert sign_in(client, email="ADA+pins@example.org").status_code == 303


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org", "not an address", "@", "a" * 9000])
def test_a_wrong_password_and_an_unknown_address_read_the_same(client, ada, email):
    response = sign_in(client, email=email, password="wrong password")

    assert response.status_code == 400
    assert WRONG in response.text
    assert not is_signed_in(client)


def test_what_was_typed_stays_but_not_the_password(client, ada):
    sign_in(client, password="wrong password")

    assert client.page.select_one("input[name=email]")["value"] == "ada@example.org"
    assert not client.page.select_one("input[name=password]").get("value")
    assert "wrong password" not in str(client.page)


def test_an_unknown_address_costs_the_same_hash(client, ada, monkeypatch):
    verified = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher, "verify", lambda self, kept, typed: (verified.append(kept), verify(self, kept, typed))[1]
    )

    for email in ("ada@example.org", "nobody@example.org"):
        sign_in(client, email=email, password="wrong password")

    cost = [argon2.extract_parameters(kept) for kept in verified]
    assert len(cost) == 2
    assert cost[0] == cost[1]


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_too_many_tries_read_the_same_for_everybody_and_even_the_right_password_waits(client, ada, clock, email):
    for _ in range(SIGN_INS.most):
        assert WRONG in sign_in(client, email=email, password="wrong password").text

    refused = sign_in(client, email=email)

    assert refused.status_code == 429
    assert OFTEN in refused.text
    clock.tick(minutes=15)
    assert sign_in(client, email=email).status_code == (303 if email.startswith("ada") else 400)


def test_the_right_password_makes_earlier_tries_forgotten(client, ada):
    for _ in range(3):
        for _ in range(SIGN_INS.most - 1):
            sign_in(client, password="wrong password")
        assert sign_in(client).status_code == 303
        client.submit("/sign-out")


def test_one_place_cannot_try_everybody(app, client, ada):
    for n in range(SIGN_INS_FROM.most):
        sign_in(client, email=f"person{n}@example.org", password="wrong password")

    assert sign_in(client).status_code == 429
    elsewhere = client.submit(
        "/sign-in",
        {"email": "ada@example.org", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
    )
    assert elsewhere.status_code == 303


def test_a_disabled_account_cannot_sign_in_and_is_out_at_once(client, database, ada):
    sign_in(client)
    with database.transaction() as session:
        admins.disable(session, ada.id, at=NOON)

    assert not is_signed_in(client)
    assert WRONG in sign_in(client).text


def test_an_old_hash_is_renewed_with_the_next_sign_in(client, database):
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with database.transaction() as session:
        person = a_person(session, password_hash=weak)

    assert sign_in(client).status_code == 303

    with database.reading() as session:
        kept = session.get_one(Account, person.id).password_hash
    assert argon2.extract_parameters(kept).memory_cost == 19 * 1024
    client.submit("/sign-out")
    assert sign_in(client).status_code == 303


def cookie_of(client):
    return client.get_cookie("vitrine").value


def replays(app, value):
    """Whether somebody who kept this cookie is signed in."""
    thief = app.test_client()
    thief.set_cookie("vitrine", value)
    return is_signed_in(thief)


def test_a_stolen_cookie_opens_nothing_after_signing_out(app, client, ada):
    sign_in(client)
    stolen = cookie_of(client)
    assert replays(app, stolen)

    client.submit("/sign-out")

    assert not replays(app, stolen)
    assert not is_signed_in(client)


def test_a_cookie_from_before_signing_in_is_nobodys_afterwards(app, client, ada):
    client.get("/sign-in")
    planted = cookie_of(client)

    sign_in(client)

    assert not replays(app, planted)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] not in planted


def test_signing_in_again_ends_the_session_before(app, client, ada):
    sign_in(client)
    first = cookie_of(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]

    client.submit("/sign-in", {"email": "ada@example.org", "password": PASSWORD})

    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != token
    assert not replays(app, first)


def test_a_forged_cookie_opens_nothing(app, client, ada):
    sign_in(client)

    for forged in ("x", cookie_of(client)[:-1], "." * 300, "e30.aaaa.bbbb", "é"):
        assert not replays(app, forged)


def test_fourteen_idle_days_sign_out(client, ada, clock):
    sign_in(client)
    clock.tick(days=13)
    assert is_signed_in(client)
    clock.tick(days=13)
    assert is_signed_in(client)
    clock.tick(days=14)

    assert not is_signed_in(client)


def test_a_busy_page_writes_who_is_there_once_a_minute(client, ada, clock, queries):
    sign_in(client)
    clock.tick(minutes=2)

    with queries() as seen:
        for _ in range(5):
            client.get("/account")

    assert len([statement for statement in seen if statement.startswith("UPDATE")]) == 1


def test_the_guests_numbers_stay_with_the_browser_that_signs_in_and_leave_when_it_signs_out(client, ada):
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        cookie["guest"] = "a guest's token"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["guest"] == "a guest's token"

    client.submit("/sign-out")

    with client.session_transaction() as cookie:
        assert "guest" not in cookie


def test_signing_in_goes_back_to_where_one_came_from(client, ada):
    bounced = client.get("/account/email")
    page = client.get(bounced.headers["Location"])
    target = client.page.select_one("input[name=next]")["value"]

    assert page.status_code == 200
    assert sign_in(client, next=target).headers["Location"] == "/account/email"


def test_where_one_came_from_survives_an_error_and_the_way_to_sign_up(client, ada):
    client.get("/sign-in?next=/d/luna")
    sign_in(client, password="wrong password", next="/d/luna")

    assert client.page.select_one("input[name=next]")["value"] == "/d/luna"
    assert client.page.select_one("a[href='/sign-up?next=/d/luna']")


def test_whoever_is_signed_in_needs_no_sign_in_page(client, ada):
    sign_in(client)

    assert client.get("/sign-in?next=/d/luna").headers["Location"] == "/d/luna"
    assert client.get("/sign-up?next=//evil").headers["Location"] == "/me"


def test_signing_out_is_a_button_and_not_a_link(client, ada):
    sign_in(client)

    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


def test_signing_up_makes_an_account_and_a_mail(client, database):
    response = sign_up(client, next="/d/luna")

    assert response.headers["Location"].startswith("/sign-in?next=/d/luna")
    assert accounts(database) == ["new@example.org"]
    assert posted(database) == [Kind.CONFIRM_ADDRESS]
    client.get(response.headers["Location"])
    assert "We sent a mail to new@example.org" in client.page.get_text()
    assert client.page.select_one("input[name=email]")["value"] == "new@example.org"


def test_signing_up_with_a_known_address_looks_the_same_and_writes_to_its_owner(app, database, ada):
    def outcome(email):
        client = app.test_client()
        response = sign_up(client, email=email)
        page = client.get(response.headers["Location"]).text
        return response.status_code, re.sub(r'value="[^"]*"|' + re.escape(email), "", page)

    assert outcome("ada@example.org") == outcome("new@example.org")
    assert posted(database) == [Kind.ACCOUNT_EXISTS, Kind.CONFIRM_ADDRESS]


def test_signing_up_with_a_known_address_changes_nothing_about_its_account(client, database, ada):
    sign_up(client, email="ada@example.org", password="seven other umbrellas", name="Eve")

    assert sign_in(client, password="seven other umbrellas").status_code == 400
    assert sign_in(client).status_code == 303
    assert "Ada Lovelace" in client.get("/account").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", "Enter your e-mail address."),
        ("email", "no address", "does not look like an e-mail address"),
        ("email", "ada@example.org\r\nBcc: x@example.org", "does not look like an e-mail address"),
        ("name", "", "Enter your name."),
        ("name", "   ", "Enter your name."),
        ("name", "n" * 101, "100 characters"),
        ("name", "Prize at http://evil.example", "without a web address"),
        ("name", "WWW.evil.example", "without a web address"),
        ("password", "", "Choose a password."),
        ("password", "short", "Use at least 8 characters"),
        ("password", "password123", "Too many people use that password"),
        ("password", "nell-new", "Your name or address is most of that password"),
        ("password", "u" * 257, "Use at most 256 characters"),
    ],
)
def test_signing_up_says_what_needs_another_look(client, database, field, value, words):
    typed = {"name": "Nell New", "email": "new@example.org", "password": PASSWORD, field: value}

    response = client.submit("/sign-up", typed)

    assert response.status_code == 400
    assert words in client.page.get_text()
    assert client.page.title.text.startswith("Error:")
    for kept in {"name", "email"} - {field}:
        assert client.page.select_one(f"input[name={kept}]")["value"] == typed[kept]
    assert accounts(database) == []


def test_one_address_gets_a_few_mails_an_hour(client, clock, database):
    for _ in range(MAILS.most):
        assert sign_up(client).status_code == 303

    assert sign_up(client).status_code == 429
    clock.tick(hours=1)
    assert sign_up(client).status_code == 303


def test_the_fields_tell_the_browser_what_they_are(client):
    client.get("/sign-in")
    known = {field["name"]: field.get("autocomplete") for field in client.page.select("input[name]")}
    client.get("/sign-up")
    new = {field["name"]: field.get("autocomplete") for field in client.page.select("input[name]")}

    assert (known["email"], known["password"]) == ("username", "current-password")
    assert (new["name"], new["email"], new["password"]) == ("name", "username", "new-password")


def test_staff_are_out_after_half_an_hour(app, client, database, clock):
    with database.transaction() as session:
        a_person(session, is_admin=True)
    sign_in(client)

    clock.at += timedelta(minutes=30)

    assert not is_signed_in(client)


def test_a_name_is_one_line_so_that_no_mail_carries_what_a_stranger_writes(client, database):
    sign_up(client, name="Nell,\r\n\r\nyour account\x0b is closed")

    with database.reading() as session:
        assert session.scalars(select(Account.name)).one() == "Nell, your account is closed"
