import numpy as np
import pytest

from storefront.pinart.artwork import METAL, Artwork
from storefront.pinart.back import blank_back, engrave
from storefront.pinart.blanks import NoPlaque, NotABlank, packed, unpacked
from storefront.pinart.picture import Look


def test_a_kept_blank_is_engraved_to_the_same_pixels(roundel):
    blank = blank_back(roundel, Look("antique_brass", "soft"), 300)
    kept = unpacked(packed(blank))
    for label in ("1/100", "39/100"):
        now, later = engrave(blank, label, "Luna", "Vitrine"), engrave(kept, label, "Luna", "Vitrine")
        assert np.array_equal(np.asarray(now), np.asarray(later))
    assert not np.array_equal(np.asarray(engrave(kept, "1/100", "", "")), np.asarray(engrave(kept, "2/100", "", "")))


def test_a_sliver_has_no_place_for_a_number():
    ids = np.zeros((400, 400), np.uint8)
    ids[:, 196:204] = METAL
    with pytest.raises(NoPlaque):
        packed(blank_back(Artwork(ids, {}), Look("gold", "soft"), 200))


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"not a blank at all"])
def test_other_bytes_are_refused(content):
    with pytest.raises(NotABlank):
        unpacked(content)
