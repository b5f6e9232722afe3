"""A drawing becomes metal and enamel: what artists choose is kept, shown, checked and pressed."""

import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import quote

import pytest
from PIL import Image

from drafts import a_drafted_drop, a_drafted_edition, a_drafted_pin
from factories import NOON
from shopfront import give_picture, hang
from storefront.catalog.artworks import NewDrawing, find_artwork, lay_drawing, sides
from storefront.catalog.pins import Metal, PictureRole, Pin, Technique, Texture
from storefront.catalog.press_plans import CUT_OUT
from storefront.inventory.announcing import announce
from storefront.longwork import make_long_work
from storefront.pressing.pressings import QUIET, find_pressing, take_up
from storefront.progress import ProgressState
from studio import a_drawing, a_gradient, a_member, a_photo

AT = "/studio/pins/1/artwork"


@pytest.fixture
def engine_name():
    """Pictures take their time, and are the same on both; what the database decides is tested in tests/pressing."""
    return "sqlite"


@pytest.fixture
def member(database):
    with database.transaction() as session:
        member, artist = a_member(session)
        a_drafted_pin(session, artist)
    return member


@pytest.fixture
def artist(client, sign_in_as, member):
    sign_in_as(client, member)
    client.get("/studio/artists/new")
    return client


@pytest.fixture(scope="session")
def reading(previews):
    return previews.read(a_drawing()[0].read())


@pytest.fixture
def drawn(artist, reading, app, database):
    """The artist, whose drawing is read."""
    lay(app, database, reading)
    artist.get(AT)
    return artist


def lay(app, database, reading):
    regions = app.extensions["services"].shelf.originals.put(reading.regions, "png")
    new = NewDrawing("drawing", regions, reading.colours, reading.lines, reading.width, reading.height)
    with database.transaction() as session:
        lay_drawing(session, session.get(Pin, 1), new, at=NOON)


def as_png(picture):
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def chosen(client):
    """What a browser would send of the form as it stands."""
    form = client.page.select_one("#plan")
    sent = {field["name"]: field.get("value", "") for field in form.select("input[name]") if _counts(field)}
    return sent | {field["name"]: field.select_one("[selected]")["value"] for field in form.select("select")}


def _counts(field):
    return field["type"] != "radio" or field.has_attr("checked")


def plan_of(database):
    with database.reading() as session:
        return find_artwork(session, 1).plan


def told(client):
    return client.page.select_one("main").get_text(" ", strip=True)


def test_a_drawing_is_read_and_its_line_colour_becomes_metal(artist, database):
    answer = artist.submit(f"{AT}/drawing", {"picture": a_drawing()})
    artist.get(answer.location)

    plan = plan_of(database)
    colours = {colour.hex: colour.joins for colour in plan.colours}
    assert colours == {"#6fb9a8": None, "#f7f0dc": None, "#c0273f": None, "#161615": 254}
    assert (plan.technique, plan.metal, plan.size_tenths) == (Technique.SOFT, Metal.GOLD, 380)
    assert "A picture of the plan, not a photograph." in told(artist)
    assert "soft enamel, gold plate" in artist.page.select_one(".hang img")["alt"]
    assert artist.page.select(".checks li")


def test_what_is_chosen_is_kept_and_another_picture_shown(drawn, database):
    first = drawn.get(drawn.page.select_one(".hang img")["src"])
    wanted = {
        **chosen(drawn), "technique": "hard", "metal": "copper", "texture": "sandblasted", "size_tenths": "42,5",
        "colours-0-hex": "#AABBCC", "colours-0-name": "Sea", "colours-1-joins": "3", "colours-2-effect": "glitter",
    }  # fmt: skip

    answer = drawn.submit(AT, wanted)
    drawn.get(AT)

    plan = plan_of(database)
    second = drawn.get(drawn.page.select_one(".hang img")["src"])
    assert answer.status_code == 303
    assert (plan.technique, plan.metal, plan.texture, plan.size_tenths) == (
        Technique.HARD, Metal.COPPER, Texture.SANDBLASTED, 425,
    )  # fmt: skip
    assert (plan.colours[0].hex, plan.colours[0].name, plan.colours[1].joins) == ("#aabbcc", "Sea", 3)
    assert plan.colours[2].effect == "glitter"
    assert chosen(drawn) == {
        **wanted,
        "colours-0-hex": "#aabbcc",
        "size_tenths": "42.5",
        "csrf_token": chosen(drawn)["csrf_token"],
    }
    assert [answer.mimetype for answer in (first, second)] == ["image/webp", "image/webp"]
    assert first.headers["Cache-Control"].startswith("private")
    assert mean(first) != mean(second)


def mean(answer):
    with Image.open(BytesIO(answer.data)) as picture:
        return picture.convert("RGB").resize((1, 1)).getpixel((0, 0))


WRONG = [
    ({"technique": "raw"}, "Not a valid choice."),
    ({"metal": ""}, "Choose a metal."),
    ({"size_tenths": "4.9"}, "Enter a number from 5.0 to 150.0."),
    ({"size_tenths": "large"}, "Enter a number such as 38.0."),
    ({"colours-0-hex": "green"}, "Enter the colour as # and six digits"),
    ({"colours-0-joins": "1"}, "Not a valid choice."),
    ({"colours-0-joins": "99"}, "Not a valid choice."),
    ({"colours-0-joins": "2", "colours-1-joins": "1"}, "in a circle"),
    ({f"colours-{n}-joins": "metal" for n in range(4)}, "Nothing is left to colour."),
    ({"colours-0-effect": "fire"}, "Not a valid choice."),
    ({"colours-0-name": "x" * 61}, "Shorten it to 60 characters."),
]


def test_a_wrong_choice_is_refused_in_a_sentence_and_nothing_is_lost(drawn, database):
    before = plan_of(database)
    standing = {**chosen(drawn), "colours-3-name": "Night"}

    for changes, sentence in WRONG:
        answer = drawn.submit(AT, {**standing, **changes})

        assert answer.status_code == 422, changes
        assert sentence in told(drawn)
        assert drawn.page.select_one("[name=colours-3-name]")["value"] == "Night"
        for link in drawn.page.select(".summary a"):
            assert drawn.page.find(id=link["href"].removeprefix("#")), f"{link} leads nowhere"
    assert plan_of(database) == before


HOSTILE = ["x" * 2_000, "9" * 20, "\u202e\u2028٣", "'; DROP TABLE pin;-- %(name)s %s ${7*7}", "254"]


def test_nothing_anybody_sends_breaks_the_form(drawn, database):
    standing = chosen(drawn)
    before = plan_of(database)

    for typed in HOSTILE:
        for names in (standing, ["size_tenths"], ["colours-0-joins", "colours-1-joins"], ["choose"]):
            fields = {name: typed for name in names if name not in ("csrf_token", "drawing")}
            answer = drawn.submit(f"{AT}?compare={quote(typed[:50])}", {**standing, **fields})
            assert answer.status_code in (303, 422), (typed, names)
        assert drawn.submit(AT, {**standing, "drawing": typed}).status_code == 409
    assert plan_of(database) == before


def test_a_form_of_another_drawing_changes_nothing_and_keeps_the_finish(drawn, reading, app, database):
    before = {**chosen(drawn), "metal": "copper", "size_tenths": "42.5", "colours-0-name": "Sea"}
    turned = Image.open(BytesIO(reading.regions)).rotate(180)  # as many colours as before
    lay(app, database, replace(reading, regions=as_png(turned)))

    answer = drawn.submit(AT, before)

    assert answer.status_code == 409
    assert "This pin has another drawing by now, and nothing of it was changed." in told(drawn)
    assert (plan_of(database).metal, plan_of(database).colours[0].name) == (Metal.GOLD, "")
    shown = chosen(drawn)
    assert (shown["metal"], shown["size_tenths"], shown["colours-0-name"]) == ("copper", "42.5", "")
    assert drawn.submit(AT, shown).status_code == 303
    assert plan_of(database).metal is Metal.COPPER


def test_paper_that_a_drawing_encloses_can_be_cut_out(drawn, database):
    alone = {f"colours-{n}-joins": "air" for n in range(4)}
    assert drawn.submit(AT, {**chosen(drawn), **alone}).status_code == 422
    assert "Nothing is left to colour." in told(drawn)

    drawn.get(drawn.submit(AT, {**chosen(drawn), **alone, "colours-2-joins": "own"}).location)
    smaller = re.search(r"The finished piece: ([\d.]+) × ([\d.]+) mm", told(drawn))
    assert plan_of(database).colours[0].joins == CUT_OUT
    assert chosen(drawn)["colours-0-joins"] == "air"

    drawn.submit("/studio/pins/1/pressings")

    with database.reading() as session:
        pin = session.get(Pin, 1)
        assert (pin.width_tenths, pin.height_tenths) == tuple(round(10 * float(side)) for side in smaller.groups())
        assert pin.height_tenths != find_artwork(session, 1).height * 380 // 1000
        assert [colour["hex"] for colour in pin.colours] == ["#f7f0dc"]


def test_a_gradient_is_refused_with_what_was_measured_and_may_be_taken_flat(artist, database):
    answer = artist.submit(f"{AT}/drawing", {"picture": a_gradient()})

    assert answer.status_code == 422
    why = r"Almost all of it runs softly from one colour to another \(9\d%\)"
    assert len(re.findall(why, told(artist))) == 1
    assert not artist.page.select(".summary")
    assert artist.page.select_one(".hang img")["src"].startswith("data:image/webp")
    offer = artist.page.select_one("[name=offer]")["value"]
    artist.get(artist.submit(f"{AT}/drawing", {"offer": offer}).location)
    assert "The drawing is read." in told(artist)
    assert 2 <= len(plan_of(database).colours) <= 8


def test_an_offer_made_up_or_made_to_somebody_else_is_none(artist, client, database, sign_in_as):
    artist.submit(f"{AT}/drawing", {"picture": a_gradient()})
    offer = artist.page.select_one("[name=offer]")["value"]
    with database.transaction() as session:
        other, theirs = a_member(session)
        pin = a_drafted_pin(session, theirs)
    sign_in_as(client, other)
    client.get("/studio/artists/new")

    answers = [client.submit(f"/studio/pins/{pin.id}/artwork/drawing", {"offer": o}) for o in (offer, offer[:-3], "x")]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    with database.reading() as session:
        assert find_artwork(session, pin.id) is None


NO_DRAWINGS = [
    (b"", "", "Choose a drawing"),
    (b"nothing", "x.png", "This file is not a picture. Choose a JPEG, PNG, WebP or SVG file."),
    (b"GIF89a" + b"0" * 40, "x.png", "This is a GIF file. Save the picture as JPEG, PNG, WebP or SVG."),
]


def test_what_is_no_drawing_is_refused_in_a_sentence(artist, database):
    for content, name, sentence in NO_DRAWINGS:
        answer = artist.submit(f"{AT}/drawing", {"picture": (BytesIO(content), name)})

        assert answer.status_code == 422
        assert sentence in told(artist)
    with database.reading() as session:
        assert find_artwork(session, 1) is None


def test_an_empty_sheet_is_refused(artist):
    answer = artist.submit(f"{AT}/drawing", {"picture": sheet()})

    assert answer.status_code == 422
    assert "Nothing is drawn on it" in told(artist)


def sheet():
    file = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    file.seek(0)
    return file, "sheet.png"


def test_metals_and_enamels_are_compared_on_one_page_and_chosen_there(drawn, database):
    drawn.get(f"{AT}?compare=metal")
    tiles = [button["value"] for button in drawn.page.select(".tile")]
    now = drawn.page.select_one(".tile[aria-current]")["value"]

    answer = drawn.submit(f"{AT}?compare=metal", {**chosen(drawn), "choose": "metal:silver"})

    assert tiles == [f"metal:{metal}" for metal in Metal]
    assert now == "metal:gold"
    assert answer.location == f"{AT}?compare=metal"
    assert plan_of(database).metal is Metal.SILVER
    drawn.get(f"{AT}?compare=enamel")
    assert [button["value"] for button in drawn.page.select(".tile")] == ["technique:soft", "technique:hard"]


def test_the_full_set_is_pressed_hung_and_described(drawn, database, previews, monkeypatch):
    drawn.submit(AT, {**chosen(drawn), "metal": "silver", "technique": "hard", "colours-0-name": "Sea"})

    drawn.get(drawn.submit("/studio/pins/1/pressings").location)

    assert "The pictures hang on the pin’s page." in told(drawn)
    with database.reading() as session:
        pin = session.get(Pin, 1)
        assert (pin.metal, pin.technique, pin.width_tenths) == (Metal.SILVER, Technique.HARD, 380)
        assert pin.height_tenths < 380
        assert pin.colours[0] == {"name": "Sea", "hex": "#6fb9a8"}
        assert [colour["hex"] for colour in pin.colours] == ["#6fb9a8", "#f7f0dc", "#c0273f"]
        front, back = pin.picture(PictureRole.FRONT), pin.picture(PictureRole.BACK)
        assert "hard enamel, silver plate" in front.alt
        assert (front.picture.width, set(front.light)) == (96, {"albedo", "surface", "metal", "enamel"})
        assert back.picture.transparent
        assert all(step.picture_id and pin.title in step.alt for step in pin.steps)
    monkeypatch.setattr(previews.press, "ask", lambda *_: pytest.fail("the press was asked"))
    the_same_again_hangs_the_same_pictures(drawn, database)
    photographs_are_not_taken_down(drawn, database)
    an_announced_pin_keeps_what_it_promised(drawn, database)


@pytest.fixture
def without_queue(app, settings):
    """Its file is a folder: nothing can be put into it."""
    (settings.var / "queue.db").unlink(missing_ok=True)
    services = app.extensions["services"]
    queue = make_long_work(replace(settings, kind="demo", database_url="sqlite://"), services.shelf)
    queue.queue.storage.close()
    (settings.var / "queue.db").unlink()
    (settings.var / "queue.db").mkdir()
    app.extensions["services"] = replace(services, long_work=queue)


def test_a_pressing_is_written_down_while_the_queue_is_away(drawn, database, without_queue):
    answer = drawn.submit("/studio/pins/1/pressings")

    assert answer.status_code == 503
    assert "Yours is written down: the work begins by itself" in told(drawn)
    assert chosen(drawn)["metal"] == "gold"
    assert drawn.page.select_one("#plan")["action"] == AT
    with database.transaction() as session:
        assert find_pressing(session, 1).progress.state is ProgressState.WAITING
        assert take_up(session, at=NOON + 2 * QUIET) == [find_pressing(session, 1).id]


def the_same_again_hangs_the_same_pictures(drawn, database):
    before = hanging(database)
    drawn.submit("/studio/pins/1/pressings")
    assert hanging(database) == before
    with database.reading() as session:
        assert find_pressing(session, 1).progress.state is ProgressState.DONE


def hanging(database):
    with database.reading() as session:
        pin = session.get(Pin, 1)
        return [p.picture_id for p in pin.pictures], [step.picture_id for step in pin.steps]


def photographs_are_not_taken_down(drawn, database):
    for role in ("front", "photo"):
        drawn.submit("/studio/pins/1/pictures", {"role": role, "alt": f"My {role}", "picture": a_photo()})
    drawn.submit("/studio/pins/1/steps/strike/picture", {"alt": "My press", "picture": a_photo()})

    drawn.submit("/studio/pins/1/pressings")

    with database.reading() as session:
        pin = session.get(Pin, 1)
        photos = sorted(p.alt for p in pin.pictures if p.role is PictureRole.PHOTO)
        assert photos == ["My front", "My photo"]
        assert [step.alt for step in pin.steps if step.kind == "strike"] == ["My press"]
        assert pin.picture(PictureRole.FRONT).picture.transparent


def an_announced_pin_keeps_what_it_promised(drawn, database):
    with database.transaction() as session:
        pin = session.get(Pin, 1)
        announce(session, a_drafted_drop(session, a_drafted_edition(session, pin)), at=NOON)
        pin.colours = [{"name": "As promised", "hex": "#a8d8c0"}]

    drawn.submit("/studio/pins/1/pressings")

    with database.reading() as session:
        pin = session.get(Pin, 1)
        assert find_pressing(session, 1).progress.state is ProgressState.DONE
        assert pin.colours == [{"name": "As promised", "hex": "#a8d8c0"}]


def test_an_announced_pin_is_planned_as_promised(drawn, database):
    with database.transaction() as session:
        announce(session, a_drafted_drop(session, a_drafted_edition(session, session.get(Pin, 1))), at=NOON)
    drawn.get(AT)
    assert drawn.page.select("[name=metal], [name=technique], [name=size_tenths], .tile") == []

    drawn.submit(AT, {**chosen(drawn), "metal": "silver", "technique": "hard", "size_tenths": "50"})

    plan = plan_of(database)
    assert (plan.metal, plan.technique, plan.size_tenths) == (Metal.GOLD, Technique.SOFT, 380)


def test_nothing_to_press_is_said(artist):
    artist.get(artist.submit("/studio/pins/1/pressings").location)

    assert "There is nothing to press yet." in told(artist)


def test_what_the_artwork_page_asks_the_database(drawn, queries):
    drawn.get(AT)
    with queries() as seen:
        drawn.get(AT)

    assert len(seen) <= 12, seen


def test_photographs_come_first_on_the_drops_page(client, database):
    with database.transaction() as session:
        hung = hang(session)
        plan_only = hang(session)
        give_picture(session, hung.edition.pin, PictureRole.PHOTO)

    client.get(plan_only.url)
    before = shown_sides(client)
    client.get(hung.url)

    assert before == (["front", "back"], ["front"], ["front"])
    assert shown_sides(client) == (["shot", "front", "back"], ["shot"], ["shot"])


def shown_sides(client):
    """The pictures on the plinth in their order, the one shown first, and the one loaded first."""
    plinth = client.page.select_one(".plinth")
    pictures = [picture["class"][0] for picture in plinth.select(".hang > picture")]
    first = [field["value"] for field in plinth.select("[name=view][checked]")]
    return pictures, first, [p["class"][0] for p in plinth.select("picture:has([fetchpriority=high])")]


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">
<rect x="2" y="2" width="36" height="26" rx="6" fill="#6fb9a8"/><circle cx="14" cy="15" r="6" fill="#f7f0dc"/></svg>"""


def test_a_vector_drawing_is_read_in_its_own_colours(artist, database):
    answer = artist.submit(f"{AT}/drawing", {"picture": (BytesIO(SVG), "drawing.svg")})

    assert answer.status_code == 303, told(artist)
    assert [colour.hex for colour in plan_of(database).colours] == ["#6fb9a8", "#f7f0dc"]
    with database.reading() as session:
        assert sides(find_artwork(session, 1).shape, 380) == (380, 278)
