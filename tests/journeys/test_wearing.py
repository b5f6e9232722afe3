"""Wearing a pin and seeing its actual size, with a pointer, with keys and without script. No sale, so one database is enough."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from playwright.sync_api import expect

from factories import NOON, a_drop, an_artist, an_edition
from storefront.catalog.pins import PictureRole, PinPicture
from storefront.media.pictures import Picture
from storefront.media.storage import FolderStorage
from storefront.pinart.artwork import Artwork
from storefront.pinart.picture import Look
from storefront.pinart.relight import relight_pair

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def luna(shop, tmp_path):
    """The address of a drop, and its pin: a violet disc of 40 mm."""
    picture = Image.new("RGBA", (400, 400))
    ImageDraw.Draw(picture).ellipse((40, 40, 359, 359), fill="#7a3b8f", outline="#c9a24a", width=16)
    disc = Artwork(np.asarray(picture.getchannel("A")) // 255, {1: (122, 59, 143)})
    pair = relight_pair(disc, Look("gold", "soft"), 240)
    media = FolderStorage(tmp_path / "media")
    key = _kept(media, picture)
    light = {"albedo": _kept(media, pair.albedo), "surface": _kept(media, pair.surface)}
    with shop.database.transaction() as session:
        artist = an_artist(session)
        drop = a_drop(session, artist, slug="luna")
        edition = an_edition(session, drop)
        pin = edition.pin
        pin.title, pin.width_tenths, pin.height_tenths = "Luna", 400, 400
        kept = Picture(
            original="o", digest="luna", width=400, height=400, transparent=True, created_at=NOON,
            variants=[{"key": key, "format": "png", "width": 400, "height": 400}],
        )  # fmt: skip
        session.add(kept)
        session.flush()
        pin.pictures.append(PinPicture(picture_id=kept.id, role=PictureRole.FRONT, position=1, alt="Luna",
            light={**light, "metal": "gold", "enamel": "soft"}))  # fmt: skip
        session.flush()
        return "/d/luna", pin.id


def _kept(media, picture):
    packed = BytesIO()
    picture.save(packed, "PNG")
    return media.put(packed.getvalue(), "png")


def test_a_pin_is_moved_by_keys_and_by_pointer_and_the_address_keeps_it(newcomer, shop, luna, picture):
    drop, pin_id = luna
    page = newcomer(viewport={"width": 1280, "height": 900})
    page.goto(drop)
    page.get_by_role("link", name="Wear it").click()
    pin, voice = page.locator("[data-pin]"), page.locator("[data-voice]")

    pin.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")

    expect(voice).to_have_text("Luna, left collar, 249 mm across, 122 mm down")
    expect(page).to_have_url(f"{shop.url}{drop}/wear?on=jacket&pins={pin_id}:249,122")
    expect(page.locator("select[name=at]")).to_have_value(f"{pin_id}:249,122")

    for _ in range(16):
        page.keyboard.press("Shift+ArrowLeft")  # across the open collar to the other side

    expect(pin).to_have_attribute("aria-label", "Luna, right chest")

    board = page.locator("svg.board")
    scale = board.bounding_box()["width"] / 360
    middle = pin.locator("circle").bounding_box()
    page.mouse.move(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
    page.mouse.down()
    page.mouse.move(board.bounding_box()["x"] + 258 * scale, board.bounding_box()["y"] + 330 * scale, steps=8)
    page.mouse.up()

    expect(voice).to_contain_text("Luna, left front, below the pocket")
    page.reload()
    expect(page.locator("[data-pin]")).to_have_attribute("aria-label", "Luna, left front, below the pocket")
    picture(page, "wear")
    _shows_what_is_painted(page)


def _shows_what_is_painted(page):
    """The page's drawing and the picture to pass on look the same."""
    page.locator("h1").click()
    shown = Image.open(BytesIO(page.locator("svg.board").screenshot())).convert("RGB")
    link = page.get_by_role("link", name="Get the picture").get_attribute("href")
    painted = Image.open(BytesIO(page.request.get(link).body())).convert("RGB")
    one, other = (picture.resize((60, 75), Image.Resampling.BOX) for picture in (shown, painted))
    apart = ImageChops.difference(one, other)

    assert max(ImageStat.Stat(apart).mean) < 3
    assert max(high for _low, high in apart.getextrema()) < 30


def test_without_script_a_pin_is_moved_by_a_form(newcomer, shop, luna):
    drop, pin_id = luna
    page = newcomer(java_script_enabled=False)
    page.goto(f"{drop}/wear?on=hat")

    page.get_by_role("combobox", name="Luna").select_option("brim")
    page.get_by_role("button", name="Move").click()

    expect(page).to_have_url(f"{shop.url}{drop}/wear?on=hat&pins={pin_id}:228,282")
    expect(page.get_by_text("Drag a pin")).to_be_hidden()


def test_a_bank_card_matched_once_shows_every_pin_at_its_true_size(newcomer, luna):
    page = newcomer(viewport={"width": 320, "height": 640})
    page.goto(luna[0])
    card = page.locator("svg[data-mm] rect").first

    page.get_by_label("Match a bank card").fill("5")
    page.reload()

    expect(page.get_by_text("True to size on this screen.")).to_be_visible()
    assert card.bounding_box()["height"] == pytest.approx(53.98 * 5, abs=3)
    assert page.locator("svg[data-mm] image").bounding_box()["width"] == pytest.approx(50 * 5, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_pressed_pin_is_lit_anew_where_somebody_points(newcomer, luna):
    page = newcomer(viewport={"width": 1280, "height": 900})
    page.goto(luna[0])
    pin = page.locator("[data-tilt]")
    still = pin.screenshot()

    with page.expect_response("**/tilt.js"):
        pin.hover()
    expect(pin.locator("canvas")).to_have_count(0)
    page.wait_for_function("document.readyState === 'complete'")
    pin.hover(position={"x": 100, "y": 120})
    expect(pin).to_have_attribute("data-tilt", "ready")
    expect(pin.locator("canvas")).to_be_visible()
    left = pin.screenshot()
    pin.hover(position={"x": 400, "y": 300})
    right = pin.screenshot()

    assert len({still, left, right}) == 3
    box, lit = (page.locator(f"[data-tilt] {name}").bounding_box() for name in ("img", "canvas"))
    assert all(abs(box[side] - lit[side]) < 2 for side in ("x", "y", "width", "height"))

    page.mouse.move(1200, 800)
    expect(pin.locator("canvas")).to_have_count(0)


def test_who_wants_no_motion_keeps_the_picture(newcomer, luna):
    page = newcomer(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(luna[0])

    with page.expect_response("**/tilt.js"):
        page.locator("[data-tilt]").hover()
    page.locator("[data-tilt]").hover(position={"x": 100, "y": 120})

    expect(page.locator("[data-tilt] canvas")).to_have_count(0)
    assert page.locator("[data-tilt]").get_attribute("data-tilt") == ""
