import shutil

import pytest
from fontTools.ttLib import TTFont

from storefront import fonts

WORDS = "Zażółć gęślą jaźń, Ștefan ÆØÅ ßẞ ñ — “39/100”, ‘à’ €28.00 £4 38 × 36 mm 1–10 … • 80 °C"


@pytest.mark.parametrize("face", ["display", "quote", "text", "italic"])
def test_european_names_prices_and_sizes_can_be_set(built_fonts, face):
    known = TTFont(built_fonts / f"{face}.woff2").getBestCmap()

    assert [c for c in WORDS if ord(c) not in known] == []


def test_the_digits_face_sets_a_number_a_proof_a_price_and_a_clock(built_fonts):
    known = TTFont(built_fonts / "digits.woff2").getBestCmap()

    assert [c for c in "0123456789/100 AP 3/10 €1,009.00 9:41" if ord(c) not in known] == []


def test_numbers_keep_the_weights_and_sizes_the_design_uses(built_fonts):
    axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in TTFont(built_fonts / "digits.woff2")["fvar"].axes}

    assert axes == {"opsz": (44, 96), "wght": (300, 700)}


def test_only_a_missing_face_is_made_again_and_comes_out_the_same(built_fonts, tmp_path):
    folder = tmp_path / "fonts"
    shutil.copytree(built_fonts, folder)
    (folder / "digits.woff2").unlink()

    made = fonts.build(folder)

    assert [path.name for path in made] == ["digits.woff2"]
    assert (folder / "digits.woff2").read_bytes() == (built_fonts / "digits.woff2").read_bytes()


def test_the_licence_lies_beside_the_fonts(built_fonts):
    assert len(list(built_fonts.glob("*-OFL.txt"))) == 2
