"""From a flat drawing to the pictures on the pin's page, with script and without."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from drafts import a_drafted_pin
from journeys.keyboard import tab_to
from people import PASSWORD, a_person
from storefront.catalog.pins import PictureRole, Pin
from studio import a_drawing, a_member

ARTWORK = "/studio/pins/1/artwork"


@pytest.fixture
def engine_name():
    """One database is enough to see what a browser does; both are asked in tests/web."""
    return "sqlite"


@pytest.fixture
def queue(shop):
    """Long work waits until the test lets the worker do it."""
    queue = shop.services.long_work.queue
    queue.immediate = False
    return queue


@pytest.fixture
def artist(newcomer, shop):
    """Somebody signed in, before the artwork page of a pin of theirs; `artist(java_script_enabled=False)`."""
    with shop.database.transaction() as session:
        _member, artist = a_member(session, account_of=a_person(session, "ines@example.org"))
        a_drafted_pin(session, artist, title="Luna")

    def arrive(**options):
        page = newcomer(**options)
        page.goto("/sign-in?next=" + ARTWORK)
        page.get_by_label("E-mail").fill("ines@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("h1")).to_have_text("How will it look in metal?")
        return page

    return arrive


def choose_drawing(page):
    """The file JOURNEY_DRAWING names, else a small one of ours."""
    path = os.environ.get("JOURNEY_DRAWING")
    content = Path(path).read_bytes() if path else a_drawing()[0].read()
    page.get_by_label("Drawing").set_input_files({"name": "d.png", "mimeType": "image/png", "buffer": content})
    page.get_by_role("button", name="Read the drawing").click()
    expect(page.locator(".hang img").first).to_be_visible()


def work(queue):
    queue.execute(queue.dequeue())


def test_choices_change_the_preview_and_the_pressed_pictures_hang(artist, shop, queue, picture):
    page = artist()
    picture(page, "artwork-new")
    choose_drawing(page)
    picture(page, "artwork")
    choices_change_the_preview(page)
    the_picture_stays_in_sight_on_a_phone(page)
    picture(page, "artwork-changed")
    enamels_are_compared(page, picture)
    an_order_is_called_off_and_another_carried_out(page, queue, picture)
    page.get_by_role("link", name="Pictures").click()
    expect(page.locator(".lines img")).to_have_count(2)
    with shop.database.reading() as session:
        pin = session.get(Pin, 1)
        assert (pin.metal, pin.technique, len(pin.colours)) == ("silver", "hard", 2)
        assert pin.picture(PictureRole.FRONT).alt == "Luna as a pin: hard enamel, silver plate; turquoise, red"
        assert all(step.picture_id for step in pin.steps)


def choices_change_the_preview(page):
    preview = page.locator(".hang img").first
    before = preview.get_attribute("src")
    page.get_by_role("radio", name="Gold", exact=True).press("ArrowRight")
    expect(preview).to_have_attribute("alt", "Luna as a pin: soft enamel, silver plate; turquoise, cream, red")
    expect(preview).not_to_have_attribute("src", before)
    page.get_by_role("slider").press("End")
    expect(page.locator("#size_tenths")).to_have_value("55")
    expect(page.get_by_text("The finished piece: 55 ×")).to_be_visible()
    page.locator("summary").first.click()
    cream = page.get_by_role("group", name="Cream")
    cream.get_by_label("Becomes").select_option(label="One with 4, Red")
    expect(preview).to_have_attribute("alt", "Luna as a pin: soft enamel, silver plate; turquoise, red")
    expect(page.get_by_text("4 colours in the drawing, 2 of them enamel")).to_be_visible()


def the_picture_stays_in_sight_on_a_phone(page):
    """And covers nothing that somebody comes to with the keyboard, not even from below."""
    before = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 700})
    page.get_by_role("button", name="Press the pictures").focus()
    for _step in range(8):
        page.keyboard.press("Shift+Tab")
        below = page.locator(".stand > .hang").bounding_box()
        assert below["y"] == 0
        field = page.evaluate("document.activeElement.getBoundingClientRect().top")
        assert field >= below["height"]
    page.set_viewport_size(before)


def enamels_are_compared(page, picture):
    page.get_by_role("link", name="Soft and hard").click()
    expect(page.locator(".tile")).to_have_count(2)
    picture(page, "artwork-enamels")
    size = page.get_by_role("textbox", name="Size, longest side in mm")
    size.fill("4")  # on the way to 42: nothing is refused yet
    size.fill("42")
    size.press("Enter")  # chooses no tile
    expect(page.get_by_text("The finished piece: 42 ×")).to_be_visible()
    expect(page.locator(".tile[aria-current]")).to_contain_text("Soft")
    page.get_by_role("button", name="Hard").click()
    expect(page.locator(".tile[aria-current]")).to_contain_text("Hard")
    page.get_by_role("link", name="One picture").click()


def an_order_is_called_off_and_another_carried_out(page, queue, picture):
    page.get_by_role("button", name="Press the pictures").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Waiting for the press…")).to_be_visible()
    picture(page, "artwork-pressing")
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("Called off.")).to_be_visible()
    work(queue)  # the order that was called off
    page.get_by_role("button", name="Press the pictures").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work(queue)
    expect(page.get_by_text("The pictures hang on the pin’s page.")).to_be_visible()
    picture(page, "artwork-pressed")


def test_a_keyboard_is_enough(artist, queue):
    page = artist()
    content = a_drawing()[0].read()
    page.get_by_label("Drawing").set_input_files({"name": "d.png", "mimeType": "image/png", "buffer": content})
    tab_to(page, "form[enctype] button")
    page.keyboard.press("Enter")
    preview = page.locator(".hang img").first
    expect(preview).to_be_visible()
    tab_to(page, "[name=metal]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "[name=technique]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "[type=range]")
    page.keyboard.press("End")
    expect(preview).to_have_attribute("alt", "Luna as a pin: hard enamel, silver plate; turquoise, cream, red")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    tab_to(page, "details select")
    page.keyboard.type("One with 4")
    expect(preview).to_have_attribute("alt", "Luna as a pin: hard enamel, silver plate; cream, red")
    tab_to(page, "#pressing form button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    tab_to(page, "#pressing form button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Called off.")).to_be_visible()


def test_it_works_without_script(artist, queue):
    page = artist(java_script_enabled=False)
    choose_drawing(page)
    page.get_by_role("radio", name="Copper").check()
    page.get_by_role("textbox", name="Size, longest side in mm").fill("41.5")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator(".hang img").first).to_have_attribute(
        "alt", "Luna as a pin: soft enamel, copper plate; turquoise, cream, red"
    )
    expect(page.locator("#size_tenths")).to_have_value("41.5")
    page.get_by_role("button", name="Press the pictures").click()
    expect(page.get_by_text("Waiting for the press…")).to_be_visible()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
