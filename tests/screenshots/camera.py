"""The camera: a page as it is seen on a phone and on a desk, by day and by night, and by who sees it otherwise; and axe."""

import re
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe

from screenshots.inspector import look_over

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
VIEWS = {
    "phone": (PHONE, {}),
    "phone-dark": (PHONE, {"color_scheme": "dark"}),
    "desk": (DESK, {}),
    "desk-dark": (DESK, {"color_scheme": "dark"}),
}
MORE = {
    "narrow": ({"width": 320, "height": 640}, {}),
    "zoom": ({"width": 320, "height": 225}, {}),  # 1280 × 900 at 400 %
    "contrast": (PHONE, {"forced_colors": "active"}),
    "print": ({"width": 794, "height": 1123}, {"media": "print"}),
    "arabic": (PHONE, {}),
}
CHECKED = ("phone", "desk-dark", "arabic", "narrow")  # one of each kind of layout and colour
_TALLEST = 9000
_PATIENCE = 600_000  # milliseconds: a busy machine is no fault of a page


@dataclass(frozen=True)
class Fault:
    scene: str
    view: str
    words: str


class Camera:
    """Takes a scene in all its views; `faults` is what axe, the browser or the layout complained of."""

    def __init__(self, browser, folder=None, *, asked=(), before_looking="() => {}"):
        """Without a folder nothing is kept; `asked` are the views every scene is taken in, instead of its own."""
        self.browser, self.folder, self.asked, self.before_looking = browser, folder, asked, before_looking
        self.faults, self.taken, self._axe = [], [], Axe()

    def take(self, live, scene):
        for view in self.asked or (*VIEWS, *scene.more):
            size, media = (VIEWS | MORE)[view]
            with self.browser.new_context(base_url=live.url, viewport=size, reduced_motion="reduce") as context:
                _let_in(context, live, scene)
                page = context.new_page()
                page.set_default_timeout(_PATIENCE)
                self._look(page, scene, view, media)

    def _look(self, page, scene, view, media):
        path = scene.path
        if view == "arabic":
            path = "/ar" + (path if path != "/" else "")
        if view != "print":
            page.emulate_media(**media)
        answer = page.goto(path, wait_until="load")
        if scene.press:
            answer = _press(page, scene)
        if view == "print":  # not sooner: on paper there are no buttons to press
            page.emulate_media(**media)
        status = answer.status if answer is not None else 0
        if status != scene.status:
            self._note(scene, view, f"answers {status} instead of {scene.status}")
        page.evaluate(_ALL_PICTURES)
        page.evaluate(self.before_looking)
        if view != "print" and (wide := page.evaluate(_TOO_WIDE)):
            self._note(scene, view, f"is wider than the screen: {'; '.join(wide)}")
        for words in look_over(page, view):
            self._note(scene, view, words)
        if view in CHECKED:
            self._check(page, scene, view)
        if self.folder is not None:
            name = f"{_slug(scene.name)}-{view}.png"
            tall = min(_TALLEST, page.evaluate("document.documentElement.scrollHeight"))
            clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": tall}
            page.screenshot(path=self.folder / name, full_page=True, clip=clip)
            self.taken.append((scene.name, view, name))

    def _check(self, page, scene, view):
        for found in self._axe.run(page).response["violations"]:
            where = "; ".join(node["html"][:160] for node in found["nodes"][:3])
            self._note(scene, view, f"{found['id']}: {found['help']} ({len(found['nodes'])}): {where}")

    def _note(self, scene, view, words):
        self.faults.append(Fault(scene.name, view, words))


def _press(page, scene):
    """What a filled in form answers."""
    button = page.locator(scene.press).first
    form = button.locator("xpath=ancestor::form")
    for name, value in scene.typed.items():
        field = form.locator(f"[name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation(wait_until="load") as arrived:
        button.click()
    return arrived.value


def _let_in(context, live, scene):
    """The browser gets the scene's cookie."""
    if scene.cookie:
        client = live.app.test_client()
        sign_cookie(client, live, scene.cookie)
        value = client.get_cookie("vitrine", domain="127.0.0.1").value
        context.add_cookies([{"name": "vitrine", "value": value, "url": live.url}])


def sign_cookie(client, live, values):
    """The client has this session, signed by the shop."""
    with client.session_transaction(base_url=live.url) as cookie:
        cookie.update(values)


def _slug(name):
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


# The page scrolls sideways: what sticks out, the innermost last; a box that scrolls by itself may be wide inside.
_TOO_WIDE = """() => {
  const by = document.documentElement.scrollWidth - innerWidth;
  if (by <= 0) return [];
  const out = [...document.body.querySelectorAll('*')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
  });
  return [`${by} px`, ...out.slice(-3).map(one => one.outerHTML.slice(0, 120))];
}"""
_ALL_PICTURES = """async () => {
  document.querySelectorAll('img[loading=lazy]').forEach(img => { img.loading = 'eager'; });
  await document.fonts.ready;
  await Promise.all([...document.images].map(img => img.complete || new Promise(done => {
    img.onload = img.onerror = done; setTimeout(done, 8000); })));
}"""
