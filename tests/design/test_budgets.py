import gzip
import re

import pytest

from storefront import paths, sheets


def _packed(files):
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


COMMON = set(sheets.COMMON)
OWN = {
    str(file.relative_to(paths.TEMPLATES)): set(names)
    for file in paths.TEMPLATES.rglob("*.html")
    if (names := re.findall(r"static_url\([\"']css/([\w-]+)\.css[\"']\)", file.read_text()))
}


@pytest.mark.parametrize("template", ["layouts/base.html", *sorted(OWN)])
def test_the_style_sheets_of_a_page_stay_within_12_kb(template):
    common = gzip.compress(sheets.common_sheet().encode(), 6)  # as it is served

    assert len(common) + _packed(paths.STATIC / "css" / f"{name}.css" for name in OWN.get(template, ())) <= 12 * 1024


def test_every_style_sheet_is_loaded_by_some_page():
    assert COMMON.union(*OWN.values()) == {sheet.stem for sheet in (paths.STATIC / "css").glob("*.css")}


def test_an_embedded_card_stays_within_3_kb():
    assert _packed([paths.STATIC / "css" / name for name in ("tokens.css", "embed.css")]) <= 3 * 1024


def _with_imports(name):
    """A module and all that it loads."""
    found, waiting = set(), [paths.STATIC / "js" / name]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += [module.parent / other for other in re.findall(r'(?:from|import) "([^"]+)"', module.read_text())]
    return found


PAGES = {
    str(file.relative_to(paths.TEMPLATES)): names
    for file in paths.TEMPLATES.rglob("*.html")
    if (names := re.findall(r"static_url\([\"']js/([\w.-]+)[\"']\)", file.read_text()))
}


def _asked_for_later(modules):
    """What modules load only when somebody does something that needs it."""
    return {
        module.parent / name for module in modules for name in re.findall(r'import\("([^"]+)"\)', module.read_text())
    }


def test_every_module_is_loaded_by_some_page():
    loaded = {module for names in PAGES.values() for name in names for module in _with_imports(name)}
    loaded |= _asked_for_later(loaded)

    assert loaded == set((paths.STATIC / "js").glob("*.js"))


@pytest.mark.parametrize("template", sorted(PAGES))
def test_the_modules_of_a_page_stay_within_8_kb(template):
    modules = {module for name in PAGES[template] for module in _with_imports(name)}

    assert _packed(modules) <= 8 * 1024
    assert _packed(_asked_for_later(modules)) <= 3 * 1024


def test_the_part_that_shows_the_actual_size_stays_within_1_kb():
    assert _packed([paths.STATIC / "js" / "size.js"]) <= 1024


def test_a_page_with_its_whole_wall_stays_within_40_kb(client):
    for name in ("drop-open", "drop-large"):
        page = client.get(f"/preview/{name}").data

        assert len(gzip.compress(page, 6)) <= 40 * 1024


def test_the_two_preloaded_faces_are_small(built_fonts):
    assert (built_fonts / "digits.woff2").stat().st_size <= 9 * 1024
    assert (built_fonts / "text.woff2").stat().st_size <= 36 * 1024


def test_no_page_has_faces_of_more_than_110_kb(built_fonts):
    """In Latin script, a drop page: numbers, headings, its quotation, words and its title."""
    assert sum(face.stat().st_size for face in built_fonts.glob("*.woff2")) <= 110 * 1024
