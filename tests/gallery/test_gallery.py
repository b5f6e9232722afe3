import re
from dataclasses import replace
from itertools import product

import pytest

from gallery.page import page, shown_on
from gallery.pictures import Asked, drawn
from storefront.demo.motifs import MOTIFS
from storefront.pinart.choices import Step
from storefront.pinart.metals import METALS


def test_the_gallery_shows_every_motif_in_every_metal_and_enamel_from_all_sides():
    asked = shown_on()

    for motif, metal in product(MOTIFS, METALS):
        for wanted in (("soft", "front"), ("hard", "front"), ("soft", "back"), ("soft", Step.PLATE)):
            assert Asked(motif.key, metal, *wanted) in asked
        assert Asked(motif.key, "gold", "soft", Step.MOLD) in asked


def test_the_page_carries_its_pictures_itself():
    made = page(dict.fromkeys(shown_on(), "data:image/webp;base64,AAAA"))

    assert made.count("<img ") >= len(shown_on())
    assert not re.search(r'(src|href)="(?!data:|#)', made)


@pytest.mark.parametrize("asked", [Asked("luna", "gold", "soft", "back"), Asked("line", "gold", "soft", "marked")])
def test_a_picture_is_drawn_from_its_words_alone(asked):
    assert drawn(replace(asked, size=60)).startswith("data:image/webp;base64,UklGR")
