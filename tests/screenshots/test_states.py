"""Every state that buyers meet can be brought about, and its page says what it is; a picture of it is no test of that."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from factories import a_pin, an_artist
from journeys.live_shop import LiveShop
from screenshots import scenes
from screenshots.camera import sign_cookie
from screenshots.stage import Stage
from screenshots.states import STATES
from shopfront import give_picture, hang
from storefront.catalog.artists import ArtistKind
from storefront.catalog.drops import DropState
from storefront.catalog.pins import PictureRole
from storefront.sandbox.server import SandboxServer

_PEOPLE = (
    ("ines-varela", "Ines Varela", ArtistKind.PERSON, ("luna", "rose-window", "moonrise")),
    ("aki-tamura", "Aki Tamura", ArtistKind.PERSON, ("eight-arms", "crane-at-sunrise")),
    ("museum-of-coloured-light", "Museum of Coloured Light", ArtistKind.MUSEUM, ("prism",)),
    ("the-tide-print-room", "The Tide Print Room", ArtistKind.GALLERY, ("tide",)),
)


@pytest.fixture
def engine_name():
    """SQLite alone: pages are the same on both."""
    return "sqlite"


@pytest.fixture
def stage(database, tmp_path):
    with SandboxServer() as sandbox, LiveShop(database, sandbox, tmp_path, timeless=True) as live:
        yield Stage(live)


def test_every_state_says_what_it_is(stage):
    seen, wrong = set(), []

    for part in (*scenes.EMPTY, _laid_out, *scenes.LAID_OUT, *scenes.AT_LAST):
        for scene in part(stage):
            seen.add(scene.name)
            answer, words = _read(stage.live, scene)
            if answer.status_code != scene.status or STATES[scene.name] not in words:
                wrong.append((scene.name, answer.status_code, words[100:600]))
            answer.close()

    assert wrong == []
    assert seen == set(STATES)


def _laid_out(stage):
    """What the demo has where pictures are taken: its people with their pins, two of them on sale and one to come."""
    with stage.database.transaction() as session:
        for slug, name, kind, pins in _PEOPLE:
            artist = an_artist(session, slug=slug, name=name, kind=kind)
            for pin in pins:
                made = a_pin(
                    session, artist, slug=pin, title=pin.replace("-", " ").capitalize(), story="Drawn by moonlight."
                )
                give_picture(session, made, PictureRole.FRONT)
            hang(
                session, artist=artist, opens_at=stage.ago(hours=2), slug=f"{slug}-now", announced_at=stage.ago(days=3)
            )
        soon = stage.now + timedelta(days=4)
        hang(session, artist=artist, opens_at=soon, slug="to-come", state=DropState.ANNOUNCED, title="To come")
    return ()


def _read(live, scene):
    client = live.app.test_client()
    sign_cookie(client, live, scene.cookie)
    answer = client.get(scene.path, base_url=live.url)
    page = BeautifulSoup(answer.data, "html.parser")
    if scene.press:
        form = page.select_one(scene.press).find_parent("form")
        fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
        answer = client.post(form.get("action", scene.path), base_url=live.url, data=fields | scene.typed)
        page = BeautifulSoup(answer.data, "html.parser")
    return answer, " ".join(page.get_text(" ").split())
