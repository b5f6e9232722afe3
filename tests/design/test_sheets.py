"""The five sheets that every page wants arrive as one, and say there what they say apart."""

import re

from storefront import paths, sheets


def test_the_joined_sheet_says_what_its_parts_say():
    parts = "".join((paths.STATIC / "css" / f"{name}.css").read_text() for name in sheets.COMMON)

    assert _bare(sheets.common_sheet()) == _bare(re.sub(r"/\*.*?\*/", "", parts, flags=re.DOTALL)).replace(
        '"../build/', '"static/build/'
    )


def test_what_it_points_at_is_there(client, built_fonts):
    pointed = re.findall(r'url\("([^"]+)"\)', client.get("/sheet.css").text)

    assert len(pointed) == len(list(built_fonts.glob("*.woff2")))
    assert [path for path in pointed if client.get(f"/{path}", buffered=True).status_code != 200] == []


def _bare(rules):
    return re.sub(r"\s", "", rules)
