import re

import pytest

from storefront import paths

SHEETS = sorted((paths.STATIC / "css").glob("*.css"))


def _rules(sheet):
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_pages_mirror_for_right_to_left_because_no_side_is_physical(sheet):
    css = _rules(sheet)

    assert re.findall(r"[\w-]*(?:margin|padding|border|scroll-padding)-(?:left|right)\b[^;]*", css) == []
    assert re.findall(r"[{;\s](?:left|right|float|clear):[^;]*", css) == []
    assert re.findall(r"text-align: (?:left|right)", css) == []
    shorthands = re.findall(r"(?:margin|padding|inset): (\S+) (\S+) (\S+) ([^;\s]+);", css)
    assert [sides for sides in shorthands if sides[1] != sides[3]] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_custom_property_used_is_declared(sheet):
    declared = set(re.findall(r"(--[\w-]+):", "".join(_rules(s) for s in SHEETS)))

    used = set(re.findall(r"var\((--[\w-]+)\)", _rules(sheet)))

    assert used <= declared


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_are_named_in_the_tokens_only(sheet):
    if sheet.name != "tokens.css":
        assert re.findall(r"#[0-9a-f]{3,8}\b", _rules(sheet)) == []


def test_motion_moves_only_what_is_cheap_and_rests_when_asked():
    css = "".join(_rules(sheet) for sheet in SHEETS)
    moved = {
        part.split()[0]
        for rule in re.findall(r"transition: ([^;]+);", css)
        for part in rule.split(", ")
        if not part.startswith("0")
    }

    assert moved <= {"none", "opacity", "transform", "scale", "background-color", *(p for p in moved if p[0].isdigit())}
    assert "infinite" not in css
    assert "prefers-reduced-motion: reduce" in css
    assert "forced-colors: active" in css


def test_fonts_come_from_the_built_folder_and_from_nowhere_else():
    css = "".join(_rules(sheet) for sheet in SHEETS)

    assert {url.rpartition("/")[0] for url in re.findall(r'url\("([^"]+)"\)', css)} == {"../build/fonts"}
    assert "@import" not in css


def test_every_class_a_layout_or_component_gives_is_drawn():
    css = "".join(_rules(sheet) for sheet in SHEETS)
    drawn = set(re.findall(r"\.([a-z][\w-]*)", css))
    parts = [
        file.read_text()
        for folder in ("layouts", "components", "errors")
        for file in (paths.TEMPLATES / folder).glob("*.html")
    ]

    given = {name for part in parts for value in re.findall(r'class="([\w -]+)"', part) for name in value.split()}

    assert given
    assert given <= drawn
