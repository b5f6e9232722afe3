"""Every demo pin and its back as they looked when a person last judged them, small enough to compare across platforms.

After a change meant to be seen: `RENEW_GOLDEN=1 pytest tests/pinart/test_golden.py`, then look at the pictures.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storefront.demo.motifs import MOTIFS
from storefront.demo.pictures import PRESSINGS
from storefront.pinart.back import back
from storefront.pinart.paper import on_paper
from storefront.pinart.picture import front

GOLDEN = Path(__file__).parent / "golden"
SIZE, SHRINK = 480, 8


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)
def test_a_pin_looks_as_it_did_when_it_was_judged(motif):
    pressing = PRESSINGS[motif.key]
    art = motif.artwork(960)

    views = front(art, pressing.look, SIZE), back(art, pressing.look, SIZE, pressing.label, motif.title, "Vitrine")
    shown = np.hstack([np.asarray(on_paper(view).reduce(SHRINK)) for view in views])

    path = GOLDEN / f"{motif.key}.png"
    if os.environ.get("RENEW_GOLDEN"):
        Image.fromarray(shown).save(path)
    with Image.open(path) as golden:
        difference = np.abs(np.asarray(golden).astype(int) - shown)
    assert difference.mean() < 1.5
    assert np.percentile(difference, 99) < 30
