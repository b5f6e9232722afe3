"""The back office: who may enter, and that every page tells the truth with the same few queries, however much there is."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from factories import NOON, a_buyer, an_account, an_artist, an_edition
from sales import a_hold, a_refund, a_sale, an_open_attempt, an_order
from storefront.accounts.people import ArtistMember
from storefront.catalog.drops import Drop, DropState
from storefront.catalog.editions import Edition, NumberPolicy
from storefront.inventory.pieces import Piece
from storefront.inventory.running import pause
from storefront.outbox.messages import MessageState, OutboxMessage
from storefront.payments.inbox import ProviderEvent


@pytest.fixture
def admin(client, database, sign_in_as):
    with database.transaction() as session:
        account = an_account(session, is_admin=True, name="Ada Admin")
    return sign_in_as(client, account)


@pytest.fixture
def shop(database):
    with database.transaction() as session:
        return fill(session)


def fill(session):
    """An edition with a number in every standing, and the rows around it. Its id and the codes of its orders."""
    edition = an_edition(session, size=12, proofs=2, reserved=[12], per_person=3)
    sold = a_sale(session, edition, pieces=2)
    refunded = a_sale(session, edition)
    a_refund(session, refunded)
    open_order = an_order(session, [a_hold(session, edition)], email="leo@example.org")
    an_open_attempt(session, open_order)
    a_hold(session, edition, a_buyer(session, account_id=an_account(session, email="zoe@example.org").id))
    session.add(
        ProviderEvent(
            id=f"evt_{edition.id}", type="charge.updated", object_id="ch_1", received_at=NOON, next_try_at=NOON, tries=0
        )
    )
    session.flush()
    return {
        "edition": edition.id,
        "ref": edition.ref,
        "drop": edition.drop_id,
        "sold": sold.code,
        "refunded": refunded.code,
        "open": open_order.code,
    }


def piece_id(database, edition_id, number, kind="numbered"):
    with database.reading() as session:
        return session.query(Piece).filter_by(edition_id=edition_id, number=number, kind=kind).one().id


def addresses(shop, piece, account):
    return [
        "/admin",
        "/admin?checks=all",
        f"/admin/drops/{shop['drop']}",
        "/admin/editions",
        f"/admin/editions/{shop['edition']}",
        f"/admin/editions/{shop['edition']}?state=sold",
        f"/admin/pieces/{piece}",
        "/admin/orders",
        "/admin/orders?state=paid&q=maria@example.org",
        f"/admin/orders/{shop['sold']}",
        "/admin/accounts",
        "/admin/accounts?role=admin",
        f"/admin/accounts/{account}",
        "/admin/ledger",
        f"/admin/ledger/{shop['ref']}",
        f"/admin/ledger/{shop['ref']}?verify=yes",
        "/admin/mail",
        "/admin/mail?state=pending",
        "/admin/events",
        "/admin/events?waiting=yes",
    ]


def test_every_page_opens_for_an_admin_and_is_kept_by_nobody(admin, shop, database):
    for address in addresses(shop, piece_id(database, shop["edition"], 1), 1):
        answer = admin.get(address)

        assert (address, answer.status_code) == (address, 200)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_guest_is_asked_to_sign_in_first(client, shop, database):
    for address in addresses(shop, piece_id(database, shop["edition"], 1), 1):
        answer = client.get(address)

        assert (address, answer.status_code) == (address, 303)
        assert answer.location.startswith("/sign-in")


def test_nobody_but_an_admin_may_look_or_act(client, shop, database, sign_in_as):
    with database.transaction() as session:
        member = an_account(session)
        session.add(ArtistMember(account_id=member.id, artist_id=an_artist(session).id, joined_at=NOON))
    client.get("/sign-in")
    token = {"csrf_token": client.csrf_token()}
    visitor = sign_in_as(client, member)
    piece = piece_id(database, shop["edition"], 7)

    looked = {visitor.get(address).status_code for address in addresses(shop, piece, 1)}
    acted = {
        visitor.post(address, data={**token, **data}).status_code
        for address, data in {
            f"/admin/pieces/{piece}/decisions": {"decision": "withhold", "reason": "gift"},
            f"/admin/drops/{shop['drop']}/pauses": {"reason": "no"},
            f"/admin/drops/{shop['drop']}/closings": {"sure": "yes"},
            f"/admin/orders/{shop['sold']}/refunds": {"reason": "wish"},
            f"/admin/accounts/{member.id}/role": {"admin": "yes"},
            "/admin/mail/1/resendings": {},
        }.items()
    }

    assert (looked, acted) == ({403}, {403})


def test_no_page_asks_more_queries_when_there_is_more_to_show(admin, shop, database, queries):
    piece = piece_id(database, shop["edition"], 1)
    places = addresses(shop, piece, 1)
    before = {address: asked(admin, queries, address) for address in places}

    with database.transaction() as session:
        for _ in range(3):
            fill(session)
        drop, edition = session.get(Drop, shop["drop"]), session.get(Edition, shop["edition"])
        an_edition(session, drop, per_person=2, policy=NumberPolicy.SEALED)
        a_sale(session, edition, pieces=2)

    after = {address: asked(admin, queries, address) for address in places}
    # Verifying ledgers reads each of them, which is what it was asked for.
    del before["/admin?checks=all"], after["/admin?checks=all"]
    assert after == before
    assert max(after.values()) <= 15


def asked(client, queries, address):
    with queries() as seen:
        assert client.get(address).status_code == 200
    return len([statement for statement in seen if statement.startswith("SELECT")])


@pytest.mark.parametrize(
    "address",
    [
        "/admin/editions/999",
        "/admin/editions/99999999999999999999",
        "/admin/pieces/999",
        "/admin/drops/999",
        "/admin/orders/NOSUCHCODE",
        "/admin/accounts/999",
        "/admin/ledger/nothing",
        "/admin/orders?state=lost",
        "/admin/mail?state=lost",
        "/admin/accounts?role=emperor",
    ],
)
def test_what_does_not_exist_is_not_found(admin, address):
    assert admin.get(address).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "two", "999999", "99999999999999999999"])
def test_a_page_that_does_not_exist_shows_one_that_does(admin, shop, page):
    assert admin.get(f"/admin/editions/{shop['edition']}?page={page}").status_code == 200


def cells(client, caption):
    """The table of this caption as rows of words."""
    table = next(t for t in client.page.find_all("table") if caption in t.caption.get_text())
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in table.tbody.find_all("tr")
    ]


def test_an_edition_shows_every_number_with_its_state_buyer_and_order(admin, shop):
    admin.get(f"/admin/editions/{shop['edition']}")

    rows = {row[0].split()[0]: row[1:4] for row in cells(admin, "14 pieces") if not row[0].startswith("AP")}
    assert rows["1"] == ["Sold", "m•••@example.org", shop["sold"]]
    assert rows["3"] == ["Not for sale", "", ""]
    assert rows["4"] == ["Held", "l•••@example.org", shop["open"]]
    assert rows["5"] == ["Held", "z•••@example.org", ""]
    assert rows["6"] == ["Free", "", ""]


def test_what_a_closed_drop_has_left_was_not_sold(admin, shop, database):
    with database.transaction() as session:
        session.execute(update(Drop).values(state=DropState.CLOSED))

    admin.get(f"/admin/editions/{shop['edition']}")
    assert {row[1] for row in cells(admin, "14 pieces") if row[0].startswith("6")} == {"Not sold"}
    admin.get("/admin/editions")
    assert "not sold" in admin.page.select_one("tbody tr").get_text(" ", strip=True)


def test_an_edition_can_be_narrowed_to_one_state(admin, shop):
    admin.get(f"/admin/editions/{shop['edition']}?state=held")

    assert [row[0].split()[0] for row in cells(admin, "2 pieces")] == ["4", "5"]


def test_an_edition_of_many_pieces_comes_in_pages_of_two_hundred(admin, database):
    with database.transaction() as session:
        edition = an_edition(session, size=450).id

    admin.get(f"/admin/editions/{edition}?page=3")

    assert len(cells(admin, "450 pieces")) == 50


def test_orders_are_found_by_state_artist_code_and_whole_address(admin, shop, database):
    def found(query):
        admin.get(f"/admin/orders?{query}")
        return {row[0] for row in cells(admin, "order")}

    assert found("state=refunded") == {shop["refunded"]}
    assert found(f"q={shop['open'].lower()}") == {shop["open"]}
    assert found("q=LEO@example.org") == {shop["open"]}
    assert found("q=leo@") == {"No order is like that."}
    assert found("artist=nobody") == {"No order is like that."}
    assert found("state=paid&q=maria@example.org") == {shop["sold"]}


def test_an_order_never_shows_where_it_can_be_paid(admin, shop):
    admin.get(f"/admin/orders/{shop['open']}")

    assert "checkout.example.org" not in str(admin.page)
    assert "cs_test_" in admin.page.get_text()


def test_the_live_page_adds_the_running_drop_up(admin, shop):
    admin.get("/admin")

    words = admin.page.get_text(" ")
    assert "2 sold + 2 held + 6 free + 2 not for sale = 12" in words
    assert "€56.00" in words
    assert "€28.00 refunded" in words


def test_the_live_page_warns_of_what_needs_a_person(admin, shop, database, clock):
    with database.transaction() as session:
        for message in session.query(OutboxMessage):
            message.state = MessageState.DEAD
        order = a_sale(session)
        order.state, order.paid_at = "review", None
        late = a_refund(session, a_sale(session))
        late.number_returns = False
    clock.tick(minutes=2)

    admin.get("/admin")

    warnings = [" ".join(row.get_text(" ").split()) for row in admin.page.select(".checks .warn")]
    assert "Look at this: 1 payment needs a person Look" in warnings
    assert "Look at this: 1 message of the provider waits Look" in warnings
    assert "Look at this: Mail: 3 given up, 3 late Look" in warnings
    assert "Look at this: 1 payment came without a piece and was sent back Look" in warnings
    assert any("No worker is at work" in warning for warning in warnings)


def test_asking_for_every_check_shows_every_invariant(admin, shop, database):
    with database.transaction() as session:
        session.query(Piece).filter_by(edition_id=shop["edition"], number=9).update({"state": "sold"})

    admin.get("/admin?checks=all")

    words = [" ".join(row.get_text(" ").split()) for row in admin.page.select("#thorough + .checks li")]
    assert "Fine: No number is owned twice." in words
    assert "Look at this: 1 exception to: A piece is sold exactly when one order line and one hold say so." in words


def test_a_paused_drop_stays_on_the_live_page_with_its_reason(admin, shop, database):
    with database.transaction() as session:
        pause(session, session.get(Drop, shop["drop"]), "A mistake in the colours.", at=NOON + timedelta(seconds=1))

    admin.get("/admin")

    assert "Paused: A mistake in the colours." in admin.page.get_text()
