"""Whoever asks for what: their own, or nothing at all, and the refusal tells nothing about the thing."""

import pytest

from factories import NOON, a_buyer, a_drop, a_key, an_artist, an_edition
from people import ADDRESS_KEY, a_person
from storefront.accounts import buyers
from storefront.accounts.addresses import email_key
from storefront.accounts.joining import join_address
from storefront.accounts.people import ArtistMember
from storefront.ids import new_code, token_hash
from storefront.inventory.holds import Hold
from storefront.inventory.placing import place_hold
from storefront.inventory.rekeying import rekey_all
from storefront.orders.orders import LineState, Order, OrderLine, OrderState

CANARY = "Canary Wharf 7"
ACTORS = ("guest", "other guest", "account", "unconfirmed namesake", "artist of another studio", "nobody")


@pytest.fixture
def edition(database):
    with database.transaction() as session:
        return an_edition(session, a_drop(session, an_artist(session)), per_person=3, size=20)


@pytest.fixture
def browser(app, database, sign_in_as):
    """`browser(actor)`: a client of somebody's."""

    def make(actor):
        client = app.test_client()
        with client.session_transaction() as cookie:
            if actor != "nobody":
                cookie["guest"] = f"token of {actor}"
        if actor in ("account", "unconfirmed namesake", "artist of another studio"):
            with database.transaction() as session:
                email = "ada@example.org" if actor == "account" else f"{actor.replace(' ', '.')}@example.org"
                person = a_person(session, email, confirmed_at=None if actor == "unconfirmed namesake" else NOON)
                if actor.startswith("artist"):
                    artist_id = an_artist(session).id
                    session.add(ArtistMember(account_id=person.id, artist_id=artist_id, joined_at=NOON))
                if person.confirmed_at:
                    join_address(session, person, rekey=rekey_all, at=NOON)
            sign_in_as(client, person)
        return client

    return make


def placed(database, edition, buyer_of):
    """A hold and its order by the buyer that `buyer_of(session)` names: (path of the hold, path of the order)."""
    with database.transaction() as session:
        buyer = buyer_of(session)
        hold = session.get_one(Hold, place_hold(session, edition, buyer.id, key=a_key(), at=NOON).hold_id)
        order = Order(
            code=new_code(), buyer_id=buyer.id, placed_by=buyer.id, artist_id=hold.drop.artist_id, state=OrderState.PLACED,
            email="ada@example.org", address={"name": CANARY, "line1": CANARY, "city": "x", "postcode": "1", "country": "PT"},
            shipping_minor=0, tax_minor=0, total_minor=2800, currency="EUR", placed_at=NOON,
        )  # fmt: skip
        order.lines = [
            OrderLine(hold_id=hold.id, piece_id=hold.piece_id, price_minor=2800, tax_minor=0, state=LineState.RESERVED)
        ]
        session.add(order)
        session.flush()
        return f"/holds/{hold.id}", f"/orders/{order.code}"


def guest_of(actor):
    return lambda session: buyers.guest(session, token_hash(f"token of {actor}"), at=NOON)


@pytest.mark.parametrize("owner", ["guest", "account"])
def test_only_its_owner_sees_a_hold_and_an_order(database, edition, browser, owner):
    if owner == "account":
        mine = browser("account")

        def buyer_of(session):
            return buyers.of_address(session, email_key(ADDRESS_KEY.encode(), "ada@example.org"), at=NOON)
    else:
        mine, buyer_of = browser("guest"), guest_of("guest")
    paths = placed(database, edition, buyer_of)

    for path in paths:
        assert mine.get(path).status_code == 200, path
    for actor in ACTORS:
        if actor != owner:
            other = browser(actor)
            for path in paths:
                refused = other.get(path)
                assert refused.status_code == 404, (actor, path)
                assert CANARY not in refused.text, (actor, path)
            assert CANARY not in other.get("/me").text
            assert paths[1] not in other.get("/me").text


def test_what_is_not_there_and_what_is_not_yours_read_the_same(database, edition, browser):
    hold, order = placed(database, edition, guest_of("guest"))
    other = browser("other guest")

    def words(path):
        response = other.get(path)
        return response.status_code, response.text.replace(response.headers["X-Request-Id"], "")

    assert words(hold) == words("/holds/999999")
    assert words(order) == words(f"/orders/{new_code()}")


@pytest.mark.parametrize("verb", ["extensions", "releases"])
def test_nobody_changes_a_hold_of_somebody_elses(database, edition, browser, verb):
    hold, _order = placed(database, edition, guest_of("guest"))

    for actor in set(ACTORS) - {"guest"}:
        assert browser(actor).submit(f"{hold}/{verb}").status_code == 404, actor
    with database.reading() as session:
        kept = session.get_one(Hold, int(hold.rpartition("/")[2]))
        assert (kept.state, kept.extensions, kept.release_asked) == ("active", 0, False)


def test_an_address_shows_its_orders_only_once_it_is_confirmed(app, database, edition, sign_in_as):
    with database.transaction() as session:
        person = a_person(session, confirmed_at=None)
    _hold, order = placed(database, edition, lambda session: buyers.of_address(session, person.email_key, at=NOON))
    client = sign_in_as(app.test_client(), person)
    assert client.get(order).status_code == 404

    with database.transaction() as session:
        account = session.get_one(type(person), person.id)
        account.confirmed_at = NOON
        join_address(session, account, rekey=rekey_all, at=NOON)

    assert client.get(order).status_code == 200


def test_what_an_account_placed_before_it_confirmed_stays_visible_to_it(app, database, edition, sign_in_as):
    with database.transaction() as session:
        person = a_person(session, confirmed_at=None)
        buyers.of_address(session, person.email_key, at=NOON)
    hold, order = placed(database, edition, lambda session: buyers.of_account(session, person.id, at=NOON))
    client = sign_in_as(app.test_client(), person)

    with database.transaction() as session:
        account = session.get_one(type(person), person.id)
        account.confirmed_at = NOON
        join_address(session, account, rekey=rekey_all, at=NOON)

    assert [client.get(path).status_code for path in (hold, order)] == [200, 200]


def test_the_admins_rooms_open_to_admins_only(app, database, browser, sign_in_as):
    doors = ["/admin/editions", "/admin/orders", "/admin/accounts"]

    for actor in ACTORS:
        client = browser(actor)
        for path in doors:
            assert client.get(path).status_code in (303, 403, 404), (actor, path)
    with database.transaction() as session:
        boss = a_person(session, "boss@example.org", is_admin=True)
    assert [sign_in_as(app.test_client(), boss).get(path).status_code for path in doors] == [200] * len(doors)


def test_a_guest_no_row_knows_sees_nothing_and_breaks_nothing(browser, database):
    with database.transaction() as session:
        a_buyer(session)

    assert browser("guest").get("/me").status_code == 200
