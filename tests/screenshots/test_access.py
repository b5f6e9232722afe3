"""The states a buyer passes on the way to a pin, looked over by axe; `make screenshots` looks at all of them."""

from itertools import takewhile

import pytest

from factories import a_pin, an_artist
from journeys.live_shop import LiveShop
from screenshots.camera import Camera
from screenshots.scene import Scene
from screenshots.scenes_of_buying import drops, holding
from screenshots.scenes_of_owning import certificates, orders
from screenshots.stage import Stage
from shopfront import give_picture
from storefront.catalog.pins import PictureRole
from storefront.sandbox.server import SandboxServer

pytestmark = pytest.mark.browser
ON_THE_WAY = (
    (drops, ("drop, scheduled", "drop, open", "drop, open, picking")),
    (holding, ("take a number", "hold, running")),
    (orders, ("order, paid", "me, one pin")),
    (certificates, ("certificate, genuine",)),
)


@pytest.fixture
def engine_name():
    """SQLite alone: pages are the same on both."""
    return "sqlite"


@pytest.fixture
def stage(database, built_fonts, tmp_path):
    with SandboxServer() as sandbox, LiveShop(database, sandbox, tmp_path, timeless=True) as live:
        with database.transaction() as session:
            pin = a_pin(
                session, an_artist(session, name="Ines Varela"), slug="luna", title="Luna", story="It has no mouth."
            )
            for role in (PictureRole.FRONT, PictureRole.BACK):
                give_picture(session, pin, role)
        yield Stage(live)


@pytest.mark.parametrize(("part", "names"), ON_THE_WAY, ids=[part.__name__ for part, _names in ON_THE_WAY])
def test_nobody_is_kept_out(chromium, stage, part, names):
    camera, left = Camera(chromium, asked={"phone"}), set(names)

    for scene in takewhile(lambda _scene: left, part(stage)):
        if scene.name in left:
            camera.take(stage.live, scene)
            left.discard(scene.name)

    assert left == set()
    assert camera.faults == []


def test_nothing_runs_off_a_narrow_screen_in_either_direction(chromium, stage):
    camera, drop = Camera(chromium, asked=("zoom", "arabic")), stage.drop(sold=35, held=4)
    _drops, (artist,) = stage.slugs()

    pages = {
        "home, one live": "/",
        "drops": "/drops",
        "artist, with a live drop": f"/a/{artist}",
        "drop, open": drop.url,
        "wear": f"{drop.url}/wear",
    }
    for state, path in pages.items():
        camera.take(stage.live, Scene(state, path))

    assert camera.faults == []


def test_what_sticks_out_is_named(chromium, stage):
    """The negative control: a heading that is wider than the screen."""
    spoilt = "() => { document.querySelector('h1').style.inlineSize = '700px'; }"
    camera = Camera(chromium, asked=("zoom",), before_looking=spoilt)

    camera.take(stage.live, Scene("verify", "/verify"))

    assert [(fault.scene, "<h1" in fault.words) for fault in camera.faults] == [("verify", True)]


def test_a_mistake_is_seen(chromium, stage):
    """The negative control: the same look at a page without its main landmark, and with words too pale to read."""
    spoilt = """() => { document.querySelector('img').removeAttribute('alt');
      document.querySelector('h1').style.color = 'rgb(240 240 240)'; }"""
    camera = Camera(chromium, asked={"phone"}, before_looking=spoilt)

    camera.take(stage.live, Scene("drop, open", stage.drop().url))

    assert {fault.words.partition(":")[0] for fault in camera.faults} == {"image-alt", "color-contrast"}
