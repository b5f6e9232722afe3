import re

from bs4 import BeautifulSoup

from storefront import paths

TEMPLATES = sorted(paths.TEMPLATES.rglob("*.html"))


def test_each_page_renders_with_every_variable_given(client, page):
    answer = client.get(page)

    assert answer.status_code == (int(page.rpartition("/")[2]) if page.startswith("/error") else 200)


def test_each_page_has_one_heading_a_title_a_language_and_a_skip_link_that_lands(client, page):
    soup = BeautifulSoup(client.get(page).data, "html.parser")

    assert len(soup.find_all("h1")) == 1
    assert soup.title.get_text(strip=True).endswith("· Vitrine")
    assert soup.title.get_text(strip=True) != "· Vitrine"
    assert soup.html["lang"]
    assert soup.find(id=soup.select_one("a.skip")["href"].removeprefix("#")).name == "main"


def test_each_page_obeys_a_policy_without_inline_script_or_style(client, page):
    soup = BeautifulSoup(client.get(page).data, "html.parser")

    assert soup.find_all(["style", "base", "iframe"]) == []
    assert [tag for tag in soup.find_all("script") if not tag.get("src")] == []
    assert [
        tag.name for tag in soup.find_all(True) for name in tag.attrs if name == "style" or name.startswith("on")
    ] == []


def test_each_page_names_its_pictures_fields_and_buttons(client, page):
    soup = BeautifulSoup(client.get(page).data, "html.parser")

    assert [img for img in soup.find_all("img") if img.get("alt") is None or not img.get("width")] == []
    assert [
        tag for tag in soup.find_all(["a", "button"]) if not tag.get_text(strip=True) and not tag.get("aria-label")
    ] == []
    labelled = {label.get("for") for label in soup.find_all("label")}
    fields = [f for f in soup.find_all(["input", "select", "textarea"]) if f.get("type") not in {"hidden", "submit"}]
    assert [f for f in fields if f.get("id") not in labelled and not f.find_parent("label")] == []


def test_each_id_and_each_reference_to_one_is_sound(client, page):
    soup = BeautifulSoup(client.get(page).data, "html.parser")
    ids = [tag["id"] for tag in soup.find_all(id=True)]

    told = [name for tag in soup.find_all(attrs={"aria-describedby": True}) for name in tag["aria-describedby"].split()]
    jumps = [a["href"][1:] for a in soup.select('a[href^="#"]')]

    assert len(ids) == len(set(ids))
    assert set(told + jumps) <= set(ids)


def test_no_template_carries_style_handlers_or_the_signed_in_person():
    forbidden = re.compile(
        r"\sstyle=|\son(click|load|submit|change|error)=|<style|current_user|\bsession\b|get_flashed_messages"
    )

    assert TEMPLATES
    assert [
        file.name
        for file in TEMPLATES
        if file.parent.name in {"layouts", "components", "errors"} and forbidden.search(_code(file))
    ] == []


def test_every_icon_asked_for_is_drawn(preview):
    app = preview.create_preview()
    drawn = app.jinja_env.get_template("components/icons.html").module.strokes

    asked = {name for file in TEMPLATES for name in re.findall(r"\bicon\(\"([a-z]+)\"\)", file.read_text())}

    assert asked
    assert asked <= set(drawn)


def test_a_number_is_read_out_whole_and_never_padded(client):
    soup = BeautifulSoup(client.get("/preview/macros").data, "html.parser")

    numbers = [(n["aria-label"], n.get_text()) for n in soup.select(".no[role=img]")]

    assert numbers[:2] == [("number 39 of 100", "39/100"), ("artist's proof 3 of 10", "AP 3/10")]
    assert soup.select_one(".no.sealed").get_text() == "a sealed number"


def test_the_wall_says_each_state_in_words(client):
    soup = BeautifulSoup(client.get("/preview/drop-open").data, "html.parser")
    wall = soup.select_one("ol.wall[data-wall=numbered]")

    words = [" ".join(li.get_text().split()) for li in wall.find_all("li", recursive=False)]

    assert len(words) == 100
    assert words[0] == "1, sold"
    assert words[28] == "29, held"
    assert words[38] == "39, free"


def test_a_large_edition_hangs_as_dots_without_pictures(client):
    soup = BeautifulSoup(client.get("/preview/drop-large").data, "html.parser")
    wall = soup.select_one("ol.wall")

    assert "dots" in wall["class"]
    assert wall.find("img") is None
    assert len(wall.find_all("li")) == 1200


def test_a_wrong_field_is_marked_told_and_linked_from_the_summary(client):
    soup = BeautifulSoup(client.get("/preview/form").data, "html.parser")

    field = soup.find(id="email")

    assert field["aria-invalid"] == "true"
    assert [soup.find(id=part).get_text(strip=True) for part in field["aria-describedby"].split()] == [
        "For the receipt.",
        "Enter an e-mail address, so that we can send the receipt.",
    ]
    assert soup.select_one('#errors a[href="#email"]')
    assert "CSRF" not in soup.find(id="errors").get_text()


def test_the_page_for_a_sleeping_app_needs_no_app():
    soup = BeautifulSoup((paths.STATIC / "503.html").read_text(), "html.parser")

    drawn = (paths.TEMPLATES / "errors" / "503.html").read_text()

    assert soup.find_all(["link", "script", "img"]) == []
    assert "url(" not in soup.style.string
    assert "color-scheme: light dark" in soup.style.string
    assert [f'_("{said.get_text()}")' in drawn for said in soup.select("title, h1, p")] == [True] * 4


def _code(file):
    """The template without its comments."""
    return re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
