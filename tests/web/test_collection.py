"""My collection: the wall at one scale, what can be taken away, and how an account ends."""

import json
from io import BytesIO

import pytest
from PIL import Image

from factories import NOON, a_buyer, a_drop, a_pin, an_artist, an_edition
from people import PASSWORD, a_person
from sales import a_hold, an_open_attempt, an_order, facts
from storefront.accounts.people import Account
from storefront.catalog.pins import PictureRole, PinPicture
from storefront.ids import token_hash
from storefront.media.pictures import Picture
from storefront.orders.settlement import apply_facts

GREEN = (0, 160, 90)


@pytest.fixture
def engine_name():
    """SQLite alone: what of this depends on the database is tested in tests/privacy."""
    return "sqlite"


@pytest.fixture
def owned(app, database):
    """`owned(buyer_values, *tenths)`: paid pins of these widths, each a stored green square in a fifth of room."""
    storage = app.extensions["services"].storage

    def own(values, *widths):
        with database.transaction() as session:
            buyer = a_buyer(session, **values)
            artist = an_artist(session, name="Ines Varela")
            holds = []
            for tenths in widths:
                pin = a_pin(session, artist, title=f"Pin of {tenths}", width_tenths=tenths, height_tenths=tenths)
                picture = Image.new("RGBA", (100, 100))
                picture.paste(Image.new("RGBA", (80, 80), GREEN), (10, 10))
                packed = BytesIO()
                picture.save(packed, "PNG")
                key = storage.put(packed.getvalue(), "png")
                variants = [{"key": key, "format": "png", "width": 100, "height": 100}]
                kept = Picture(
                    original="o", digest=pin.slug, width=100, height=100, transparent=True,
                    variants=variants, created_at=NOON,
                )  # fmt: skip
                session.add(kept)
                session.flush()
                pin.pictures.append(PinPicture(picture_id=kept.id, role=PictureRole.FRONT, position=1, alt=pin.title))
                holds.append(a_hold(session, an_edition(session, a_drop(session, artist), pin_id=pin.id), buyer))
            order = an_order(session, holds)
            attempt = an_open_attempt(session, order)
            apply_facts(session, facts(attempt, status="complete", payment_status="paid"), at=NOON)
            return order.code

    return own


@pytest.fixture
def guest(client):
    with client.session_transaction() as cookie:
        cookie["guest"] = "a guest"
    return client


GUEST = {"guest_hash": token_hash("a guest")}


def test_ones_pins_hang_on_one_wall_at_one_scale_with_their_numbers(guest, owned):
    owned(GUEST, 400, 200)

    guest.get("/me")

    images = {img["alt"]: (img["width"], img["height"]) for img in guest.page.select(".own-wall img")}
    assert images == {"Pin of 400": ("200", "200"), "Pin of 200": ("100", "100")}  # four fifths of 50 and of 25 mm
    assert [no["aria-label"] for no in guest.page.select(".own-wall .no")] == ["number 1 of 10"] * 2
    assert len(guest.page.find_all("a", href="/me/collection.png")) == 1


def test_an_empty_collection_says_what_will_hang_there(client):
    client.get("/me")

    assert "Nothing here yet." in client.page.get_text()
    assert client.page.select(".own-wall") == []


def test_the_wall_is_a_picture_that_says_in_words_what_it_shows(guest, owned):
    owned(GUEST, 400, 200)

    answer = guest.get("/me/collection.png")

    picture = Image.open(BytesIO(answer.data))
    green = [sum(picture.getpixel((x, y))[:3] == GREEN for x in range(picture.width)) for y in range(picture.height)]
    assert picture.text["Description"] == (
        "2 pins on a wall at one scale. Pin of 400, number 1/10; Pin of 200, number 1/10"
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert max(green) == pytest.approx(9 * 60, abs=3)  # 40 and 20 mm on one line, nine pixels a millimetre
    assert picture.height < 800


def test_many_pins_still_make_a_bounded_picture(guest, owned):
    owned(GUEST, *[600] * 20)

    picture = Image.open(BytesIO(guest.get("/me/collection.png").data))

    assert picture.width == 1600
    assert picture.height <= 2000


def test_a_stranger_gets_an_empty_wall_and_an_empty_document(client, owned):
    owned(GUEST, 400)

    told = json.loads(client.get("/me/everything.json").data)
    picture = Image.open(BytesIO(client.get("/me/collection.png").data))

    assert (told["account"], told["holds"], told["orders"], told["certificates"]) == (None, [], [], [])
    assert picture.text["Description"].startswith("0 pins")


def test_everything_is_one_document_for_guests_too(guest, owned):
    code = owned(GUEST, 400)

    answer = guest.get("/me/everything.json")

    told = json.loads(answer.data)
    assert [order["code"] for order in told["orders"]] == [code]
    assert answer.headers["Content-Disposition"] == "inline; filename=my-collection.json"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_person(session)


def erased_at(database, account):
    with database.reading() as session:
        return session.get_one(Account, account.id).erased_at


def test_an_account_is_deleted_with_its_password_and_its_orders_stay_with_their_links(
    client, ada, database, sign_in_as, owned, clock
):
    code = owned({"guest_hash": None, "account_id": ada.id, "email_key": ada.email_key}, 400)
    sign_in_as(client, ada)
    client.get("/account/deletion")
    assert "tax law asks for it" in client.page.get_text()

    answer = client.submit("/account/deletion", {"current": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "Your account is deleted." in client.get("/sign-in").text
    assert erased_at(database, ada) == clock.now()
    assert client.get(f"/orders/{code}").status_code == 404  # its mailed link opens it, this browser no longer
    assert client.submit("/sign-in", {"email": "ada@example.org", "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize(("password", "status"), [("", 400), ("not it", 400)])
def test_without_the_password_nothing_is_deleted(client, ada, database, sign_in_as, password, status):
    sign_in_as(client, ada)

    assert client.submit("/account/deletion", {"current": password}).status_code == status
    assert erased_at(database, ada) is None


def test_who_may_not_go_yet_is_told_why(client, database, sign_in_as):
    with database.transaction() as session:
        admin = a_person(session, is_admin=True)
    sign_in_as(client, admin)

    answer = client.submit("/account/deletion", {"current": PASSWORD})

    assert answer.status_code == 409
    assert "last admin" in client.page.get_text()


def test_an_erased_account_is_shown_to_admins_as_such_and_stays_shut(client, ada, database, sign_in_as):
    with database.transaction() as session:
        boss = a_person(session, email="boss@example.org", is_admin=True)
    sign_in_as(client, ada)
    client.submit("/account/deletion", {"current": PASSWORD})
    sign_in_as(client, boss)

    client.get(f"/admin/accounts/{ada.id}")

    assert "Deleted by its owner" in client.page.get_text()
    assert client.submit(f"/admin/accounts/{ada.id}/access", {"access": "enabled"}).status_code == 404
