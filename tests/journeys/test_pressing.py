"""From a flat drawing to the pictures on the pin's page, with script and without."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from drafts import a_drafted_pin
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


def shown(page):
    """The preview as it is now, when nothing more is to come."""
    expect(page.locator("[data-said]")).to_have_text("")
    page.wait_for_load_state("networkidle")
    return page.locator(".hang img").first.get_attribute("src")


def work(queue):
    queue.execute(queue.dequeue())


def test_every_choice_changes_the_preview_and_the_pressed_pictures_hang(artist, shop, queue, picture):
    page = artist()
    picture(page, "artwork-new")
    choose_drawing(page)
    picture(page, "artwork")
    every_choice_changes_the_preview(page)
    picture(page, "artwork-changed")
    page.reload()
    expect(page.get_by_role("radio", name="Silver")).to_be_checked()
    metals_are_compared(page, picture)
    an_order_is_called_off_and_another_carried_out(page, queue, picture)
    page.get_by_role("link", name="Pictures").click()
    expect(page.locator(".lines img")).to_have_count(2)
    with shop.database.reading() as session:
        pin = session.get(Pin, 1)
        assert (pin.metal, pin.technique, len(pin.colours)) == ("copper", "hard", 2)
        assert pin.picture(PictureRole.FRONT).alt == "Luna as a pin: hard enamel, copper plate; turquoise, red"
        assert all(step.picture_id for step in pin.steps)


def every_choice_changes_the_preview(page):
    seen = [shown(page)]
    page.get_by_role("radio", name="Hard").check()
    expect(page.locator(".hang img").first).to_have_attribute(
        "alt", "Luna as a pin: hard enamel, gold plate; turquoise, cream, red"
    )
    seen.append(shown(page))
    page.get_by_role("radio", name="Gold", exact=True).press("ArrowRight")
    expect(page.locator(".hang img").first).to_have_attribute(
        "alt", "Luna as a pin: hard enamel, silver plate; turquoise, cream, red"
    )
    seen.append(shown(page))
    page.get_by_role("slider").press("End")
    expect(page.locator("#size_tenths")).to_have_value("60")
    expect(page.get_by_text("The finished piece: 60 ×")).to_be_visible()
    shown(page)
    page.locator("summary").first.click()
    cream = page.get_by_role("group", name="Cream")
    cream.get_by_label("Becomes").select_option(label="One with 4, Red")
    expect(page.locator(".hang img").first).to_have_attribute(
        "alt", "Luna as a pin: hard enamel, silver plate; turquoise, red"
    )
    seen.append(shown(page))
    assert len(set(seen)) == len(seen)


def metals_are_compared(page, picture):
    page.get_by_role("link", name="Six metals").click()
    expect(page.locator(".tile")).to_have_count(6)
    picture(page, "artwork-metals")
    size = page.get_by_role("textbox", name="Size, longest side in mm")
    size.fill("4")  # on the way to 42: nothing is refused yet
    size.fill("42")
    size.press("Enter")  # chooses no tile
    expect(page.get_by_text("The finished piece: 42 ×")).to_be_visible()
    expect(page.locator(".tile[aria-current]")).to_contain_text("Silver")
    page.get_by_role("button", name="Copper").click()
    expect(page.locator(".tile[aria-current]")).to_contain_text("Copper")
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
