"""What the modules do, in a real browser and under the shop's own content policy."""

from base64 import b64encode

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def _tells(tab, **edition):
    """Let the live document say this."""
    live = {"v": 9, "now": 0, "state": "open", "poll_ms": 60_000, "editions": [{"id": 1, **edition}]}
    tab.route("**/live.json*", lambda route: route.fulfill(json=live))


def _wall(sold):
    digits = [2 if n in sold else 0 for n in range(1, 101)]
    return b64encode(bytes(a << 4 | b for a, b in zip(digits[::2], digits[1::2], strict=True))).decode()


def test_a_sale_elsewhere_reaches_the_wall_the_number_and_the_button(visit):
    wall = {"numbered": _wall(range(1, 43))}

    tab = visit("/preview/drop-open", before=lambda t: _tells(t, sold=42, held=0, free=58, next_free=43, wall=wall))

    expect(tab.locator("ol[data-wall=numbered] > .sold")).to_have_count(42)
    expect(tab.locator("ol[data-wall=numbered] > .next")).to_have_text("43, free")
    expect(tab.locator(".offer > .no")).to_have_attribute("aria-label", "number 43 of 100")
    expect(tab.locator("[data-label]")).to_have_text("Hold number 43")


def test_a_new_state_of_the_drop_arrives_without_a_reload(visit):
    def sold_out(tab):
        tab.route(
            "**/live.json*",
            lambda route: route.fulfill(
                json={"v": 9, "now": 0, "state": "sold_out", "poll_ms": 60_000, "editions": []}
            ),
        )
        pages = iter(["drop-open", "drop-sold_out"])
        tab.route(
            "**/preview/drop-open",
            lambda route: route.fulfill(response=route.fetch(url=route.request.url.replace("drop-open", next(pages)))),
        )

    tab = visit("/preview/drop-open", before=sold_out)

    expect(tab.locator(".offer")).to_contain_text("Sold out in 4 min 12 s")
    expect(tab.locator("body")).to_have_attribute("data-state", "sold_out")


def test_a_click_just_before_the_opening_waits_and_the_button_arms_itself_again(visit):
    tab = visit("/preview/drop-open")
    button = tab.locator("form[data-hold] button")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).not_to_have_attribute("aria-disabled", "true")

    button.click()

    expect(tab).to_have_title("Number 39 is held for you · Vitrine")


def test_the_hold_form_carries_the_token_the_key_and_the_edition(visit):
    tab = visit("/preview/drop-open")

    form = tab.locator("form[data-hold]")

    expect(form).to_have_attribute("action", "/holds")
    assert [form.locator(f"[name={name}]").input_value() for name in ("csrf_token", "idempotency_key", "edition")] == [
        "token",
        "key",
        "1",
    ]


def test_without_script_the_button_is_a_link_and_no_clock_shows(visit):
    tab = visit("/preview/drop-open", java_script_enabled=False)
    coming = visit("/preview/drop-scheduled", java_script_enabled=False)

    expect(tab.locator("a.buy")).to_have_attribute("href", "/take")
    expect(coming.locator(".countdown")).to_be_hidden()
    expect(coming.locator(".state")).to_contain_text("19:00 in Lisbon")


def test_the_panel_turns_at_the_opening(visit):
    tab = visit("/preview/drop-scheduled?opens=1")

    expect(tab.locator(".offer")).to_have_text("Open now.")


def test_the_countdown_trusts_the_server_and_not_this_computer(visit):
    wrong = "const real = performance.timeOrigin; Object.defineProperty(performance, 'timeOrigin', { get: () => real + 86400000 });"

    tab = visit("/preview/drop-scheduled?opens=7200", before=lambda t: t.add_init_script(wrong))

    expect(tab.locator("[data-part=h]")).to_have_text("01")
    expect(tab.locator("[data-part=d]")).to_have_text("0")


def test_more_time_is_offered_in_the_last_two_minutes_only(visit):
    early, late = visit("/preview/hold?left=300"), visit("/preview/hold?left=100")

    expect(late.get_by_role("button", name="I need more time")).to_be_visible()
    expect(early.get_by_role("button", name="I need more time")).to_be_hidden()
    expect(early.locator(".clock")).to_contain_text("4:5")


def test_the_hold_clock_speaks_when_five_minutes_are_left(visit):
    tab = visit("/preview/hold?left=301")

    expect(tab.locator("[data-speak]")).to_have_text("5 minutes left")


def test_the_number_rolls_once_and_again_only_on_request(visit):
    watch = "new MutationObserver(() => (window.rolled = true)).observe(document, { subtree: true, childList: true, characterData: true });"
    tab = visit("/preview/order")
    expect(tab.locator(".no > :first-child")).to_have_text("39")
    tab.wait_for_timeout(1000)
    tab.add_init_script(f"addEventListener('DOMContentLoaded', () => setTimeout(() => {{ {watch} }}, 300))")

    tab.reload()
    tab.wait_for_timeout(500)
    quiet = tab.evaluate("window.rolled")
    tab.get_by_role("button", name="Again").click()
    tab.wait_for_timeout(200)

    assert quiet is None
    assert tab.evaluate("window.rolled") is True
    expect(tab.locator(".no > :first-child")).to_have_text("39")


def test_who_asks_for_less_motion_gets_the_number_at_once(visit):
    tab = visit("/preview/order", reduced_motion="reduce")

    assert tab.locator(".no > :first-child").text_content() == "39"
    expect(tab.locator("[data-replay]")).to_be_hidden()


def test_the_waiting_page_goes_on_when_the_answer_changes(visit):
    def answer(tab):
        tab.route("**/me.json*", lambda route: route.fulfill(json={"state": "paid", "url": "/preview/order"}))

    tab = visit("/preview/waiting", before=answer)

    expect(tab).to_have_title("Number 39 of Luna · Vitrine")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_page_scrolls_sideways_at_320_pixels(visit, preview, direction):
    tab = visit("/preview/macros", viewport={"width": 320, "height": 640})
    wide = []

    for name in preview.PAGES:
        tab.goto(f"/preview/{name}?dir={direction}")
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)

    assert wide == []


def test_every_control_is_large_enough_to_press(visit, preview):
    tab = visit("/preview/macros", viewport={"width": 390, "height": 844})
    small = {}

    for name in preview.PAGES:
        tab.goto(f"/preview/{name}")
        # Links inside a sentence are exempt (WCAG 2.5.8), and so is what its whole label presses.
        found = tab.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
                 .filter((e) => e.checkVisibility() && !e.closest("p:not(.row), label, .summary, h3, .skip") && !e.matches(".skip"))
                 .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
                 .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
        )
        if found:
            small[name] = found

    assert small == {}


def test_sold_and_held_stay_different_when_the_system_chooses_the_colours(visit):
    tab = visit("/preview/drop-open", forced_colors="active")
    paint = (
        "(e) => { const mark = getComputedStyle(e, '::before'); return [mark.backgroundColor, mark.borderTopColor] }"
    )

    (sold, rim), (held, _) = (tab.locator(f".wall .{state} b").first.evaluate(paint) for state in ("sold", "held"))

    assert sold == rim
    assert held != sold


def test_the_bar_on_a_phone_never_covers_what_is_brought_into_view(visit):
    tab = visit("/preview/drop-open", viewport={"width": 390, "height": 844})
    top = tab.locator(".bar").bounding_box()["y"]

    covered = tab.evaluate(
        """(top) => [...document.querySelectorAll("main a, main button, footer a")].filter((e) => {
             e.scrollIntoView({ block: "nearest" });
             return !e.closest(".bar") && e.getBoundingClientRect().bottom > top;
           }).map((e) => e.textContent.trim())""",
        top,
    )

    assert covered == []
