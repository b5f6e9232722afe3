"""The pin turning in the light, in a real browser whose WebGL is drawn by the processor."""

import functools
import http.server
import io
import threading

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from storefront import paths
from storefront.pinart.artwork import Artwork
from storefront.pinart.picture import Look
from storefront.pinart.relight import relight_pair

pytestmark = pytest.mark.browser
SCRIPT = paths.STATIC / "js" / "tilt.js"
MAGENTA = [255, 0, 255]
HAND = """() => {
  Object.assign(window, { hand: { gamma: 10, beta: 40 }, told: 0 });
  window.telling = setInterval(() => { dispatchEvent(new DeviceOrientationEvent("deviceorientation", hand)); told += 1; }, 20);
}"""
"""A phone tells its tilt again and again."""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A page with one pin, served from a folder; its picture is magenta, so that what WebGL draws cannot be mistaken for it."""
    folder = tmp_path_factory.mktemp("tilt")
    (folder / "tilt.js").write_bytes(SCRIPT.read_bytes())
    y, x = np.mgrid[0:240, 0:240] - 120
    art = Artwork(
        np.where(np.hypot(x, y) < 110, np.where(x < 0, 1, 2), 0).astype(np.uint8), {1: (200, 40, 50), 2: (30, 60, 170)}
    )
    albedo, surface = relight_pair(art, Look("gold", "hard"), 240).webp()
    (folder / "albedo.webp").write_bytes(albedo)
    (folder / "surface.webp").write_bytes(surface)
    Image.new("RGB", (240, 240), (255, 0, 255)).save(folder / "front.png")
    (folder / "index.html").write_text(
        """<!doctype html><meta name=viewport content=width=device-width><title>Tilt</title><link rel=icon href=data:,><style>body{margin:0;background:#fff}
        figure:has(canvas) img{opacity:0}
        figure{position:relative;margin:0;inline-size:240px} img{display:block} canvas{position:absolute;inset:0}</style>
        <figure data-tilt data-albedo=albedo.webp data-surface=surface.webp data-metal=gold data-enamel=hard>
        <img src=front.png alt="A pin" width=240 height=240><button data-tilt-phone hidden>Tilt the phone</button></figure>
        <script type=module src=tilt.js></script>""",
        encoding="utf-8",
    )
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words):
        pass


def picture(page):
    return np.asarray(
        Image.open(io.BytesIO(page.screenshot(clip={"x": 0, "y": 0, "width": 240, "height": 240}))).convert("RGB")
    ).astype(int)


@pytest.fixture
def tab(chromium, shown):
    with chromium.new_page(viewport={"width": 240, "height": 300}) as page:
        page.goto(shown)
        yield page


def turned(page, x, y):
    page.mouse.move(x, y)
    expect(page.locator("[data-tilt=ready]")).to_have_count(1)
    page.mouse.move(x + 1, y)
    expect(page.locator("canvas")).to_have_count(1)
    return picture(page)


def test_the_pin_is_lit_anew_as_the_pointer_moves_and_its_picture_returns_when_it_leaves(tab):
    assert (picture(tab)[120, 120] == MAGENTA).all()

    one, other = turned(tab, 30, 30), turned(tab, 200, 200)

    red, blue = one[130, 70], one[130, 170]
    assert red[0] > red[2] + 60
    assert blue[2] > blue[0] + 60
    assert one[2, 2].min() > 250  # the corner stays clear
    assert np.abs(one - other).max(axis=-1)[120].max() > 30
    tab.mouse.move(120, 290)
    expect(tab.locator("canvas")).to_have_count(0)
    assert (picture(tab)[120, 120] == MAGENTA).all()


@pytest.mark.parametrize("missing", ["motion", "webgl", "textures"])
def test_the_picture_stays_where_nothing_may_or_can_turn(chromium, shown, missing):
    options = {"reduced_motion": "reduce"} if missing == "motion" else {}
    with chromium.new_page(viewport={"width": 240, "height": 300}, **options) as page:
        if missing == "webgl":
            page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        if missing == "textures":
            page.route("**/*.webp", lambda route: route.fulfill(status=404))
        page.goto(shown)

        page.mouse.move(30, 30)
        page.mouse.move(60, 60)
        page.wait_for_timeout(300)

        expect(page.locator("canvas")).to_have_count(0)
        assert (picture(page)[120, 120] == MAGENTA).all()


def test_a_phone_asks_first_and_then_turns_with_the_hand(chromium, shown):
    with chromium.new_context(viewport={"width": 240, "height": 300}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(shown)
        button = page.get_by_role("button", name="Tilt the phone")
        expect(button).to_be_visible()
        page.evaluate(HAND)
        page.wait_for_function("told > 2")
        expect(page.locator("canvas")).to_have_count(0)

        button.click()
        expect(button).to_be_hidden()
        expect(page.locator("canvas")).to_have_count(1)
        level = picture(page)
        page.evaluate("hand = { gamma: 35, beta: 65 }")
        page.wait_for_function("before => told > before + 2", arg=page.evaluate("told"))

        assert np.abs(level - picture(page)).max(axis=-1)[120].max() > 30
        page.evaluate(
            "clearInterval(telling); document.querySelector('figure').dispatchEvent(new PointerEvent('pointerleave'))"
        )
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(page.locator("canvas")).to_have_count(1)
