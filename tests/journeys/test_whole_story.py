"""The whole story through the pages alone: from an artist's first visit to the order in a stranger's hands."""

import re
from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from journeys.buying import (
    CARD_WITH_3D_SECURE,
    DECLINED_CARD,
    HOLD_PAGE,
    ORDER_PAGE,
    fill,
    give_card,
    go_and_pay,
    number,
    see_total,
)

ARTIST = "ines@example.org"
PASSWORD = "seven quiet lighthouses"
LISBON = ZoneInfo("Europe/Lisbon")


def test_from_an_artists_first_visit_to_a_strangers_order(newcomer, shop, expected, picture):
    artist = newcomer()
    opens_at = (shop.clock.now() + timedelta(hours=3)).replace(second=0, microsecond=0)

    sign_up(artist, shop, picture)
    create_page(artist, picture)
    create_pin(artist, picture)
    create_edition(artist, picture)
    drop = announce_drop(artist, opens_at, picture)

    buyer = newcomer()
    shop.skip_to(opens_at - timedelta(seconds=6))
    buyer.goto(drop)
    expect(buyer.get_by_text("Opens in", exact=True)).to_be_visible()
    picture(buyer, "drop-scheduled")
    button = buyer.locator("form[data-hold] button.buy")
    expect(button).to_be_visible(timeout=20_000)
    picture(buyer, "drop-open")
    button.click()
    expect(buyer).to_have_url(HOLD_PAGE)
    expect(number(buyer, 1, 10)).to_be_visible()
    picture(buyer, "hold")

    expected.update((422, 402))  # an empty form, a declined card
    buyer.get_by_role("button", name="See the total").click()
    expect(buyer.locator("#errors")).to_be_visible()
    picture(buyer, "hold-errors")
    see_total(buyer)
    expect(buyer.locator("main")).to_contain_text("€32.50")
    picture(buyer, "review")
    go_and_pay(buyer)
    picture(buyer, "pay")
    pay_at_the_third_try(buyer)

    expect(buyer).to_have_url(ORDER_PAGE)
    expect(number(buyer, 1, 10)).to_be_visible()
    expect(buyer.locator("main")).to_contain_text("Paid. It is yours.")
    buyer.wait_for_timeout(1200)  # the digits have rolled
    picture(buyer, "order")
    buyer.get_by_role("link", name="My collection").first.click()
    expect(buyer.locator("main").get_by_role("img", name="number 1 of 10")).to_be_visible()
    picture(buyer, "collection")

    stranger = newcomer()
    stranger.goto(shop.link_to("buyer@example.org", "Your order"))
    expect(stranger).to_have_url(re.compile(r"/orders/[^/?]+$"))
    expect(number(stranger, 1, 10)).to_be_visible()
    artist.reload()
    sign_in(artist)  # whoever works here is asked again after half an hour
    expect(artist.locator("main")).to_contain_text("Open. Opened")
    picture(artist, "studio-board")
    assert shop.contradictions() == []


def pay_at_the_third_try(page):
    give_card(page, DECLINED_CARD)
    expect(page.get_by_role("alert")).to_contain_text("declined")
    give_card(page, CARD_WITH_3D_SECURE)
    page.get_by_role("button", name="Fail the authentication").click()
    expect(page.get_by_role("alert")).to_contain_text("unable to authenticate")
    give_card(page, CARD_WITH_3D_SECURE)
    page.get_by_role("button", name="Approve the payment").click()


def sign_up(page, shop, picture):
    page.goto("/sign-up")
    picture(page, "sign-up")
    fill(page, {"Name": "Ines Example", "E-mail": ARTIST, "Password": PASSWORD})
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_text(f"We sent a mail to {ARTIST}")).to_be_visible()
    page.goto(shop.link_to(ARTIST, "Confirm your address"))
    fill(page, {"Password": PASSWORD})
    page.get_by_role("button", name="Yes, confirm it").click()
    expect(page.get_by_text("is confirmed")).to_be_visible()
    page.goto("/me")
    picture(page, "collection-empty")


def sign_in(page):
    fill(page, {"E-mail": ARTIST, "Password": PASSWORD})
    page.get_by_role("button", name="Sign in").click()


def create_page(page, picture):
    page.goto("/studio")
    picture(page, "studio-first")
    page.get_by_role("link", name="Create your artist page").click()
    page.get_by_label("A person").check()
    fill(page, {"Name": "Ines Example", "Town": "Porto", "In your words": "I draw *moths*."})
    page.get_by_label("Currency").select_option("EUR")
    page.get_by_role("button", name="Create the page").click()
    expect(page.get_by_text("Say where you post pins to")).to_be_visible()
    picture(page, "studio-artist")

    page.locator(".note").get_by_role("link").click()
    fill(page, {"Posted within, in days after the payment": "10", "Name of the zone": "Home", "Countries": "Portugal"})
    fill(page, {"First pin": "4.50", "Each further pin": "1", "Country": "Portugal", "Tax in percent": "23"})
    page.get_by_role("button", name="Save shipping and tax").click()
    expect(page.get_by_text("Describe your first pin")).to_be_visible()


def create_pin(page, picture):
    page.locator(".note").get_by_role("link").click()
    fill(page, {"Title": "Luna", "Width in mm": "38", "Height in mm": "36.5", "Thickness in mm": "1.5"})
    fill(
        page, {"Posts on the back": "2", "Year": "2026", "Shape": "Cut to the outline", "Story": "It flies at *night*."}
    )
    fill(page, {"Colour": "Moth green", "Hex": "#a8d8c0"})
    page.get_by_label("Soft enamel").check()
    page.get_by_label("A place").check()
    picture(page, "studio-pin-form")
    page.get_by_role("button", name="Save, then add pictures").click()
    page.get_by_role("link", name="Hang finished pictures instead").click()

    page.get_by_label("Picture", exact=True).set_input_files(
        {"name": "luna.png", "mimeType": "image/png", "buffer": a_moth()}
    )
    page.get_by_label("Front", exact=True).check()
    fill(page.locator("form[enctype]"), {"In words": "A green moth with gold lines"})
    page.get_by_role("button", name="Hang the picture").click()
    expect(page.get_by_text("The picture hangs.")).to_be_visible()
    picture(page, "studio-pictures")
    page.get_by_role("link", name="Next: how it is made").click()
    fill(page, {"Mold": "Cut in steel in Porto.", "Bake": "Twenty minutes in the small oven."})
    page.get_by_role("button", name="Save the making").click()
    expect(page.get_by_text("The making is saved.")).to_be_visible()
    picture(page, "studio-steps")


def create_edition(page, picture):
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Edition").click()
    fill(page, {"Numbered pieces": "10", "Price, tax included": "28.00", "How many one person may buy": "1"})
    fill(page, {"Artist’s proofs, outside the numbering": "2"})
    page.get_by_label("In order: everybody gets the next free number").check()
    picture(page, "studio-edition")
    page.get_by_role("button", name="Save the edition").click()


def announce_drop(page, opens_at, picture):
    """The address of the announced drop's page."""
    page.goto("/studio")
    page.locator(".note").get_by_role("link").click()
    fill(page, {"Title": "Luna", "Opens, by that clock": f"{opens_at.astimezone(LISBON):%Y-%m-%dT%H:%M}"})
    page.get_by_label("Home of the drop: whose clock counts").select_option("Europe/Lisbon")
    page.get_by_label("Anyone").check()
    page.locator("#editions input").check()
    picture(page, "studio-plan")
    page.get_by_role("button", name="Save the plan").click()
    picture(page, "studio-announcement")
    page.get_by_role("button", name="Make a preview link").click()
    page.get_by_role("link", name="Look at the page").click()
    expect(page.get_by_role("heading", level=1, name="Luna")).to_be_visible()
    expect(page.get_by_role("img", name="A green moth with gold lines")).to_be_visible()
    picture(page, "drop-preview")
    page.go_back()
    page.get_by_role("link", name="Back to the drop").click()
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Announce").click()
    page.get_by_label(
        "I understand that numbers and price can’t be changed afterwards, and that the opening can only be put off."
    ).check()
    page.get_by_role("button", name="Announce the drop").click()
    expect(page.get_by_text("Everybody can see it now.")).to_be_visible()
    return page.get_by_role("link", name="The page visitors see").get_attribute("href")


def a_moth():
    """A picture with nothing around the pin, as an artist would upload it."""
    image = Image.new("RGBA", (800, 760))
    draw = ImageDraw.Draw(image)
    for wing in (
        [(400, 300), (40, 60), (150, 460)],
        [(400, 300), (760, 60), (650, 460)],
        [(400, 300), (250, 720), (550, 720)],
    ):
        draw.polygon(wing, fill="#a8d8c0", outline="#b8862f", width=14)
    draw.ellipse((360, 120, 440, 640), fill="#f3efe2", outline="#b8862f", width=14)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
