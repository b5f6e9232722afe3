import re

import pytest

from storefront import paths

SURFACES = ("wall", "plinth", "card")
TOKENS = {
    name: pair
    for name, *pair in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", (paths.STATIC / "css" / "tokens.css").read_text()
    )
}


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize(
    ("token", "least"),
    [("ink", 7), ("ink-2", 4.5), ("dot", 4.5), ("ok", 4.5), ("warn", 4.5), ("focus", 3), ("rule-strong", 3)],
)
def test_what_must_be_read_or_seen_stands_out_from_each_surface(token, least, surface, theme):
    assert _contrast(TOKENS[token][theme], TOKENS[surface][theme]) >= least


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("face", ["ink", "press"])
def test_the_button_reads_at_rest_and_under_the_pointer(face, theme):
    assert _contrast(TOKENS["on-ink"][theme], TOKENS[face][theme]) >= 7


def test_the_formula_gives_the_known_extremes():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
