"""Wear it: what an address may ask for, what it is answered, and that the picture is of the pins it names."""

from io import BytesIO

import pytest
from PIL import Image

from factories import NOON, a_buyer, a_drop, a_pin, an_artist, an_edition
from sales import a_hold, an_open_attempt, an_order, facts
from shopfront import hang
from storefront.catalog.drops import DropState
from storefront.catalog.pins import PictureRole, PinPicture
from storefront.ids import token_hash
from storefront.media.pictures import Picture
from storefront.orders.settlement import apply_facts
from storefront.wearing.wardrobe import GARMENTS
from storefront.web import rates, wear_picture
from storefront.web.wear_words import area, drawn, garment, scale

GREEN = (0, 160, 90)


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def drawn_pin(app):
    """`drawn_pin(session, pin)`: a front that is stored for real: a green square, its room a fifth of the picture."""

    def draw(session, pin, *, transparent=True):
        picture = Image.new("RGBA", (100, 100))
        picture.paste(Image.new("RGBA", (80, 80), GREEN), (10, 10))
        packed = BytesIO()
        picture.save(packed, "PNG")
        key = app.extensions["services"].storage.put(packed.getvalue(), "png")
        kept = Picture(
            original="o",
            digest=pin.slug,
            width=100,
            height=100,
            transparent=transparent,
            variants=[{"key": key, "format": "png", "width": 100, "height": 100}],
            created_at=NOON,
        )
        session.add(kept)
        session.flush()
        pin.pictures.append(PinPicture(picture_id=kept.id, role=PictureRole.FRONT, position=1, alt=pin.title))
        session.flush()

    return draw


@pytest.fixture
def luna(database, drawn_pin):
    """A drop of two pins, 40 mm and 30 mm wide."""
    with database.transaction() as session:
        hung = hang(session, {}, {}, pictured=False)
        for edition, title, tenths in zip(hung.editions, ("Luna", "Moonrise"), (400, 300), strict=True):
            edition.pin.title, edition.pin.width_tenths, edition.pin.height_tenths = title, tenths, tenths
            drawn_pin(session, edition.pin)
    return hung


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return client.page


def ids(hung):
    return [edition.pin_id for edition in hung.editions]


def test_a_drops_pins_hang_on_a_jacket_at_their_true_size(client, luna):
    page = read(client, f"{luna.url}/wear")

    images = [
        (float(i["width"]), float(i["height"]), float(i["x"]), float(i["y"])) for i in page.select("[data-pin] image")
    ]
    assert images == [(50, 50, -25, -25), (37.5, 37.5, -18.75, -18.75)]  # 40 mm are four fifths of the picture
    assert page.select_one("svg.board")["viewbox"] == "0 0 360 450"
    assert page.select_one("svg.board")["aria-label"] == (
        "A denim jacket with Luna (left collar) and Moonrise (right collar)."
    )
    assert "Luna 40 mm, Moonrise 30 mm" in page.get_text(" ", strip=True)
    assert page.select_one("link[rel=canonical]")["href"] == f"http://localhost{luna.url}/wear"


def test_the_page_is_the_same_for_everybody_and_may_be_kept(client, luna):
    answer = client.get(f"{luna.url}/wear")

    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_the_address_says_who_sits_where(client, luna):
    one, other = ids(luna)

    page = read(client, f"{luna.url}/wear?on=tote&pins={other}:210,300;{one}:112,262")

    assert [(pin["data-pin"], pin["transform"], pin["aria-label"]) for pin in page.select("[data-pin]")] == [
        (str(other), "translate(210 300)", "Moonrise, middle"),
        (str(one), "translate(112 262)", "Luna, upper left"),
    ]
    assert page.select_one(".tabs [aria-current]").get_text() == "Tote bag"
    assert page.find("a", string="Hat")["href"] == f"{luna.url}/wear?on=hat&pins={other};{one}"


def test_a_place_beside_the_cloth_is_moved_onto_it(client, luna):
    page = read(client, f"{luna.url}/wear?on=lanyard&pins={ids(luna)[0]}:0,0")

    assert page.select_one("[data-pin]")["aria-label"] == "Luna, right strap, high"


def test_without_script_a_form_moves_a_pin_and_takes_another_off(client, luna):
    one, other = ids(luna)
    page = read(client, f"{luna.url}/wear")
    fields = page.select("select[name=at]")
    spot = next(option["value"] for option in fields[0].select("option") if option.get_text() == "left pocket")

    moved = client.get(f"{luna.url}/wear", query_string={"on": "jacket", "at": [spot, ""]})

    assert [option.get_text() for option in fields[0].select("option[selected]")] == ["Where it is: left collar"]
    assert spot.startswith(f"{one}:")
    assert (moved.status_code, moved.headers["Location"]) == (303, f"{luna.url}/wear?on=jacket&pins={spot}")
    page = read(client, moved.headers["Location"])
    assert [pin["aria-label"] for pin in page.select("[data-pin]")] == ["Luna, left pocket"]
    put_on = page.select_one("a[data-after]:not([data-themed])")
    assert put_on["href"] == f"{luna.url}/wear?on=jacket&pins={spot};{other}"
    assert len(read(client, put_on["href"]).select("[data-pin]")) == 2


def test_all_may_be_taken_off(client, luna):
    answer = client.get(f"{luna.url}/wear", query_string={"on": "hat", "at": ["", ""]})

    page = read(client, answer.headers["Location"])

    assert page.select("[data-pin]") == []
    assert page.select_one("svg.board")["aria-label"] == "A bucket hat."
    assert len(page.select("a[data-after]")) == 2


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("on=sofa", "There is no “sofa” to wear a pin on."),
        ("pins=999:1,2", "There is no pin 999 to wear here."),
        ("pins=luna", "“luna” is no place for a pin."),
        ("at=1:2", "“1:2” is no place for a pin."),
        ("pins=" + ";".join(["1"] * 13), "At most 12 pins can be worn at once."),
    ],
)
def test_what_an_address_gets_wrong_is_said_and_the_page_is_there(client, luna, query, sentence):
    page = read(client, f"{luna.url}/wear?{query}", 400)
    answer = client.get(f"{luna.url}/wear.png?{query}")

    assert sentence in page.get_text(" ", strip=True)
    assert len(page.select("[data-pin]")) == 2
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text.startswith(sentence)


def test_what_nobody_may_see_yet_cannot_be_worn(client, database, drawn_pin):
    with database.transaction() as session:
        draft = hang(session, minted=False, pictured=False, state=DropState.DRAFT, announced_at=None)
        gone = hang(session, pictured=False, state=DropState.CANCELLED)
        photographed = hang(session, pictured=False)
        for hung in (draft, gone):
            drawn_pin(session, hung.edition.pin)
        drawn_pin(session, photographed.edition.pin, transparent=False)

    for hung, status in ((draft, 404), (gone, 410), (photographed, 404)):
        assert client.get(f"{hung.url}/wear").status_code == status
        assert client.get(f"{hung.url}/wear.png").status_code == status
    assert client.get("/d/nothing/wear").status_code == 404
    assert f"{photographed.url}/wear" not in client.get(photographed.url).text


def test_the_picture_shows_what_the_page_shows_and_says_it(client, luna):
    page = read(client, f"{luna.url}/wear?on=lanyard&pins={ids(luna)[0]}:79,102")
    link = page.select_one("a[data-themed]")["href"]

    answer = client.get(link)

    picture = Image.open(BytesIO(answer.data))
    assert (answer.status_code, answer.mimetype, picture.size) == (200, "image/png", (1200, 1500))
    assert picture.text["Description"] == (
        "A lanyard and its pass with Luna (right strap, low). A picture of the plan, not a photograph."
    )
    caption = picture.convert("L").crop((300, 1440, 900, 1490))
    assert caption.getextrema()[0] < 150
    assert "A picture of the plan, not a photograph." in page.select_one(".panel").get_text()
    assert picture.getpixel((79 * 5, 102 * 5)) == GREEN
    assert picture.getpixel((79 * 5 + 96, 102 * 5)) == GREEN  # 40 mm are 200 px
    assert picture.getpixel((79 * 5 + 104, 102 * 5)) != GREEN
    assert page.select_one("meta[property='og:image']")["content"] == f"http://localhost{link}"


def test_an_address_with_the_versions_name_is_kept_for_ever_and_another_for_an_hour(client, luna):
    link = read(client, f"{luna.url}/wear?on=lanyard").select_one("a[data-themed]")["href"]

    good, old = client.get(link), client.get(link.replace("&v=", "&v=0"))
    again = client.get(link, headers={"If-None-Match": good.headers["ETag"]})

    assert good.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert old.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in good.headers
    assert (again.status_code, again.data) == (304, b"")


def test_a_dark_picture_is_another_one(client, luna):
    light, dark = (client.get(f"{luna.url}/wear.png?on=lanyard{theme}").data for theme in ("", "&theme=dark"))

    assert Image.open(BytesIO(light)).getpixel((600, 60))[0] > 200
    assert Image.open(BytesIO(dark)).getpixel((600, 60))[0] < 60


def test_pictures_are_not_painted_without_end_for_one_address(client, luna, monkeypatch):
    monkeypatch.setattr(wear_picture, "PICTURES_FROM", wear_picture.Limit("few", 2, wear_picture.PICTURES_FROM.within))
    address, there = f"{luna.url}/wear.png?on=lanyard", {"REMOTE_ADDR": "9.9.9.9"}

    answers = [client.get(address, environ_overrides=there) for _ in range(3)]
    elsewhere = client.get(address, environ_overrides={"REMOTE_ADDR": "8.8.4.4"})

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert elsewhere.status_code == 200


def test_a_second_picture_at_once_waits_outside_the_shop(client, luna):
    address = f"{luna.url}/wear.png?on=lanyard"
    with rates.one_painter():
        busy = client.get(address)

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert client.get(address).status_code == 200


def test_ones_own_pins_can_be_worn_each_as_often_as_it_is_owned(client, database, drawn_pin):
    with database.transaction() as session:
        artist = an_artist(session)
        pin = a_pin(session, artist, title="Luna")
        drawn_pin(session, pin)
        buyer = a_buyer(session, guest_hash=token_hash("a guest"))
        drop = a_drop(session, artist)
        edition = an_edition(session, drop, pin_id=pin.id, per_person=2)
        order = an_order(session, [a_hold(session, edition, buyer) for _ in range(2)])
        attempt = an_open_attempt(session, order)
        apply_facts(session, facts(attempt, status="complete", payment_status="paid"), at=NOON)

    nothing = read(client, "/me/wear")
    with client.session_transaction() as cookie:
        cookie["guest"] = "a guest"
    page = read(client, "/me/wear?on=lanyard")
    answer = client.get(page.select_one("a[data-themed]")["href"])

    assert nothing.select("[data-pin]") == []
    assert [mine["data-pin"] for mine in page.select("[data-pin]")] == [str(pin.id)] * 2
    assert page.find("link", rel="canonical") is None
    assert client.get("/me/wear").headers["Cache-Control"] == "no-store"
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    assert client.get("/me").text.count("/me/wear") == 1
    assert client.get(f"/d/{drop.slug}/wear.png?on=lanyard&pins={pin.id};{pin.id}").status_code == 200


def test_somebody_else_has_nothing_of_it(client, luna):
    assert client.get(f"/me/wear?pins={ids(luna)[0]}").status_code == 400
    assert client.get(f"/me/wear.png?pins={ids(luna)[0]}").status_code == 400


def test_every_garment_and_place_has_its_words(app):
    with app.test_request_context("/"):
        for name, worn in GARMENTS.items():
            assert garment(name)
            assert drawn(name)
            assert str(worn.span) in scale(worn, [])
            assert len({area(one.name) for one in worn.areas}) == len(worn.areas)
