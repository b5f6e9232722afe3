import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from storefront.demo.catalogue import PINS
from storefront.demo.motifs import MOTIFS
from storefront.demo.pictures import PRESSINGS, render_demo_pictures
from storefront.pinart.artwork import METAL
from storefront.pinart.checking import press_check
from storefront.pinart.regions import cut_regions

each_motif = pytest.mark.parametrize("motif", MOTIFS, ids=lambda motif: motif.key)


def opened(path):
    with Image.open(path) as picture:
        return picture.copy()


@each_motif
def test_a_motif_uses_every_colour_of_its_palette_and_no_other(motif):
    art = motif.artwork(600)

    assert set(np.unique(art.ids)) - {0, METAL} == set(art.palette)
    assert 4 <= len(motif.palette) <= 7


@each_motif
def test_a_motif_is_one_piece(motif):
    _, pieces = ndimage.label(cut_regions(motif.artwork(600), 300).silhouette)

    assert pieces == 1


@each_motif
def test_a_motif_is_the_same_drawing_at_every_size(motif):
    small, large = motif.draw(300), motif.draw(900)

    assert (small != large[1::3, 1::3]).mean() < 0.06


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.motif)
def test_a_demo_pin_can_be_made_in_its_size_and_is_as_large_as_it_says(pin):
    (motif,) = (motif for motif in MOTIFS if motif.key == pin.motif)

    report = press_check(motif.artwork(1000), max(pin.millimetres))

    assert report.warnings == ()
    assert report.sides == pytest.approx(pin.millimetres, abs=0.6)


def test_the_demo_shows_three_metals_and_both_enamels():
    looks = [PRESSINGS[motif.key].look for motif in MOTIFS]

    assert len({look.metal for look in looks}) >= 3
    assert {look.enamel for look in looks} == {"soft", "hard"}


def test_demo_pictures_are_rendered_once_and_a_missing_one_again(tmp_path):
    seen = []

    pictures = render_demo_pictures(tmp_path, lambda done, of: seen.append((done, of)), scale=0.05)
    written = times(tmp_path)
    again = render_demo_pictures(tmp_path, lambda done, of: seen.append("again"), scale=0.05)

    assert seen[-1] == (104, 104)
    assert again == pictures
    assert times(tmp_path) == written
    assert set(written) == {path for shown in pictures.values() for path in shown.files}
    assert opened(pictures["luna"].front).mode == "RGBA"

    missing = pictures["crane"].back
    missing.unlink()
    render_demo_pictures(tmp_path, scale=0.05)

    assert opened(missing).size == (50, 50)
    assert {path for path, time in times(tmp_path).items() if time != written[path]} == {missing}


def times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.iterdir()}
